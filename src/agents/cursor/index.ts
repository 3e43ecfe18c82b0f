import type { Agent } from '../agent.ts';
import { fieldsAt, parseFields } from '../fields.ts';
import { agentName, configDir } from './home.ts';
import { hookReply, instructionFiles, settingsFiles } from './hooks.ts';
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
  instructionFiles,
  transcripts: {
    roots: (place) => [`${configDir(place)}/projects`],
    directoryOf: () => null,
    accepts: (relativePath) => /(^|\/)agent-transcripts\/.+\.jsonl$/.test(relativePath.replaceAll('\\', '/')),
    recognises: (head, path) => path.endsWith('.jsonl') && isCursors(head),
    reader: createReader,
  },
};

/** Lines that are a role and a message, and nothing that other agents put beside them. */
function isCursors(head: string): boolean {
  const line = parseFields(head.split('\n', 1)[0] ?? '');
  const keys = Object.keys(line ?? {})
    .sort()
    .join();
  return keys === 'message,role' && Array.isArray(fieldsAt(line, 'message')?.content);
}
