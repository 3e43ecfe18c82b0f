import { basename } from 'node:path';
import type { TranscriptReader } from '../agent.ts';
import { asFields, type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import { type Scene, timeOf } from '../scene.ts';
import { takeEvent } from './event.ts';
import {
  createFile,
  type File,
  sceneOf,
  settleBefore,
  settleStart,
  startFile,
  takeCompaction,
  takeContext,
  takeEnvironment,
  takeMessage,
  takeTyped,
  takeUsage,
} from './file.ts';
import { takeItem } from './item.ts';
import { bookkeeping, isCopied, turnIn, typedWords } from './rollout.ts';
import { endThread, settleResponse } from './thread.ts';

/** Reads one rollout of Codex, of any version. */
export function createReader(path: string): TranscriptReader {
  const file = createFile(basename(path.replaceAll('\\', '/')));
  return {
    line: (text) => {
      if (text.trim() === '') return null;
      const line = asFields(JSON.parse(text));
      const isKept = line !== null && takeLine(file, line);
      const drafts = file.queue.take();
      return isKept || drafts.length > 0 ? drafts : null;
    },
    rest: () => {
      settleStart(file);
      settleResponse(file.thread);
      return file.queue.take();
    },
    end: () => {
      settleBefore(file);
      endThread(file.thread);
      return file.queue.takeAll();
    },
    unknown: file.unknown.counts,
  };
}

/** Whether the line carries something to keep. */
function takeLine(file: File, line: Fields): boolean {
  file.at = timeOf(wordAt(line, 'timestamp')) ?? file.at;
  const payload = fieldsAt(line, 'payload');
  const type = stringAt(line, 'type');
  if (payload === null) return takeBareLine(file, line, type);
  if (type === 'session_meta') return takeMeta(file, payload);
  const take = type !== null && Object.hasOwn(takers, type) ? takers[type] : undefined;
  if (take === undefined) return notTaken(file, type ?? 'none');
  if (!file.isStarted) startFile(file, { id: payload.thread_id });
  const turn = turnIn(payload);
  return !isForeign(file, payload, turn) && take(file, payload, sceneOf(file, turn));
}

const takers: Record<string, (file: File, payload: Fields, scene: Scene) => boolean> = {
  turn_context: takeContext,
  compacted: takeCompaction,
  token_usage_record: (file, payload) => takeUsage(file, payload, 'record'),
  response_item: (file, payload, scene) =>
    takeResponse(file, payload, stringAt(payload, 'type') ?? 'none', scene),
  event_msg: (file, payload, scene) => {
    const { taken, name } = takeEvent(file, payload, scene);
    return taken ?? notTaken(file, name);
  },
};

/** The first versions wrote the items alone, behind a first line about the session. */
function takeBareLine(file: File, line: Fields, type: string | null): boolean {
  if (type !== null) {
    if (!file.isStarted) startFile(file, {});
    return takeResponse(file, line, type, sceneOf(file, null));
  }
  if (wordAt(line, 'id') !== null && wordAt(line, 'timestamp') !== null) return takeMeta(file, line);
  return wordAt(line, 'record_type') === null && notTaken(file, 'none');
}

/** Only the first says whose the rollout is: that of a fork goes on with the lines of the thread that it was made from. */
function takeMeta(file: File, payload: Fields): boolean {
  if (file.isStarted) return false;
  startFile(file, payload);
  return true;
}

/** Lines of the thread that this one was forked from are that one's. */
function isForeign(file: File, payload: Fields, turn: string | null): boolean {
  const thread = wordAt(payload, 'thread_id');
  if (thread !== null && thread !== file.threadId) return true;
  if (turn !== null) file.isCopy = isCopied(turn, file.threadId);
  return file.isCopy;
}

function takeResponse(file: File, item: Fields, kind: string, scene: Scene): boolean {
  if (kind === 'message') return takeWords(file, item, scene);
  if (kind === 'reasoning') {
    settleBefore(file);
    return false;
  }
  return takeItem(file, item, kind, scene) ?? notTaken(file, `response_item/${kind}`);
}

function takeWords(file: File, item: Fields, scene: Scene): boolean {
  const role = stringAt(item, 'role');
  const content = listAt(item, 'content') ?? [];
  if (role === 'assistant') {
    settleBefore(file);
    return takeMessage(file, scene, content);
  }
  if (role !== 'user') return false;
  takeEnvironment(file, content);
  const words = typedWords(item);
  return words !== null && takeTyped(file, words, scene);
}

function notTaken(file: File, name: string): false {
  if (!bookkeeping.has(name)) file.unknown.count(name);
  return false;
}
