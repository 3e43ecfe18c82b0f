import { isDeepStrictEqual } from 'node:util';
import type { SettingsFile } from './agent.ts';
import { asFields, type Fields } from './fields.ts';
import { isHookCommand } from './hook-command.ts';
import {
  editedSettings,
  isEmpty,
  openOrNull,
  openSettings,
  refusal,
  type SettingsText,
} from './settings-json.ts';

/** Hooks in the form that Claude Code made common: `hooks.EVENT[].hooks[]`, each group with an optional matcher. */
export interface HookGroups {
  path: string;
  agent: string;
  events: readonly string[];
  commandFor(event: string): string;
  /** What else each hook says, such as its time-out; the units are the agent's. */
  options: Fields | ((event: string) => Fields);
  /** What else is said of a group that we make, such as its matcher. */
  groupOptions?: Fields;
  /** Whether the agent reads the file with comments. */
  comments?: boolean;
  /** Why the hooks do not run although they are there; null when nothing keeps them from it. */
  blockedBy?(settings: SettingsText): string | null;
}

export function hookGroupsFile(hooks: HookGroups): SettingsFile {
  const { path, events, comments = false } = hooks;
  return {
    path,
    purpose: 'hooks',
    connect: (text) => {
      const settings = openSettings(path, text, { comments });
      const places = findHooks(hooks, settings);
      const first = new Map(places.map((place) => [place.event, place]));
      for (const place of places) {
        if (first.get(place.event) !== place || !events.includes(place.event)) removeHook(settings, place);
      }
      for (const event of events) putHook(hooks, settings, event, first.get(event));
      return settings.text();
    },
    disconnect: (text) =>
      editedSettings(path, text, { comments }, (settings) => {
        for (const place of findHooks(hooks, settings)) removeHook(settings, place);
      }),
    missing: (text) => missingHooks(hooks, text),
  };
}

interface Place {
  event: string;
  group: number;
  hook: number;
}

/** Where our hooks stand, last first, so that taking one out does not move the next. */
export function findHooks(
  { path, agent, events }: Pick<HookGroups, 'path' | 'agent' | 'events'>,
  settings: SettingsText,
): Place[] {
  const hooks = settings.get(['hooks']);
  if (hooks === undefined) return [];
  const byEvent = asFields(hooks);
  if (byEvent === null) throw refusal(path, 'has "hooks" that are not an object');
  const places: Place[] = [];
  for (const [event, groups] of Object.entries(byEvent)) {
    if (!Array.isArray(groups)) {
      if (events.includes(event)) throw refusal(path, `has "hooks.${event}" that is not a list`);
      continue;
    }
    for (const [group, entry] of groups.entries()) {
      const list = asFields(entry)?.hooks;
      if (!Array.isArray(list)) continue;
      for (const [hook, value] of list.entries())
        if (isHookCommand(asFields(value)?.command, agent, event)) places.push({ event, group, hook });
    }
  }
  return places.reverse();
}

function hooksOrNone(hooks: HookGroups, settings: SettingsText): Place[] {
  try {
    return findHooks(hooks, settings);
  } catch {
    return [];
  }
}

function removeHook(settings: SettingsText, { event, group, hook }: Place): void {
  settings.remove(['hooks', event, group, 'hooks', hook]);
  if (!isEmpty(settings.get(['hooks', event, group, 'hooks']))) return;
  settings.remove(['hooks', event, group]);
  if (isEmpty(settings.get(['hooks', event]))) settings.remove(['hooks', event]);
  if (isEmpty(settings.get(['hooks']))) settings.remove(['hooks']);
}

function missingHooks(hooks: HookGroups, text: string | null): string[] {
  const { path, events, commandFor, comments = false } = hooks;
  const settings = openOrNull(path, text, { comments });
  if (settings === null) return events.map((event) => `hook ${event}`);
  const places = hooksOrNone(hooks, settings);
  const absent = events.filter((event) => {
    const place = places.find((found) => found.event === event);
    const hook = place && asFields(settings.get(['hooks', event, place.group, 'hooks', place.hook]));
    return hook?.command !== commandFor(event);
  });
  const blocked = hooks.blockedBy?.(settings) ?? null;
  return [...absent.map((event) => `hook ${event}`), ...(blocked === null ? [] : [blocked])];
}

function putHook(hooks: HookGroups, settings: SettingsText, event: string, place: Place | undefined): void {
  const options = typeof hooks.options === 'function' ? hooks.options(event) : hooks.options;
  const wanted = { type: 'command', command: hooks.commandFor(event), ...options };
  if (place === undefined) {
    const groups = settings.get(['hooks', event]);
    const group = { ...hooks.groupOptions, hooks: [wanted] };
    settings.set(['hooks', event, Array.isArray(groups) ? groups.length : 0], group);
    return;
  }
  const at = ['hooks', event, place.group, 'hooks', place.hook];
  const current = asFields(settings.get(at)) ?? {};
  const next = { ...current, ...wanted };
  if (!isDeepStrictEqual(current, next)) settings.set(at, next);
}
