import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../schema/app-error.ts';
import type { HookTarget, SettingsFile } from '../agent.ts';
import { asFields, type Fields } from '../fields.ts';
import { isOurServer, serverName, withEnvironment } from '../server-entry.ts';
import { editedToml, openToml, type TomlText, tomlOrNull } from '../settings-toml.ts';

/** Variables that our server reads: Codex hands on only those that it is told. */
const serverVariables = ['HIVEMIND_HOME', 'HIVEMIND_WORKSPACE', 'HIVEMIND_BRANCH'];

const at = ['mcp_servers', serverName];

/** Our MCP server in config.toml. `path`: that file. */
export function serverFile(target: HookTarget, path: string): SettingsFile {
  const wanted = serverEntry(target);
  const completed = (current: Fields | null): Fields =>
    withEnvironment({ ...current, ...wanted }, 'env', asFields(current?.env), wanted);
  return {
    path,
    purpose: 'MCP server',
    connect: (text) => {
      const settings = openToml(path, text);
      const current = serverIn(path, settings);
      if (current !== null && !isOurServer(current)) {
        const message = `${path} has another MCP server named ${serverName}; it was not touched`;
        const hint = `rename it, or: codex mcp remove ${serverName}`;
        throw new AppError('FAILED_PRECONDITION', message, { hint, details: { path } });
      }
      const next = completed(current);
      if (current === null || !isDeepStrictEqual({ ...current }, next)) settings.setTable(at, next);
      return settings.text();
    },
    disconnect: (text) => editedToml(path, text, (settings) => removeServer(path, settings)),
    missing: (text) => {
      const settings = tomlOrNull(path, text);
      const current = asFields(settings?.get(at));
      const isThere = current !== null && isDeepStrictEqual(completed(current), { ...current });
      const isOff = settings?.get(['features', 'hooks']) === false;
      return [
        ...(isThere ? [] : ['MCP server']),
        ...(isOff ? ['hooks are turned off by features.hooks'] : []),
      ];
    },
  };
}

export function removeServer(path: string, settings: TomlText): void {
  const current = serverIn(path, settings);
  if (current === null || !isOurServer(current)) return;
  settings.remove(at);
}

function serverIn(path: string, settings: TomlText): Fields | null {
  const all = settings.get(['mcp_servers']);
  const server = settings.get(at);
  const fields = asFields(server);
  const isTable = (all === undefined || asFields(all) !== null) && (server === undefined || fields !== null);
  if (isTable) return fields;
  throw new AppError(
    'FAILED_PRECONDITION',
    `${path} has mcp_servers that are no tables; it was not touched`,
    {
      hint: `mend ${path}, then run the command again`,
      details: { path },
    },
  );
}

/** No workspace is named: the checkout in which Codex runs decides, so that one entry serves many repositories. */
function serverEntry({ scope, command, env }: HookTarget): Fields {
  if (scope === 'project') {
    // The project's settings are committed, and Codex expands no variables in them: the shell does.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it.
    const script = 'exec "${HIVEMIND_HOME:-$HOME/.hivemind}/bin/hivemind" "$@"';
    return { command: 'sh', args: ['-c', script, 'hivemind', 'mcp'], env_vars: serverVariables };
  }
  const literal = Object.keys(env).length === 0 ? {} : { env };
  const handed = serverVariables.filter((name) => !Object.hasOwn(env, name));
  return { command: command.command, args: [...command.args, 'mcp'], env_vars: handed, ...literal };
}
