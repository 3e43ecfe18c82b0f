import type { Agent } from '../agent.ts';
import { agentName, configDir } from './home.ts';
import { hookReply, settingsFiles } from './hooks.ts';
import { translate } from './payload.ts';
import { createReader } from './transcript.ts';

/** Cursor: hooks and MCP server in its settings, payloads of its hooks, transcripts of its agents. */
export const cursor: Agent = {
  name: agentName,
  title: 'Cursor',
  programs: ['cursor', 'cursor-agent'],
  configDir,
  translate,
  hookReply,
  settingsFiles,
  transcripts: {
    roots: (place) => [`${configDir(place)}/projects`],
    directoryOf: () => null,
    accepts: (relativePath) => /(^|\/)agent-transcripts\/.+\.jsonl$/.test(relativePath.replaceAll('\\', '/')),
    reader: createReader,
  },
};
