import type { HookTarget, SettingsFile } from '../agent.ts';
import type { Fields } from '../fields.ts';
import { hookCommand } from '../hook-command.ts';
import { hookGroupsFile } from '../hook-groups.ts';
import { joinedFile } from '../joined-file.ts';
import { serverEntryFile, serverName } from '../server-entry.ts';
import type { SettingsText } from '../settings-json.ts';
import { agentName } from './home.ts';

/** Hooks that are installed; payload.ts says what each of them tells and which are left out. */
const hookEvents = ['SessionStart', 'BeforeAgent', 'AfterAgent', 'SessionEnd'] as const;

const hookTimeoutMs = 10_000;

/** Events to whose hooks Gemini listens for context. */
const contextEvents = new Set(['SessionStart', 'BeforeAgent']);

/** What the hook prints so that Gemini reads `context`; other events take none, and say nothing. */
export function hookReply(event: string, context: string): string {
  if (context === '' || !contextEvents.has(event)) return '';
  return JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: context } });
}

/** The one file of Gemini CLI that connect edits: it holds hooks and MCP servers. */
export function settingsFiles(target: HookTarget): SettingsFile[] {
  const isProject = target.scope === 'project';
  const configDir = target.configDir.replace(/\/+$/, '');
  const path = isProject ? `${target.projectDir}/.gemini/settings.json` : `${configDir}/settings.json`;
  const hooks = hookGroupsFile({
    path,
    agent: agentName,
    events: hookEvents,
    commandFor: (event) => hookCommand(target, agentName, event),
    options: { name: serverName, timeout: hookTimeoutMs },
    comments: true,
    blockedBy,
  });
  const server = serverEntryFile({
    path,
    servers: 'mcpServers',
    wanted: serverEntry(target),
    environment: 'env',
    comments: true,
    hint: `rename it, or: gemini mcp remove ${serverName}`,
  });
  return [joinedFile([hooks, server])];
}

function blockedBy(settings: SettingsText): string | null {
  if (settings.get(['hooksConfig', 'enabled']) === false)
    return 'hooks are turned off by hooksConfig.enabled';
  const disabled = settings.get(['hooksConfig', 'disabled']);
  const isDisabled = Array.isArray(disabled) && disabled.includes(serverName);
  return isDisabled ? `the hooks named ${serverName} are in hooksConfig.disabled` : null;
}

/** No workspace is named: the checkout in which Gemini runs decides, so that one entry serves many repositories. */
function serverEntry({ scope, command, env }: HookTarget): Fields {
  const mcp = ['mcp'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Gemini expands variables in its settings.
  if (scope === 'project') return { command: '${HOME}/.hivemind/bin/hivemind', args: mcp };
  const environment = Object.keys(env).length === 0 ? {} : { env };
  return { command: command.command, args: [...command.args, ...mcp], ...environment };
}
