import type { Agent } from '../agent.ts';
import { fieldsAt, parseFields, wordAt } from '../fields.ts';
import { findString } from '../unreadable.ts';
import { agentName, configDir } from './home.ts';
import { hookReply, instructionFiles, settingsFiles } from './hooks.ts';
import { translate } from './payload.ts';
import { createReader } from './transcript.ts';

/** Claude Code: hooks and MCP server in its settings, payloads of its hooks, transcripts below its projects folder. */
export const claudeCode: Agent = {
  name: agentName,
  title: 'Claude Code',
  programs: ['claude'],
  configDir,
  translate,
  hookReply,
  settingsFiles,
  instructionFiles,
  transcripts: {
    roots: (place) => [`${configDir(place)}/projects`],
    directoryOf: (head) => findString(head, 'cwd'),
    recognises: (head, path) => path.endsWith('.jsonl') && isClaudes(head),
    accepts: (relativePath) => isTranscript(relativePath.replaceAll('\\', '/')),
    reader: createReader,
  },
};

/** Files beside the transcripts that are none: big tool outputs, and the agents that Claude runs for itself. */
const others =
  /(^|\/)tool-results\/|(^|\/)history\.jsonl$|(^|\/)agent-a(compact|prompt_suggestion|side_question)-[^/]*$/;

const isTranscript = (path: string): boolean => path.endsWith('.jsonl') && !others.test(path);

/** A line of a conversation holds the message of a user or an assistant; or a summary stands first. */
const isClaudes = (head: string): boolean =>
  head
    .split('\n')
    .slice(0, 50)
    .map(parseFields)
    .some(
      (line) =>
        (/^(user|assistant)$/.test(wordAt(line, 'type') ?? '') && fieldsAt(line, 'message') !== null) ||
        (wordAt(line, 'type') === 'summary' && wordAt(line, 'leafUuid') !== null),
    );
