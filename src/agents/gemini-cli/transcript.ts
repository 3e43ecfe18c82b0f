import type { DraftInput } from '../../schema/event.ts';
import { hash128 } from '../../schema/ids.ts';
import type { TranscriptReader } from '../agent.ts';
import { asFields, type Fields, fieldsAt, listAt, wordAt } from '../fields.ts';
import { draftOf, programActor, type Scene, sessionsOf, timeOf } from '../scene.ts';
import { compactedDraft, firstStart, startedDraft } from '../turn.ts';
import { createUnknownLines, type UnknownLines } from '../unknown-lines.ts';
import { agentName, directoryAt, idsOf } from './home.ts';
import { createMessages, type Messages } from './messages.ts';
import { textOf } from './words.ts';

/** What is remembered of a file. */
interface File {
  nativeId: string;
  agentId: string | null;
  /** Directory that paths are made relative to. */
  base: string | null;
  startedAt: number | undefined;
  isStarted: boolean;
  messages: Messages;
  /** Summaries that were told, by their hash. */
  snapshots: Set<string>;
  title: string | null;
  titles: Map<string, number>;
  unknown: UnknownLines;
  at: number | undefined;
}

/** Types of messages that carry nothing to keep. */
const quietTypes = new Set(['info', 'warning']);

/**
 * Reads one transcript of Gemini CLI, main or subagent's. A message is appended again as it grows (with its tokens,
 * with its calls), so that each part is told when it is first seen whole; ids tell what was told.
 */
export function createReader(path: string): TranscriptReader {
  const file = openFile(path);
  return {
    line: (text) => {
      if (text.trim() === '') return null;
      const record = asFields(JSON.parse(text));
      const drafts = record === null ? [] : takeRecord(file, record);
      return drafts.length > 0 ? drafts : null;
    },
    rest: () => withStart(file, file.messages.rest()),
    end: () => withStart(file, file.messages.end()),
    unknown: file.unknown.counts,
  };
}

function openFile(path: string): File {
  const { parent, name } = idsOf(path);
  return {
    nativeId: parent ?? name,
    agentId: parent === null ? null : name,
    base: directoryAt(path),
    startedAt: undefined,
    isStarted: false,
    messages: createMessages(),
    snapshots: new Set(),
    title: null,
    titles: new Map(),
    unknown: createUnknownLines(),
    at: undefined,
  };
}

/** Drafts of one record: the header, a message, or a change of what is known of the session. */
function takeRecord(file: File, record: Fields): DraftInput[] {
  const set = fieldsAt(record, '$set');
  if (set !== null) return [...takeHistory(file, listAt(set, 'messages') ?? []), ...takeTitle(file, set)];
  if ('$rewindTo' in record) return [];
  if (wordAt(record, 'id') !== null) return withStart(file, takeMessage(file, record));
  if (wordAt(record, 'sessionId') === null) {
    file.unknown.count('record');
    return [];
  }
  takeHeader(file, record);
  const told = (listAt(record, 'messages') ?? []).flatMap((item) => takeMessage(file, asFields(item)));
  return [...withStart(file, told), ...takeTitle(file, record)];
}

function takeHeader(file: File, header: Fields): void {
  const id = wordAt(header, 'sessionId') ?? '';
  // A subagent's file that does not lie below its parent's does not say whose it is: a session of its own.
  const isChild = wordAt(header, 'kind') === 'subagent' && file.agentId !== null;
  if (isChild) file.agentId = id;
  else [file.nativeId, file.agentId] = [id, null];
  const [first] = listAt(header, 'directories') ?? [];
  if (typeof first === 'string' && first !== '') file.base ??= first;
  file.startedAt ??= timeOf(wordAt(header, 'startTime'));
}

function takeMessage(file: File, message: Fields | null): DraftInput[] {
  if (message === null) return [];
  const type = wordAt(message, 'type') ?? 'message';
  file.at = timeOf(wordAt(message, 'timestamp')) ?? file.at;
  const told = file.messages.take(sceneOf(file), type, message);
  if (told !== null) return told;
  if (!quietTypes.has(type)) file.unknown.count(type);
  return [];
}

/**
 * The history as Gemini goes on with it: after a compaction it begins with a summary. Everything else in it was told
 * when it happened, though some of it has another id by now.
 */
function takeHistory(file: File, messages: readonly unknown[]): DraftInput[] {
  return messages.map(asFields).flatMap((message) => {
    const summary = wordAt(message, 'type') === 'user' ? textOf(message?.content).trim() : '';
    const key = hash128('gemini snapshot', summary);
    if (!summary.includes('<state_snapshot>') || file.snapshots.has(key)) return [];
    file.snapshots.add(key);
    const scene = { ...sceneOf(file), at: timeOf(wordAt(message, 'timestamp')) ?? file.at };
    // Its id is another one when the history is written again.
    return withStart(file, [compactedDraft(scene, { trigger: 'auto', summary, nth: 1, key })]);
  });
}

/** A session's name, which Gemini makes up after it. Only a change is told. */
function takeTitle(file: File, fields: Fields): DraftInput[] {
  const title = wordAt(fields, 'summary');
  if (title === null || title === file.title) return [];
  file.title = title;
  const ordinal = file.titles.get(title) ?? 0;
  file.titles.set(title, ordinal + 1);
  const scene = { ...sceneOf(file), promptId: null };
  const identity = { content: `titled:${title}`, ...(ordinal > 0 ? { ordinal } : {}) };
  const parts = {
    type: 'session.titled',
    identity,
    actor: programActor(scene),
    text: title,
    body: { title },
  };
  return withStart(file, [draftOf(scene, parts)]);
}

/** The session's start comes before the first thing that it tells: a client that was only opened is no session. */
function withStart(file: File, drafts: DraftInput[]): DraftInput[] {
  if (drafts.length === 0 || file.isStarted) return drafts;
  file.isStarted = true;
  const scene = { ...sceneOf(file), promptId: null, model: null, at: file.startedAt ?? drafts[0]?.at };
  const body = file.base === null ? {} : { cwd: file.base };
  const source = file.agentId === null ? 'import' : 'subagent';
  return [startedDraft(scene, { source, identity: firstStart(scene), body }), ...drafts];
}

function sceneOf(file: File): Scene {
  const { nativeId, agentId, base, at } = file;
  return {
    agent: agentName,
    nativeId,
    agentId,
    ...sessionsOf(agentName, nativeId, agentId),
    promptId: file.messages.promptId(),
    model: null,
    base,
    at,
  };
}
