import type { Agent, HookTarget } from '../agent.ts';
import { openOtherFormat, recognisesOther } from '../other-formats/index.ts';
import { agentName, translate } from './payload.ts';

/** Whoever has no adapter of its own: any MCP client, any program that can run a command or send JSON. */
export const generic: Agent = {
  name: agentName,
  title: 'any other agent',
  programs: [],
  configDir: ({ userHome }) => userHome,
  translate,
  hookReply: (_event, context) => context,
  settingsFiles: () => [],
  notes: advice,
  transcripts: {
    roots: () => [],
    directoryOf: () => null,
    accepts: (relativePath) => /\.(traj|jsonl?)$/.test(relativePath),
    recognises: recognisesOther,
    reader: () => ({ line: () => null, end: () => [] }),
    document: openOtherFormat,
  },
};

/** What to configure by hand: each client keeps its servers elsewhere, in one of these two forms. */
function advice({ command, env, hookPath }: HookTarget): string[] {
  const args = [...command.args, 'mcp'];
  const environment = Object.keys(env).length === 0 ? {} : { env };
  const server = { hivemind: { command: command.command, args, ...environment } };
  return [
    `give this to any MCP client, where it keeps its servers:\n${JSON.stringify({ mcpServers: server }, null, 2)}`,
    `any program can hand over what it does: '${hookPath}' generic tool < payload.json, or hivemind record --help (docs/guides/any-agent.md)`,
  ];
}
