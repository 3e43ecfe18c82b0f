import { readFile, realpath } from 'node:fs/promises';
import type { HookConsent, HookTarget, SettingsFile, Untrusted } from '../agent.ts';
import { asFields, stringAt, wordAt } from '../fields.ts';
import { findHooks } from '../hook-groups.ts';
import { openOrNull } from '../settings-json.ts';
import { editedToml, tomlOrNull } from '../settings-toml.ts';
import { type Ask, hooksIn, unexpected, withAppServer } from './app-server.ts';
import { agentName } from './home.ts';
import { configPath, hookEvents, hooksPath, settingsFiles } from './hooks.ts';

/**
 * Codex runs a hook only after a person has trusted it, and says nothing when it does not. Trust is a hash of the hook
 * in the user's config.toml, below a key made of the file, the event and the hook's place in it.
 */
export const consent: HookConsent = {
  how: 'Codex runs new or changed hooks only once you have trusted them: start codex and type /hooks, or run: hivemind connect codex --trust-hooks',
  verify: async (target) => {
    const hooks = await withAppServer(target, target.projectDir, (ask) => ourHooks(target, ask));
    return findingOf(hooks.filter(({ isTrusted }) => !isTrusted));
  },
  grant: (target) => withAppServer(target, target.projectDir, (ask) => grant(target, ask)),
  withdrawal,
};

/** Which of our hooks have no trust; whether they have changed since they got it, only Codex can say. */
export async function untrusted(target: HookTarget): Promise<Untrusted | null> {
  const places = await ourPlaces(target);
  const trusted = await trustedKeys(target);
  return findingOf(places.filter(({ keys }) => !keys.some((key) => trusted.has(key))));
}

function findingOf(open: readonly { event: string }[]): Untrusted | null {
  if (open.length === 0) return null;
  const which =
    open.length === hookEvents.length
      ? 'none of our hooks'
      : `not our hooks ${open.map(({ event }) => event).join(', ')}`;
  return {
    what: `Codex CLI runs ${which}: you have not trusted them, or they have changed since`,
    hint: 'hivemind connect codex --trust-hooks',
  };
}

interface Place {
  event: string;
  /** Keys below which Codex may keep its trust: by the file's path as it was given, and as it really is. */
  keys: string[];
}

/** Where our hooks stand in hooks.json. */
async function ourPlaces(target: HookTarget): Promise<Place[]> {
  const path = hooksPath(target);
  const text = await readFile(path, 'utf8').catch(() => null);
  const settings = text === null ? null : openOrNull(path, text, { comments: false });
  if (settings === null) return [];
  const real = await realpath(path).catch(() => path);
  try {
    return findHooks({ path, agent: agentName, events: hookEvents }, settings)
      .reverse()
      .map(({ event, group, hook }) => ({
        event,
        keys: [...new Set([path, real])].map((file) => `${file}:${snakeCase(event)}:${group}:${hook}`),
      }));
  } catch {
    return [];
  }
}

const snakeCase = (event: string): string =>
  event.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** Trust is the user's, for the hooks of a project too. */
const trustPath = (target: HookTarget): string => configPath({ ...target, scope: 'user' });

async function trustedKeys(target: HookTarget): Promise<Set<string>> {
  const path = trustPath(target);
  const text = await readFile(path, 'utf8').catch(() => null);
  const state = asFields(tomlOrNull(path, text)?.get(['hooks', 'state'])) ?? {};
  const trusted = Object.entries(state).filter(([, value]) => {
    const entry = asFields(value);
    return wordAt(entry, 'trusted_hash') !== null && entry?.enabled !== false;
  });
  return new Set(trusted.map(([key]) => key));
}

interface Listed {
  key: string;
  event: string;
  hash: string;
  isOff: boolean;
  isTrusted: boolean;
}

/** Our hooks as Codex itself lists them. */
async function ourHooks(target: HookTarget, ask: Ask): Promise<Listed[]> {
  const events = new Map(
    (await ourPlaces(target)).flatMap(({ event, keys }) => keys.map((key) => [key, event])),
  );
  const listed = hooksIn(await ask('hooks/list', { cwds: [target.projectDir] }));
  return listed.flatMap((hook) => {
    const [key, hash] = [stringAt(hook, 'key'), stringAt(hook, 'currentHash')];
    const event = key === null ? undefined : events.get(key);
    if (key === null || hash === null || event === undefined) return [];
    const isOff = hook.enabled === false;
    return [{ key, event, hash, isOff, isTrusted: hook.trustStatus === 'trusted' && !isOff }];
  });
}

async function grant(target: HookTarget, ask: Ask): Promise<{ trusted: number }> {
  const hooks = await ourHooks(target, ask);
  if (hooks.length === 0) throw unexpected('does not list our hooks');
  const value = Object.fromEntries(
    hooks.map(({ key, hash, isOff }) => [key, { trusted_hash: hash, ...(isOff ? { enabled: true } : {}) }]),
  );
  await ask('config/batchWrite', { edits: [{ keyPath: 'hooks.state', value, mergeStrategy: 'upsert' }] });
  const after = await ourHooks(target, ask);
  if (after.length === 0 || after.some(({ isTrusted }) => !isTrusted))
    throw unexpected('did not take the trust');
  return { trusted: after.length };
}

/** The files of connect, with the trust of our hooks taken back as well. */
async function withdrawal(target: HookTarget): Promise<SettingsFile[]> {
  const keys = (await ourPlaces(target)).flatMap((place) => place.keys);
  const files = settingsFiles(target);
  const path = trustPath(target);
  const forget = (text: string | null): string | null =>
    editedToml(path, text, (settings) => {
      for (const key of keys) settings.remove(['hooks', 'state', key]);
      const state = asFields(settings.get(['hooks', 'state']));
      if (keys.length > 0 && state !== null && Object.keys(state).length === 0)
        settings.remove(['hooks', 'state']);
    });
  if (files.some((file) => file.path === path))
    return files.map((file) =>
      file.path === path ? { ...file, disconnect: (text) => file.disconnect(forget(text)) } : file,
    );
  return [
    ...files,
    { path, purpose: 'trust', connect: (text) => text ?? '', disconnect: forget, missing: () => [] },
  ];
}
