import type { HookTarget, SettingsFile } from '../agent.ts';
import type { Fields } from '../fields.ts';
import { hookCommand } from '../hook-command.ts';
import { hookListFile } from '../hook-list.ts';
import { ownInstruction } from '../instruction-file.ts';
import { projectServer } from '../project-server.ts';
import { serverEntryFile, serverName } from '../server-entry.ts';
import { agentName } from './home.ts';

/** Hooks that are installed; payload.ts says what each of them tells and which are left out. */
const hookEvents = ['sessionStart', 'userPromptSubmitted', 'preToolUse', 'agentStop'] as const;

const hookTimeoutSeconds = 10;

/** Events to whose hooks Copilot listens for context. */
const contextEvents = new Set(['sessionStart', 'userPromptSubmitted', 'preToolUse']);

/** What the hook prints so that Copilot reads `context`; without a decision a call is asked about as ever. */
export function hookReply(event: string, context: string, { ask = false } = {}): string {
  if (context === '' || !contextEvents.has(event)) return '';
  const decision =
    ask && event === 'preToolUse' ? { permissionDecision: 'ask', permissionDecisionReason: context } : {};
  return JSON.stringify({ ...decision, additionalContext: context });
}

/** The files of Copilot CLI that connect edits: hooks in a file of our own, and the MCP server. */
export function settingsFiles(target: HookTarget): SettingsFile[] {
  const isProject = target.scope === 'project';
  const configDir = target.configDir.replace(/\/+$/, '');
  return [
    hookListFile({
      path: `${isProject ? `${target.projectDir}/.github` : configDir}/hooks/hivemind.json`,
      agent: agentName,
      events: hookEvents,
      commandFor: (event) => hookCommand(target, agentName, event),
      commandKey: 'bash',
      options: { type: 'command', timeoutSec: hookTimeoutSeconds },
      version: 1,
    }),
    serverEntryFile({
      path: isProject ? `${target.projectDir}/.mcp.json` : `${configDir}/mcp-config.json`,
      servers: 'mcpServers',
      wanted: isProject ? projectServer : serverEntry(target),
      environment: 'env',
      hint: `rename it, or: copilot mcp remove ${serverName}`,
    }),
  ];
}

/** A file of instructions of our own, of which Copilot reads all at the start. */
export const instructionFiles = (target: HookTarget): [SettingsFile] => {
  const { scope, projectDir, configDir } = target;
  const folder = scope === 'project' ? `${projectDir}/.github` : configDir.replace(/\/+$/, '');
  return [
    ownInstruction(`${folder}/instructions/hivemind.instructions.md`, '---\napplyTo: "**"\n---\n', target),
  ];
};

/** No workspace is named: the checkout in which Copilot runs decides, so that one entry serves many repositories. */
function serverEntry({ command, env }: HookTarget): Fields {
  const environment = Object.keys(env).length === 0 ? {} : { env };
  const args = [...command.args, 'mcp'];
  return { type: 'local', command: command.command, args, ...environment, tools: ['*'] };
}
