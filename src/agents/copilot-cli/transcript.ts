import { basename, dirname } from 'node:path/posix';
import type { DraftInput } from '../../schema/event.ts';
import type { TranscriptReader } from '../agent.ts';
import { asFields, type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';
import { type Scene, sessionsOf, timeOf } from '../scene.ts';
import { createUnknownLines, type UnknownLines } from '../unknown-lines.ts';
import { agentName } from './home.ts';
import { isQuiet } from './line-types.ts';
import { takers } from './takers.ts';
import { createThread, type Thread, unansweredDrafts } from './thread.ts';

/** What is remembered of a file. */
interface File {
  nativeId: string;
  base: string | null;
  /** By the id of the subagent; the main session's is empty. */
  threads: Map<string, Thread>;
  calls: Thread['calls'];
  /** Lines that were read. */
  ids: Set<string>;
  unknown: UnknownLines;
  at: number | undefined;
}

/** Reads one events.jsonl of Copilot CLI: a session with its subagents. Each line is final, and has an id. */
export function createReader(path: string): TranscriptReader {
  const file: File = {
    nativeId: idAt(path),
    base: null,
    threads: new Map(),
    calls: new Map(),
    ids: new Set(),
    unknown: createUnknownLines(),
    at: undefined,
  };
  return {
    line: (text) => {
      if (text.trim() === '') return null;
      const line = asFields(JSON.parse(text));
      const drafts = line === null ? [] : takeLine(file, line);
      return drafts.length > 0 ? drafts : null;
    },
    end: () => unansweredDrafts(file.calls),
    unknown: file.unknown.counts,
  };
}

/** The session's id by the file's place: SESSION/events.jsonl; elsewhere the file's own name. */
function idAt(path: string): string {
  const whole = path.replaceAll('\\', '/');
  const name = basename(whole).replace(/\.jsonl$/, '');
  return name === 'events' ? basename(dirname(whole)) || name : name;
}

function takeLine(file: File, line: Fields): DraftInput[] {
  const id = wordAt(line, 'id');
  if (id !== null && file.ids.has(id)) return [];
  if (id !== null) file.ids.add(id);
  file.at = timeOf(wordAt(line, 'timestamp')) ?? file.at;
  const type = stringAt(line, 'type') ?? ('kind' in line ? `kind ${String(line.kind)}` : 'line');
  const data = fieldsAt(line, 'data') ?? {};
  if (type === 'session.start') file.nativeId = wordAt(data, 'sessionId') ?? file.nativeId;
  if (type === 'session.start' || type === 'session.resume')
    file.base ??= wordAt(fieldsAt(data, 'context'), 'cwd');
  const take = Object.hasOwn(takers, type) ? takers[type] : undefined;
  if (take === undefined) {
    if (!isQuiet(type)) file.unknown.count(type);
    return [];
  }
  const thread = threadOf(file, wordAt(line, 'agentId'));
  return take({ thread, data, id, scene: sceneOf(file, thread) });
}

function threadOf(file: File, agentId: string | null): Thread {
  const known = file.threads.get(agentId ?? '');
  if (known !== undefined) return known;
  const opened = createThread(agentId, file.calls);
  file.threads.set(agentId ?? '', opened);
  return opened;
}

const sceneOf = ({ nativeId, base, at }: File, { agentId, promptId, model }: Thread): Scene => ({
  agent: agentName,
  nativeId,
  agentId,
  ...sessionsOf(agentName, nativeId, agentId),
  promptId,
  model,
  base,
  at,
});
