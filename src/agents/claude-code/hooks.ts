import type { HookTarget, SettingsFile } from '../agent.ts';
import type { Fields } from '../fields.ts';
import { hookCommand } from '../hook-command.ts';
import { hookGroupsFile } from '../hook-groups.ts';
import { skillFile } from '../instruction-file.ts';
import { projectServer } from '../project-server.ts';
import { serverEntryFile, serverName } from '../server-entry.ts';
import { agentName } from './home.ts';

/** Hooks that are installed; payload.ts says what each of them tells and which are left out. */
const hookEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionDenied',
  'SubagentStart',
  'SubagentStop',
  'Stop',
  'PostCompact',
  'SessionEnd',
] as const;

/** Claude kills hooks at the end of a session after about 1.5 s unless they name a time-out. In seconds. */
const hookTimeoutSeconds = 10;

/** Events to whose hooks Claude listens for context. */
const contextEvents = new Set(['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'SubagentStart']);

/** What the hook prints so that Claude reads `context`; other events take none, and say nothing. */
export function hookReply(event: string, context: string, { ask = false } = {}): string {
  if (context === '' || !contextEvents.has(event)) return '';
  const decision =
    ask && event === 'PreToolUse' ? { permissionDecision: 'ask', permissionDecisionReason: context } : {};
  return JSON.stringify({
    hookSpecificOutput: { hookEventName: event, ...decision, additionalContext: context },
  });
}

/** The files of Claude Code that connect edits: one with the hooks, one with the MCP server. */
export function settingsFiles(target: HookTarget): SettingsFile[] {
  const isProject = target.scope === 'project';
  const configDir = target.configDir.replace(/\/+$/, '');
  // Claude keeps .claude.json beside ~/.claude, but inside a configuration directory that was moved.
  const serverDir =
    configDir === `${target.userHome.replace(/\/+$/, '')}/.claude` ? target.userHome : configDir;
  const hooksPath = isProject ? `${target.projectDir}/.claude/settings.json` : `${configDir}/settings.json`;
  const serverPath = isProject
    ? `${target.projectDir}/.mcp.json`
    : `${serverDir.replace(/\/+$/, '')}/.claude.json`;
  return [
    hookGroupsFile({
      path: hooksPath,
      agent: agentName,
      events: hookEvents,
      commandFor: (event) => hookCommand(target, agentName, event),
      options: { timeout: hookTimeoutSeconds },
      blockedBy: (settings) =>
        settings.get(['disableAllHooks']) === true ? 'hooks are turned off by disableAllHooks' : null,
    }),
    serverEntryFile({
      path: serverPath,
      servers: 'mcpServers',
      wanted: serverEntry(target),
      environment: 'env',
      hint: `rename it, or: claude mcp remove ${serverName}`,
    }),
  ];
}

/** A skill: its line is in every request, its text comes when the model opens it. */
export const instructionFiles = (target: HookTarget): [SettingsFile] => {
  const { scope, projectDir, configDir } = target;
  const folder = scope === 'project' ? `${projectDir}/.claude` : configDir.replace(/\/+$/, '');
  return [skillFile(`${folder}/skills`, target)];
};

/** No workspace is named: the checkout in which Claude runs decides, so that one entry serves many repositories. */
function serverEntry({ scope, command, env }: HookTarget): Fields {
  if (scope === 'project') return projectServer;
  const environment = Object.keys(env).length === 0 ? {} : { env };
  return { type: 'stdio', command: command.command, args: [...command.args, 'mcp'], ...environment };
}
