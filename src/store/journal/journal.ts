import { Mutex } from 'async-mutex';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import { isFull, makePrivateDirectory } from '../durable.ts';
import { createAppender } from './appender.ts';
import { GroupEncoder } from './group.ts';
import { listSegments } from './names.ts';
import {
  countSegments,
  type JournalReport,
  type JournalStats,
  type Reading,
  readEvents,
  verifySegments,
} from './reading.ts';
import { recover } from './recovery.ts';
import type { OpenSegment } from './segment.ts';
import { segmentClock } from './segment-clock.ts';
import { compressSealed, deleteOld, type Tidied } from './tidy.ts';

export const defaultSegmentBytes = 4 * 1024 * 1024;

/** The durable log of one writer's events in one workspace. */
export interface Journal {
  /** Seq of the last durable event; 0 when there is none. */
  lastSeq(): number;
  /**
   * Writes events with the next seqs; they are on disk when this resolves. One call at a time. On failure none of them
   * counts: RESOURCE_EXHAUSTED when the disk is full, else UNAVAILABLE; RangeError when they are more than 32 MiB.
   */
  write(events: Event[]): Promise<void>;
  /** Events of the closed range that retained segments still hold, in order, each once; damaged ones are left out (see `verify`). */
  read(fromSeq: number, toSeq: number): AsyncIterable<Event[]>;
  /**
   * Upkeep, safe beside writes: of the sealed segments that hold only events up to `seq`, deletes those last written
   * before `olderThan` (of `clock`) and compresses a few of the others. Call it again while `compressed` is not 0.
   */
  tidy(seq: number, olderThan: number): Promise<Tidied>;
  /** The time in epoch ms, as far as the age of segments goes: see `segmentClock`. */
  clock(): number;
  /** Reads every retained segment and reports; changes nothing. */
  verify(): Promise<JournalReport>;
  /** The same figures as far as they can be had without reading. */
  stats(): Promise<JournalStats>;
  /** Ends what is under way; nothing can be written afterwards. */
  close(): Promise<void>;
}

export interface Recovered {
  journal: Journal;
  /** Events after `afterSeq`, in order. */
  events: Event[];
  /** Evidence of torn tails that were cut. */
  broken: string[];
}

/**
 * Opens the journal of `writer` in `directory`, repairing a torn tail. Segments that hold only events up to `afterSeq`
 * are not read. Throws DATA_LOSS on damage to later events, FAILED_PRECONDITION on another writer's or a newer journal;
 * errors of the file system as they come.
 */
export async function openJournal(
  directory: string,
  writer: string,
  afterSeq: number,
  segmentBytes = defaultSegmentBytes,
): Promise<Recovered> {
  await makePrivateDirectory(directory);
  const clock = await segmentClock(directory);
  const { events, broken, current, lastSeq } = await recover(directory, writer, afterSeq);
  const journal = createJournal(directory, writer, { segmentBytes, open: current, lastSeq, clock });
  return { journal, events, broken };
}

/** Whether nothing has been deleted from the beginning of the journal in `directory`, which may not have been made yet. */
export async function isFromFirst(directory: string): Promise<boolean> {
  const segments = await listSegments(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return (segments[0]?.firstSeq ?? 1) === 1;
}

/** A journal that nobody writes any more, up to `lastSeq`, whatever is damaged in it. */
export const readOnlyJournal = (directory: string, writer: string, lastSeq: number): Journal => ({
  ...createJournal(directory, writer, {
    segmentBytes: defaultSegmentBytes,
    open: null,
    lastSeq,
    clock: Date.now,
  }),
  write: () => Promise.reject(new AppError('INTERNAL', 'a journal that was set aside takes no events')),
});

interface JournalState {
  segmentBytes: number;
  open: OpenSegment | null;
  lastSeq: number;
  clock: () => number;
}

function createJournal(directory: string, writer: string, state: JournalState): Journal {
  const appender = createAppender(directory, writer, state.segmentBytes, state.open);
  const encoder = new GroupEncoder();
  const tidying = new Mutex();
  let writing: Promise<void> = Promise.resolve();
  /** Segments that are not whole: nothing to compress. */
  const left = new Set<string>();
  let { lastSeq } = state;
  let closed = false;

  const write = async (events: Event[]): Promise<void> => {
    // A late writer must not make a segment that the journal's next owner would write over.
    if (closed) throw new AppError('UNAVAILABLE', 'the journal is closed', { hint: 'send them again' });
    if (events.length === 0) return;
    checkSeqs(events, lastSeq + 1);
    const frame = encoder.encode(events);
    try {
      await appender.append(frame, lastSeq + 1);
    } catch (error) {
      throw asUnavailable(error);
    }
    lastSeq += events.length;
  };

  const tidy = async (seq: number, olderThan: number): Promise<Tidied> => {
    if (closed) return { compressed: 0, deleted: 0 };
    // Counting from what is acknowledged: the segment being written is never among them.
    const upTo = Math.min(seq, lastSeq);
    await appender.settle();
    const deleted = await deleteOld(directory, upTo, olderThan);
    return { deleted, compressed: await compressSealed(directory, upTo, left, () => closed) };
  };

  const reading: Reading = { directory, writer, lastSeq: () => lastSeq, endOf: appender.endOf };
  return {
    lastSeq: () => lastSeq,
    write: (events) => {
      const written = write(events);
      writing = written;
      return written;
    },
    read: (fromSeq, toSeq) => readEvents(reading, fromSeq, toSeq),
    tidy: (seq, olderThan) => tidying.runExclusive(() => tidy(seq, olderThan)),
    clock: state.clock,
    verify: () => verifySegments(reading),
    stats: () => countSegments(directory),
    close: async () => {
      closed = true;
      await tidying.waitForUnlock();
      await writing.catch(() => undefined);
      await appender.close();
    },
  };
}

/** Numbers that do not follow would be unreadable later, after they were acknowledged. */
function checkSeqs(events: readonly Event[], first: number): void {
  const wrong = events.findIndex(({ seq }, index) => seq !== first + index);
  if (wrong < 0) return;
  throw new AppError('INTERNAL', `event ${events[wrong]?.seq} was written where ${first + wrong} belongs`, {
    hint: 'hivemind daemon logs',
  });
}

function asUnavailable(error: unknown): AppError {
  const full = isFull(error);
  const message = full
    ? 'the disk is full: the events were not stored'
    : `the journal could not be written: ${error instanceof Error ? error.message : String(error)}`;
  return new AppError(full ? 'RESOURCE_EXHAUSTED' : 'UNAVAILABLE', message, {
    hint: full ? 'free disk space, then send them again' : 'look at the disk, then send them again',
    cause: error,
  });
}
