import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pluginText } from '../../../../src/agents/opencode/plugin-text.ts';

type Fields = Record<string, unknown>;

export type Line =
  | { hook: 'event'; event: { type: string; properties: Fields & { info?: Fields; part?: Fields } } }
  | { hook: 'chat.message'; output: { message: Fields; parts: Fields[] } };

const fixture = join(dirname(fileURLToPath(import.meta.url)), '../../../fixtures/opencode/bus.jsonl');

/** What the bus of the real OpenCode said in one run, and the prompts. */
export const busLines = (): Line[] =>
  readFileSync(fixture, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

export interface Plugin {
  event(input: { event: unknown }): Promise<void>;
  'chat.message'(input: unknown, output: unknown): Promise<void>;
  'experimental.chat.system.transform'(input: unknown, output: { system: string[] }): Promise<void>;
  dispose(): Promise<void>;
}

/** A hook.sh that writes down what it is handed, and answers with `said`. */
export function fakeHook(dir: string, said = ''): string {
  mkdirSync(join(dir, 'told'), { recursive: true });
  const path = join(dir, 'hook.sh');
  const script = `#!/bin/sh
cat >"${dir}/told/$2.$$.part" && mv "${dir}/told/$2.$$.part" "${dir}/told/$2.$$.json"
printf '%s' '${said}'
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

export async function loadPlugin(dir: string, name: string, hookPath: string): Promise<Plugin> {
  const path = join(dir, `${name}.mjs`);
  writeFileSync(path, pluginText({ hookPath, env: {} }));
  const loaded = (await import(pathToFileURL(path).href)) as {
    Hivemind(context: { directory: string }): Promise<Plugin>;
  };
  return loaded.Hivemind({ directory: dir });
}

/** What the fake hook was handed: event and payload. */
export const toldIn = (dir: string): { event: string; payload: string }[] =>
  readdirSync(join(dir, 'told'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      event: name.split('.')[0] ?? '',
      payload: readFileSync(join(dir, 'told', name), 'utf8'),
    }));

/** A database such as OpenCode would have after the run, with a table that nobody may read. */
export function makeDatabase(path: string, lines: readonly Line[]): void {
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE session (id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT, title TEXT, version TEXT, agent TEXT, time_created INTEGER, time_updated INTEGER);
    CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);
    CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);
    CREATE TABLE credential (id TEXT, secret TEXT);`);
  const session = database.prepare('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const message = database.prepare('INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?)');
  const part = database.prepare('INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?)');
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  for (const line of lines) {
    if (line.hook === 'chat.message') continue;
    const { info, part: one } = line.event.properties;
    if (line.event.type.startsWith('session.') && info !== undefined) {
      const { created, updated } = info.time as { created: number; updated: number };
      const { id, parentID, directory, title, version, agent } = info;
      session.run(
        ...[text(id), text(parentID), text(directory), text(title), text(version), text(agent)],
        created,
        updated,
      );
    }
    if (line.event.type === 'message.updated' && info !== undefined) {
      const { id, sessionID, ...data } = info;
      const { created } = info.time as { created: number };
      message.run(text(id), text(sessionID), created, created, JSON.stringify(data));
    }
    if (one !== undefined) {
      const { id, sessionID, messageID, ...data } = one;
      part.run(text(id), text(messageID), text(sessionID), 1, 1, JSON.stringify(data));
    }
  }
  database.close();
}
