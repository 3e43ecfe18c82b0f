import { existsSync } from 'node:fs';
import { AppError } from '../../schema/app-error.ts';
import type { HookTarget, SettingsFile } from '../agent.ts';
import type { Fields } from '../fields.ts';
import type { InstructionState } from '../instruction-block.ts';
import { instructionText } from '../instruction-text.ts';
import { serverEntryFile } from '../server-entry.ts';
import { pluginMark, pluginText } from './plugin-text.ts';

/** OpenCode reads the brief and the context as they are: its plugin puts them where they belong. */
export const hookReply = (event: string, context: string): string =>
  event === 'SessionStart' || event === 'UserPromptSubmit' ? context : '';

/** The files of OpenCode that connect edits: our plugin, and the MCP server in its configuration. */
export function settingsFiles(target: HookTarget): SettingsFile[] {
  const isProject = target.scope === 'project';
  const folder = isProject ? `${target.projectDir}/.opencode` : target.configDir.replace(/\/+$/, '');
  const configFolder = isProject ? target.projectDir : folder;
  const configs = [`${configFolder}/opencode.jsonc`, `${configFolder}/opencode.json`];
  const present = configs.filter((path) => existsSync(path));
  const [main = `${configFolder}/opencode.json`, ...others] = present;
  return [
    pluginFile(`${folder}/plugin/hivemind.js`, target),
    serverFile(main, target),
    // A configuration that was there before the other one: our entry has moved.
    ...others.map((path) => withoutServer(serverFile(path, target))),
  ];
}

function pluginFile(path: string, { scope, hookPath, env, instructions }: HookTarget): SettingsFile {
  // The project's settings are committed: nothing of this machine may stand in them.
  const place = scope === 'project' ? { hookPath: null, env: {} } : { hookPath, env };
  const text = pluginText({ ...place, instruction: instructions === false ? undefined : instructionText });
  return {
    path,
    purpose: 'plugin',
    connect: (current) => {
      if (current !== null && !isOurs(current))
        throw new AppError('FAILED_PRECONDITION', `${path} is not ours; it was not touched`, {
          hint: `rename ${path}, then run the command again`,
          details: { path },
        });
      return text;
    },
    disconnect: (current) => (current !== null && isOurs(current) ? null : current),
    missing: (current) => (current === text ? [] : ['plugin']),
    instruction: (current) => stateIn(current, text),
  };
}

/** The plugin tells it: what was changed in it is written anew, as all of the plugin is. */
const stateIn = (current: string | null, text: string): InstructionState =>
  current === text ? 'installed' : current === null ? 'missing' : isOurs(current) ? 'outdated' : 'foreign';

const isOurs = (text: string): boolean => text.startsWith(pluginMark);

const serverFile = (path: string, target: HookTarget): SettingsFile =>
  serverEntryFile({
    path,
    servers: 'mcp',
    wanted: serverEntry(target),
    environment: 'environment',
    comments: true,
    hint: `rename it in ${path}`,
  });

const withoutServer = (file: SettingsFile): SettingsFile => ({
  ...file,
  connect: (text) => file.disconnect(text) ?? '{\n}\n',
  missing: () => [],
});

/** No workspace is named: the checkout in which OpenCode runs decides, so that one entry serves many repositories. */
function serverEntry({ scope, command, env }: HookTarget): Fields {
  const program =
    scope === 'project' ? ['{env:HOME}/.hivemind/bin/hivemind'] : [command.command, ...command.args];
  const environment = scope === 'project' || Object.keys(env).length === 0 ? {} : { environment: env };
  return { type: 'local', command: [...program, 'mcp'], ...environment, enabled: true };
}
