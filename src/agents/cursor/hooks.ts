import type { HookTarget, SettingsFile } from '../agent.ts';
import type { Fields } from '../fields.ts';
import { hookCommand } from '../hook-command.ts';
import { hookListFile } from '../hook-list.ts';
import { ownInstruction, skillFile } from '../instruction-file.ts';
import { serverEntryFile, serverName } from '../server-entry.ts';
import { agentName } from './home.ts';

/** Only names that Cursor knows: since 2.6 one that it does not know makes it drop the whole file. */
const hookEvents = [
  'sessionStart',
  'beforeSubmitPrompt',
  'postToolUse',
  'postToolUseFailure',
  'afterShellExecution',
  'afterMCPExecution',
  'afterFileEdit',
  'subagentStart',
  'subagentStop',
  'preCompact',
  'afterAgentResponse',
  'stop',
  'sessionEnd',
] as const;

const hookTimeoutSeconds = 10;

/** What the hook prints so that Cursor reads `context`: it takes some only where a session starts. */
export const hookReply = (event: string, context: string): string =>
  event === 'sessionStart' && context !== '' ? JSON.stringify({ additional_context: context }) : '';

/** The files of Cursor that connect edits: one with the hooks, one with the MCP server. */
export function settingsFiles(target: HookTarget): SettingsFile[] {
  const folder =
    target.scope === 'project' ? `${target.projectDir}/.cursor` : target.configDir.replace(/\/+$/, '');
  return [
    hookListFile({
      path: `${folder}/hooks.json`,
      agent: agentName,
      events: hookEvents,
      commandFor: (event) => hookCommand(target, agentName, event),
      commandKey: 'command',
      options: { timeout: hookTimeoutSeconds },
      version: 1,
    }),
    serverEntryFile({
      path: `${folder}/mcp.json`,
      servers: 'mcpServers',
      wanted: serverEntry(target),
      environment: 'env',
      hint: `rename ${serverName} in ${folder}/mcp.json`,
    }),
  ];
}

/** Rules are files in a project only; what its user's own settings hold in files are skills. */
export const instructionFiles = (target: HookTarget): [SettingsFile] => [
  target.scope === 'project'
    ? ownInstruction(
        `${target.projectDir}/.cursor/rules/hivemind.mdc`,
        '---\ndescription: Memory shared with other agents\nalwaysApply: true\n---\n',
        target,
      )
    : skillFile(`${target.configDir.replace(/\/+$/, '')}/skills`, target),
];

/** No workspace is named: the checkout that is open decides, so that one entry serves many repositories. */
function serverEntry({ scope, command, env }: HookTarget): Fields {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Cursor expands it.
  if (scope === 'project') return { command: '${userHome}/.hivemind/bin/hivemind', args: ['mcp'] };
  const environment = Object.keys(env).length === 0 ? {} : { env };
  return { command: command.command, args: [...command.args, 'mcp'], ...environment };
}
