import { open, readdir, readFile, rename, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Event } from '../../schema/event.ts';
import { syncDirectory } from '../durable.ts';
import { reach } from '../failpoint.ts';
import { compress, decompress } from '../journal/contents.ts';
import { encodeFrame, findFrame, readFrame } from '../journal/frame.ts';
import { evidenceName, type SegmentFile, segmentFiles, unfinishedEnding } from '../journal/names.ts';
import { writerSetAside } from '../journal/set-aside.ts';
import type { Forgetter } from './forgetter.ts';

export interface JournalForgotten {
  /** Segments that were rewritten. */
  segments: number;
  /** Copies of damaged segments that were emptied: what they hold cannot be told apart. */
  emptied: number;
}

/**
 * Rewrites the segments of every journal of this home that hold events to be forgotten; each is replaced in one step, so
 * that a crash leaves it as it was or as it is to be. Nobody may have the journals open. What is damaged in such a segment
 * is overwritten: it may be a part of what goes.
 */
export async function forgetInJournals(folder: string, forgetter: Forgetter): Promise<JournalForgotten> {
  const done: JournalForgotten = { segments: 0, emptied: 0 };
  for (const name of await readdir(folder).catch(ignoreAbsent)) {
    const writer = writerSetAside(name) ?? (/^wr_[0-9a-f]{32}$/.test(name) ? name : null);
    if (writer === null || !forgetter.touched.writers().includes(writer)) continue;
    const directory = join(folder, name);
    const isBroken = writerSetAside(name) !== null;
    const files = (await segmentFiles(directory)).sort((a, b) => a.firstSeq - b.firstSeq);
    for (const [at, file] of files.entries()) {
      const next = files.slice(at + 1).find(({ firstSeq }) => firstSeq > file.firstSeq)?.firstSeq ?? Infinity;
      // A segment may hold events that were refused, with numbers that were given again.
      const isTouched = forgetter.touched.overlaps(writer, file.firstSeq, next - 1);
      if (!isTouched) continue;
      await rewriteSegment(file, forgetter, { next, isLast: next === Infinity && !isBroken });
      done.segments += 1;
      reach('forget.segment');
    }
    done.emptied += await emptyEvidence(directory);
    await syncDirectory(directory);
  }
  return done;
}

const ignoreAbsent = (error: NodeJS.ErrnoException): string[] => {
  if (error.code === 'ENOENT') return [];
  throw error;
};

async function rewriteSegment(
  { path, compressed }: SegmentFile,
  forgetter: Forgetter,
  { next, isLast }: { next: number; isLast: boolean },
): Promise<void> {
  const bytes = await readFile(path);
  const plain = compressed ? await decompress(bytes).catch(() => null) : bytes;
  const { atime, mtime } = await stat(path);
  // What does not decompress can be read by nobody any more.
  const content = plain === null ? Buffer.alloc(0) : rewritten(plain, forgetter, next);
  // The last one is written on: it keeps its room.
  const whole =
    isLast && content.length < bytes.length && !compressed
      ? Buffer.concat([content, Buffer.alloc(bytes.length - content.length)])
      : content;
  const made = compressed && plain !== null ? await compress(whole) : whole;
  const unfinished = `${path.replace(/\.zst$/, '')}${unfinishedEnding}`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.writeFile(made);
    // Retention counts from when the events were written.
    await handle.utimes(atime, mtime);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, path);
}

/** Bytes that are no frame, and stay none: a length that is impossible. */
const nothing = 0xff;

/** A segment frame by frame, with the stubs; events from `next` on do not count and are left out. */
export function rewritten(bytes: Buffer, forgetter: Forgetter, next: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const frame = readFrame(bytes, at);
    if (frame.kind === 'blank') break;
    if (frame.kind === 'frame') {
      parts.push(frameOf(bytes.subarray(at, frame.end), frame.payload, forgetter, next));
      at = frame.end;
      continue;
    }
    const resumes = findFrame(bytes, at + 1);
    parts.push(Buffer.alloc((resumes ?? bytes.length) - at, nothing));
    if (resumes === null) break;
    at = resumes;
  }
  return Buffer.concat(parts);
}

function frameOf(frame: Buffer, payload: Buffer, forgetter: Forgetter, next: number): Buffer {
  const { events: given, ...others } = JSON.parse(payload.toString('utf8')) as { events?: unknown };
  if (!Array.isArray(given)) return frame;
  const events = given
    .filter((event: { seq?: unknown }) => typeof event?.seq !== 'number' || event.seq < next)
    .map((event: unknown) => {
      const parsed = Event.safeParse(event);
      if (!parsed.success) return event;
      const kept = forgetter.of(parsed.data);
      return kept === parsed.data ? event : kept;
    });
  const isSame = events.length === given.length && events.every((event, at) => event === given[at]);
  return isSame ? frame : encodeFrame(JSON.stringify({ ...others, events }));
}

/** Copies of torn tails, and segments set aside, lose their bytes and keep their names, which say what is missing on purpose. */
async function emptyEvidence(directory: string): Promise<number> {
  let emptied = 0;
  for (const name of await readdir(directory)) {
    if (!evidenceName.test(name) || (await stat(join(directory, name))).size === 0) continue;
    await truncate(join(directory, name));
    emptied += 1;
  }
  return emptied;
}
