import { isDeepStrictEqual } from 'node:util';
import type { SettingsFile } from '../agent.ts';
import { asFields, type Fields } from '../fields.ts';
import { isHookCommand } from '../hook-command.ts';
import {
  editedSettings,
  isEmpty,
  openOrNull,
  openSettings,
  refusal,
  type SettingsText,
} from '../settings-json.ts';

/** Hooks in Cursor's form: `version`, and `hooks.EVENT[]` with one command each. */
export interface HookList {
  path: string;
  agent: string;
  events: readonly string[];
  commandFor(event: string): string;
  /** What else each hook says. */
  options: Fields;
}

/** The only version of the file that there is. */
const version = 1;

const dialect = { comments: false };

export function hookListFile(list: HookList): SettingsFile {
  const { path, events } = list;
  return {
    path,
    purpose: 'hooks',
    connect: (text) => {
      const settings = openSettings(path, text, dialect);
      const said = settings.get(['version']);
      if (said !== undefined && said !== version) throw refusal(path, 'has a version other than 1');
      const places = findHooks(list, settings);
      if (said === undefined) settings.set(['version'], version);
      const first = new Map(places.map((place) => [place.event, place]));
      for (const place of places)
        if (first.get(place.event) !== place || !events.includes(place.event)) removeHook(settings, place);
      for (const event of events) putHook(list, settings, event, first.get(event));
      return settings.text();
    },
    disconnect: (text) =>
      editedSettings(path, text, dialect, (settings) => {
        const places = findHooks(list, settings);
        for (const place of places) removeHook(settings, place);
        // The version alone says nothing, and may be ours.
        const isBare = settings.get(['hooks']) === undefined && settings.get(['version']) === version;
        if (places.length > 0 && isBare) settings.remove(['version']);
      }),
    missing: (text) => missingHooks(list, text),
  };
}

interface Place {
  event: string;
  hook: number;
}

/** Where our hooks stand, last first, so that taking one out does not move the next. */
function findHooks({ path, agent, events }: HookList, settings: SettingsText): Place[] {
  const hooks = settings.get(['hooks']);
  if (hooks === undefined) return [];
  const byEvent = asFields(hooks);
  if (byEvent === null) throw refusal(path, 'has "hooks" that are not an object');
  return Object.entries(byEvent)
    .flatMap(([event, entries]) => {
      if (!Array.isArray(entries)) {
        if (events.includes(event)) throw refusal(path, `has "hooks.${event}" that is not a list`);
        return [];
      }
      return entries.flatMap((entry, hook) =>
        isHookCommand(asFields(entry)?.command, agent, event) ? [{ event, hook }] : [],
      );
    })
    .reverse();
}

function removeHook(settings: SettingsText, { event, hook }: Place): void {
  settings.remove(['hooks', event, hook]);
  if (isEmpty(settings.get(['hooks', event]))) settings.remove(['hooks', event]);
  if (isEmpty(settings.get(['hooks']))) settings.remove(['hooks']);
}

function missingHooks(list: HookList, text: string | null): string[] {
  const settings = openOrNull(list.path, text, dialect);
  const all = list.events.map((event) => `hook ${event}`);
  if (settings === null || settings.get(['version']) !== version) return all;
  const places = placesOrNone(list, settings);
  return list.events
    .filter((event) => {
      const place = places.find((found) => found.event === event);
      const hook = place && asFields(settings.get(['hooks', event, place.hook]));
      return hook?.command !== list.commandFor(event);
    })
    .map((event) => `hook ${event}`);
}

function placesOrNone(list: HookList, settings: SettingsText): Place[] {
  try {
    return findHooks(list, settings);
  } catch {
    return [];
  }
}

function putHook(list: HookList, settings: SettingsText, event: string, place: Place | undefined): void {
  const wanted = { command: list.commandFor(event), ...list.options };
  if (place === undefined) {
    const entries = settings.get(['hooks', event]);
    settings.set(['hooks', event, Array.isArray(entries) ? entries.length : 0], wanted);
    return;
  }
  const at = ['hooks', event, place.hook];
  const current = asFields(settings.get(at)) ?? {};
  const next = { ...current, ...wanted };
  if (!isDeepStrictEqual(current, next)) settings.set(at, next);
}
