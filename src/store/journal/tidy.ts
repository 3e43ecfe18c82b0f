import { open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isFull, syncDirectory } from '../durable.ts';
import { reach } from '../failpoint.ts';
import { compress, decompress } from './contents.ts';
import { readFrame } from './frame.ts';
import { compressedEnding, evidenceName, listSegments, type SegmentFile, unfinishedEnding } from './names.ts';

/** What one round of upkeep did. */
export interface Tidied {
  compressed: number;
  deleted: number;
}

/** Most segments that one call compresses (each takes some 20 ms of a thread): whoever calls comes again. */
export const mostPerCall = 4;

/** A file from further ahead than this was written while the clock was wrong. */
const clockToleranceMs = 24 * 60 * 60 * 1000;

/** Deletes segments before the one that holds event `seq + 1` that were last written before `olderThan`, oldest first; evidence too. */
export async function deleteOld(directory: string, seq: number, olderThan: number): Promise<number> {
  const files = await coveredSegments(directory, seq);
  const writtenAt = await writeTimes(files);
  let deleted = 0;
  for (const [index, { path }] of files.entries()) {
    // Stops at the first that stays: what is kept has no holes.
    if ((writtenAt[index] ?? Number.POSITIVE_INFINITY) >= olderThan) break;
    await unlink(path);
    deleted += 1;
  }
  if (deleted > 0) {
    reach('segment.prune');
    await syncDirectory(directory);
  }
  await deleteOldEvidence(directory, olderThan);
  return deleted;
}

/**
 * Compresses segments before the one that holds event `seq + 1`, until `stopped`; `left` remembers those that cannot be.
 * It saves room and nothing else: a failure leaves the plain form, and a full disk ends the round.
 */
export async function compressSealed(
  directory: string,
  seq: number,
  left: Set<string>,
  stopped: () => boolean,
): Promise<number> {
  const files = await coveredSegments(directory, seq);
  let compressed = 0;
  for (const { path } of files.filter((file) => !file.compressed && !left.has(file.path))) {
    if (compressed === mostPerCall || stopped()) break;
    try {
      await compressSegment(directory, path);
      compressed += 1;
    } catch (error) {
      await unlink(`${path}${unfinishedEnding}`).catch(() => undefined);
      if (isFull(error)) break;
      left.add(path);
    }
  }
  // A plain form that comes back after a power cut is removed when the journal is opened.
  if (compressed > 0) await syncDirectory(directory);
  return compressed;
}

/** Segments whose events are all at or before `seq`; never the last one. */
async function coveredSegments(directory: string, seq: number): Promise<SegmentFile[]> {
  const files = await listSegments(directory);
  return files.filter((_, index) => {
    const next = files[index + 1];
    return next !== undefined && next.firstSeq <= seq + 1;
  });
}

/** When each was last written (epoch ms); of one that the clock has in the future, when the next one was. */
async function writeTimes(files: readonly SegmentFile[]): Promise<number[]> {
  const future = Date.now() + clockToleranceMs;
  const times: number[] = [];
  for (const { path } of files) times.push((await stat(path)).mtimeMs);
  for (let index = times.length - 2; index >= 0; index--) {
    const [own = 0, next = 0] = [times[index], times[index + 1]];
    if (own > future) times[index] = next;
  }
  return times;
}

/** Puts a compressed form in a segment's place; throws when the segment is not whole frames to its end: that is for `verify`. */
async function compressSegment(directory: string, path: string): Promise<void> {
  const plain = framesOf(await readFile(path));
  const packed = await compress(plain);
  if (!(await decompress(packed)).equals(plain))
    throw new Error(`${path} does not come back from compression`);
  const { atime, mtime } = await stat(path);
  const unfinished = `${path}${unfinishedEnding}`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.writeFile(packed);
    // Retention counts from when the events were written.
    await handle.utimes(atime, mtime);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, `${path}${compressedEnding}`);
  await syncDirectory(directory);
  reach('segment.compress');
  await unlink(path);
}

/** A segment without the zeros at its end; throws when anything else follows its frames. */
function framesOf(bytes: Buffer): Buffer {
  for (let end = 0; ; ) {
    const frame = readFrame(bytes, end);
    if (frame.kind === 'bad') throw new Error(frame.reason);
    if (frame.kind === 'blank') return bytes.subarray(0, end);
    end = frame.end;
  }
}

/** Copies of torn tails, and segments that were set aside, are kept as long as segments are. */
async function deleteOldEvidence(directory: string, olderThan: number): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!evidenceName.test(name)) continue;
    const path = join(directory, name);
    if ((await stat(path)).mtimeMs < olderThan) await unlink(path);
  }
}
