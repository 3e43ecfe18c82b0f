import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import { makePrivateDirectory, syncDirectory } from '../durable.ts';
import {
  createSegment,
  cutTornTail,
  encodeGroup,
  firstSeqOf,
  type OpenSegment,
  readSegment,
  reopenSegment,
  sealSegment,
  segmentName,
  writeWhole,
} from './segment.ts';

export const defaultSegmentBytes = 4 * 1024 * 1024;

export interface Journal {
  /** Seq of the last durable event; 0 when there is none. */
  lastSeq(): number;
  /** Writes events with the next seqs; they are on disk when this resolves. One call at a time. On failure none of them counts. */
  write(events: Event[]): Promise<void>;
  /** Deletes sealed segments that hold only events up to `seq` and were last written before `olderThan` (epoch ms). */
  prune(seq: number, olderThan: number): Promise<number>;
  close(): Promise<void>;
}

export interface Recovered {
  journal: Journal;
  /** Events after `afterSeq`, in order. */
  events: Event[];
  /** Evidence of torn tails that were cut. */
  broken: string[];
}

/** Opens the journal of `writer` in `directory`, repairing a torn tail; throws DATA_LOSS on damage in the middle. */
export async function openJournal(
  directory: string,
  writer: string,
  afterSeq: number,
  segmentBytes = defaultSegmentBytes,
): Promise<Recovered> {
  await makePrivateDirectory(directory);
  const paths = await neededSegments(directory, afterSeq);
  const events: Event[] = [];
  const broken: string[] = [];
  let lastSeq = afterSeq;
  let current: OpenSegment | null = null;
  for (const [index, path] of paths.entries()) {
    const next = paths[index + 1];
    const contents = await readSegment(path);
    if (contents.end === 0) {
      // Creation was cut by a crash before its header was durable: nothing acknowledged can be in it.
      if (next !== undefined) throw gapBefore(next, lastSeq);
      await unlink(path);
      continue;
    }
    if (contents.writer !== writer) throw foreignSegment(path, contents.writer, writer);
    if (firstSeqOf(path) > lastSeq + 1 && (index > 0 || afterSeq > 0)) throw gapBefore(path, lastSeq);
    if (contents.torn !== null) broken.push(await cutTornTail(path, contents.end));
    // A segment given up after a failed sync may hold unacknowledged events that the next one numbers again.
    const limit = next === undefined ? Number.POSITIVE_INFINITY : firstSeqOf(next);
    const counting = contents.events.filter(({ seq }) => seq < limit);
    const lastHere = counting.at(-1)?.seq ?? firstSeqOf(path) - 1;
    lastSeq = Math.max(lastSeq, lastHere);
    for (const event of counting) if (event.seq > afterSeq) events.push(event);
    // A journal that ends before what the table holds (it was removed, say) goes on in a new segment, not in a gap.
    if (next === undefined && lastHere === lastSeq) current = await reopenSegment(path, contents.end);
  }
  return { journal: createJournal(directory, writer, segmentBytes, current, lastSeq), events, broken };
}

/** Segments that may hold events after `afterSeq`, in order; the others are kept for repair and need no reading. */
async function neededSegments(directory: string, afterSeq: number): Promise<string[]> {
  const paths = (await segmentPaths(directory)).sort();
  return paths.filter((_, index) => {
    const next = paths[index + 1];
    return next === undefined || firstSeqOf(next) > afterSeq + 1;
  });
}

function createJournal(
  directory: string,
  writer: string,
  segmentBytes: number,
  open: OpenSegment | null,
  last: number,
): Journal {
  let segment = open;
  let lastSeq = last;
  let closed = false;

  const roll = async (needed: number): Promise<OpenSegment> => {
    if (segment !== null) {
      const full = segment;
      segment = null;
      await sealSegment(full);
    }
    const firstSeq = lastSeq + 1;
    const header = { format: 1 as const, writer, firstSeq };
    segment = await createSegment(
      join(directory, segmentName(firstSeq)),
      header,
      Math.max(segmentBytes, needed + 1024),
    );
    return segment;
  };

  const write = async (events: Event[]): Promise<void> => {
    // A late writer must not make a segment that the journal's next owner would write over.
    if (closed) throw new AppError('UNAVAILABLE', 'the journal is closed', { hint: 'send them again' });
    const bytes = encodeGroup(events);
    try {
      const target =
        segment === null || segment.offset + bytes.length > segment.sizeBytes
          ? await roll(bytes.length)
          : segment;
      await writeWhole(target.handle, bytes, target.offset);
      await target.handle.datasync();
      target.offset += bytes.length;
      lastSeq += events.length;
    } catch (error) {
      await giveUp();
      throw asUnavailable(error);
    }
  };

  // After a failed sync the kernel may have dropped the pages: the segment is never written again.
  const giveUp = async (): Promise<void> => {
    const failed = segment;
    segment = null;
    if (failed === null) return;
    await failed.handle.truncate(failed.offset).catch(() => undefined);
    await failed.handle.close().catch(() => undefined);
  };

  return {
    lastSeq: () => lastSeq,
    write,
    prune: (seq, olderThan) => pruneSegments(directory, seq, olderThan),
    close: async () => {
      closed = true;
      await segment?.handle.close();
      segment = null;
    },
  };
}

async function pruneSegments(directory: string, seq: number, olderThan: number): Promise<number> {
  const paths = (await segmentPaths(directory)).sort();
  let deleted = 0;
  for (const [index, path] of paths.entries()) {
    const next = paths[index + 1];
    if (next === undefined || firstSeqOf(next) > seq + 1) break;
    if ((await stat(path)).mtimeMs > olderThan) break;
    await unlink(path);
    deleted += 1;
  }
  if (deleted > 0) await syncDirectory(directory);
  return deleted;
}

const segmentPaths = async (directory: string): Promise<string[]> =>
  (await readdir(directory))
    .filter((name) => /^[0-9a-f]{16}\.wal$/.test(name))
    .map((name) => join(directory, name));

function asUnavailable(error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code;
  const message =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full: the events were not stored'
      : `the journal could not be written: ${error instanceof Error ? error.message : String(error)}`;
  const kind = code === 'ENOSPC' || code === 'EDQUOT' ? 'RESOURCE_EXHAUSTED' : 'UNAVAILABLE';
  return new AppError(kind, message, { hint: 'free disk space, then send them again', cause: error });
}

const gapBefore = (path: string, lastSeq: number): AppError =>
  new AppError('DATA_LOSS', `the journal has a gap: after event ${lastSeq} comes ${path}`, {
    hint: 'restore the missing segment from a back-up; nothing was changed',
  });

const foreignSegment = (path: string, found: string, expected: string): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `${path} was written by ${found}, not by this home's writer ${expected}`,
    {
      hint: 'move the file out of the journal folder',
    },
  );
