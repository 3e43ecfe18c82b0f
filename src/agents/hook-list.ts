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

/** Hooks as plain lists, `hooks.EVENT[]`, in a file that says its version. */
export interface HookList {
  path: string;
  agent: string;
  events: readonly string[];
  commandFor(event: string): string;
  /** Key of a hook's command. */
  commandKey: string;
  /** What else each hook says, such as its time-out; the units are the agent's. */
  options: Fields;
  /** Version of the file's form, where there is none yet. */
  version: number;
}

export function hookListFile(hooks: HookList): SettingsFile {
  const { path, events, commandFor, commandKey, options, version } = hooks;
  return {
    path,
    purpose: 'hooks',
    connect: (text) => {
      const settings = openSettings(path, text);
      const current = settings.get(['version']);
      if (current === undefined) settings.set(['version'], version);
      else if (current !== version) throw refusal(path, `has a version that is not ${version}`);
      const places = findHooks(hooks, settings);
      const first = new Map(places.map((place) => [place.event, place]));
      for (const place of places)
        if (first.get(place.event) !== place || !events.includes(place.event)) remove(settings, place);
      for (const event of events) {
        const wanted = { ...options, [commandKey]: commandFor(event) };
        const place = first.get(event);
        const list = settings.get(['hooks', event]);
        const at = ['hooks', event, place?.index ?? (Array.isArray(list) ? list.length : 0)];
        const before = asFields(settings.get(at));
        const next = { ...before, ...wanted };
        if (!isDeepStrictEqual(before, next)) settings.set(at, next);
      }
      return settings.text();
    },
    disconnect: (text) => {
      const edited = editedSettings(path, text, { comments: false }, (settings) => {
        const places = findHooks(hooks, settings);
        for (const place of places) remove(settings, place);
        // A version alone is what connect made of no file.
        const isBare = Object.keys(asFields(settings.get([])) ?? {}).join() === 'version';
        if (places.length > 0 && isBare) settings.remove(['version']);
      });
      return edited;
    },
    missing: (text) => {
      const settings = openOrNull(path, text, { comments: false });
      const places = settings === null ? [] : hooksOrNone(hooks, settings);
      const commands = places.map(
        ({ event, index }) => asFields(settings?.get(['hooks', event, index]))?.[commandKey],
      );
      return events.filter((event) => !commands.includes(commandFor(event))).map((event) => `hook ${event}`);
    },
  };
}

interface Place {
  event: string;
  index: number;
}

/** Where our hooks stand, last first, so that taking one out does not move the next. */
function findHooks({ path, agent, events, commandKey }: HookList, settings: SettingsText): Place[] {
  const hooks = settings.get(['hooks']);
  if (hooks === undefined) return [];
  const byEvent = asFields(hooks);
  if (byEvent === null) throw refusal(path, 'has "hooks" that are not an object');
  const places: Place[] = [];
  for (const [event, list] of Object.entries(byEvent)) {
    if (!Array.isArray(list)) {
      if (events.includes(event)) throw refusal(path, `has "hooks.${event}" that is not a list`);
      continue;
    }
    for (const [index, hook] of list.entries())
      if (isHookCommand(asFields(hook)?.[commandKey], agent, event)) places.push({ event, index });
  }
  return places.reverse();
}

function hooksOrNone(hooks: HookList, settings: SettingsText): Place[] {
  try {
    return findHooks(hooks, settings);
  } catch {
    return [];
  }
}

function remove(settings: SettingsText, { event, index }: Place): void {
  settings.remove(['hooks', event, index]);
  if (isEmpty(settings.get(['hooks', event]))) settings.remove(['hooks', event]);
  if (isEmpty(settings.get(['hooks']))) settings.remove(['hooks']);
}
