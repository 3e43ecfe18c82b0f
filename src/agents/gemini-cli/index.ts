import type { Agent } from '../agent.ts';
import { listAt, parseFields, wordAt } from '../fields.ts';
import { createDocument } from './document.ts';
import { agentName, configDir, directoryAt } from './home.ts';
import { hookReply, settingsFiles } from './hooks.ts';
import { instructionFiles } from './instruction.ts';
import { translate } from './payload.ts';
import { createReader } from './transcript.ts';

/** Gemini CLI: hooks and MCP server in its settings, payloads of its hooks, chats in its folders of projects. */
export const geminiCli: Agent = {
  name: agentName,
  title: 'Gemini CLI',
  programs: ['gemini'],
  configDir,
  translate,
  hookReply,
  settingsFiles,
  instructionFiles,
  transcripts: {
    roots: (place) => [`${configDir(place)}/tmp`],
    directoryOf: (head, path) => directoryAt(path) ?? directoryIn(head),
    recognises: (head, path) => (path.endsWith('.json') ? isDocument(head) : isTranscript(head)),
    accepts: (relativePath) =>
      /(^|\/)chats\/(?:[^/]+\/)?[^/]+\.jsonl?$/.test(relativePath.replaceAll('\\', '/')),
    reader: createReader,
    document: createDocument,
  },
};

/** A subagent's header names the directories that it works in. */
function directoryIn(head: string): string | null {
  const [first] = listAt(parseFields(head.split('\n', 1)[0] ?? ''), 'directories') ?? [];
  return typeof first === 'string' && first !== '' ? first : null;
}

/** The header names session and project; a message says that the model is Gemini. */
const isTranscript = (head: string): boolean =>
  head
    .split('\n')
    .slice(0, 20)
    .map(parseFields)
    .some(
      (line) =>
        (wordAt(line, 'sessionId') !== null && wordAt(line, 'projectHash') !== null) ||
        (wordAt(line, 'type') === 'gemini' && wordAt(line, 'id') !== null),
    );

const isDocument = (head: string): boolean => /"sessionId"\s*:/.test(head) && /"projectHash"\s*:/.test(head);
