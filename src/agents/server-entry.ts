import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../schema/app-error.ts';
import type { SettingsFile } from './agent.ts';
import { asFields, type Fields } from './fields.ts';
import {
  editedSettings,
  isEmpty,
  openOrNull,
  openSettings,
  refusal,
  type SettingsText,
} from './settings-json.ts';

export const serverName = 'hivemind';

/** Our MCP server in a JSON settings file of an agent. */
export interface ServerEntry {
  path: string;
  /** Key of the object that holds the servers by name. */
  servers: string;
  wanted: Fields;
  /** Key of the server's environment. */
  environment: string;
  /** Whether the agent reads the file with comments. */
  comments?: boolean;
  /** What to type where another server has our name. */
  hint: string;
}

export function serverEntryFile(entry: ServerEntry): SettingsFile {
  const { path, servers, wanted, environment, comments = false, hint } = entry;
  const at = [servers, serverName];
  const completed = (current: Fields | null): Fields =>
    withEnvironment({ ...current, ...wanted }, environment, asFields(current?.[environment]), wanted);
  return {
    path,
    purpose: 'MCP server',
    connect: (text) => {
      const settings = openSettings(path, text, { comments });
      const current = serverIn(entry, settings);
      if (current !== null && !isOurServer(current)) {
        const message = `${path} has another MCP server named ${serverName}; it was not touched`;
        throw new AppError('FAILED_PRECONDITION', message, { hint, details: { path } });
      }
      const next = completed(current);
      if (current === null || !isDeepStrictEqual(current, next)) settings.set(at, next);
      return settings.text();
    },
    disconnect: (text) =>
      editedSettings(path, text, { comments }, (settings) => {
        const current = serverIn(entry, settings);
        if (current === null || !isOurServer(current)) return;
        settings.remove(at);
        if (isEmpty(settings.get([servers]))) settings.remove([servers]);
      }),
    missing: (text) => {
      const settings = openOrNull(path, text, { comments });
      const current = settings === null ? null : asFields(settings.get(at));
      return current !== null && isDeepStrictEqual(completed(current), current) ? [] : ['MCP server'];
    },
  };
}

/** What the user added to the environment stays; our own variables are those of now. */
export function withEnvironment(whole: Fields, key: string, current: Fields | null, wanted: Fields): Fields {
  const { [key]: _, ...entry } = whole;
  const foreign = Object.entries(current ?? {}).filter(([name]) => !name.startsWith('HIVEMIND_'));
  const all = { ...Object.fromEntries(foreign), ...asFields(wanted[key]) };
  return Object.keys(all).length === 0 ? entry : { ...entry, [key]: all };
}

function serverIn({ path, servers }: ServerEntry, settings: SettingsText): Fields | null {
  const all = settings.get([servers]);
  if (all !== undefined && asFields(all) === null)
    throw refusal(path, `has "${servers}" that are not an object`);
  const server = settings.get([servers, serverName]);
  if (server === undefined) return null;
  const fields = asFields(server);
  if (fields === null) throw refusal(path, `has "${servers}.${serverName}" that is not an object`);
  return fields;
}

/** Ours by how its command ends: as arguments, or as one list with the program. */
export function isOurServer({ args, command }: Fields): boolean {
  const words = Array.isArray(args) ? args : Array.isArray(command) ? command : [];
  return words.at(-1) === 'mcp' || (words.at(-3) === 'mcp' && words.at(-2) === '--workspace');
}
