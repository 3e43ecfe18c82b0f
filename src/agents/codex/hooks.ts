import type { HookTarget, SettingsFile } from '../agent.ts';
import { asFields } from '../fields.ts';
import { hookCommand } from '../hook-command.ts';
import { hookGroupsFile } from '../hook-groups.ts';
import { agentName } from './home.ts';
import { serverFile } from './server.ts';

/** Hooks that we install, in the order of a session. */
export const hookEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'SubagentStart',
  'SubagentStop',
  'PostCompact',
  'Interrupt',
  'Stop',
  'SessionEnd',
];

/** Hooks into whose answer Codex reads context. */
const contextual = new Set([
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'SubagentStart',
]);

/** Keys that Codex takes at the root of hooks.json. */
const rootKeys = new Set(['hooks', 'description']);

/** Seconds that Codex waits for a hook of ours: far more than it takes. Codex gives some no more than three, and warns. */
const hookTimeoutSeconds = (event: string): number =>
  event === 'SessionEnd' || event === 'Interrupt' ? 3 : 10;

/** What the hook prints so that Codex reads `context`. Codex discards an answer with any key that it does not know. */
export const hookReply = (event: string, context: string): string =>
  context === '' || !contextual.has(event)
    ? ''
    : JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: context } });

/** Folder of the settings for the scope of `target`. */
export const settingsDir = ({ scope, projectDir, configDir }: HookTarget): string =>
  scope === 'project' ? `${projectDir}/.codex` : configDir.replace(/\/+$/, '');

export const hooksPath = (target: HookTarget): string => `${settingsDir(target)}/hooks.json`;

export const configPath = (target: HookTarget): string => `${settingsDir(target)}/config.toml`;

/** The files of Codex that connect edits: one with the hooks, one with the MCP server. */
export const settingsFiles = (target: HookTarget): SettingsFile[] => [
  hookGroupsFile({
    path: hooksPath(target),
    agent: agentName,
    events: hookEvents,
    commandFor: (event) => hookCommand(target, agentName, event),
    options: (event) => ({ timeout: hookTimeoutSeconds(event) }),
    blockedBy: (settings) => {
      const foreign = Object.keys(asFields(settings.get([])) ?? {}).find((key) => !rootKeys.has(key));
      return foreign === undefined ? null : `Codex refuses hooks.json for its key ${JSON.stringify(foreign)}`;
    },
  }),
  serverFile(target, configPath(target)),
];
