import type { Agent } from '../agent.ts';
import { fieldsAt, parseFields, wordAt } from '../fields.ts';
import { agentName, configDir } from './home.ts';
import { hookReply, instructionFiles, settingsFiles } from './hooks.ts';
import { translate } from './payload.ts';
import { createReader } from './transcript.ts';
import { notes, untrusted } from './trust.ts';

/** Copilot CLI: hooks and MCP server in its folder, payloads of its hooks, events of its sessions. */
export const copilotCli: Agent = {
  name: agentName,
  title: 'GitHub Copilot CLI',
  programs: ['copilot'],
  configDir,
  translate,
  hookReply,
  settingsFiles,
  instructionFiles,
  notes,
  untrusted,
  transcripts: {
    roots: (place) => [`${configDir(place)}/session-state`],
    directoryOf: (head) => wordAt(fieldsAt(startIn(head), 'context'), 'cwd'),
    recognises: (head) => wordAt(startIn(head), 'producer') === 'copilot-agent',
    accepts: (relativePath) => /^[^/]+\/events\.jsonl$/.test(relativePath.replaceAll('\\', '/')),
    reader: createReader,
  },
};

/** The data of the line that every transcript begins with. */
function startIn(head: string) {
  const line = parseFields(head.split('\n', 1)[0] ?? '');
  return wordAt(line, 'type') === 'session.start' ? fieldsAt(line, 'data') : null;
}
