import { open, readFile, unlink, writeFile } from 'node:fs/promises';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import { syncDirectory, syncFile } from '../durable.ts';
import { type Contents, readContents } from './contents.ts';
import {
  compressedEnding,
  listDoubled,
  listSegments,
  listSetAside,
  listUnfinished,
  nextSeqAfter,
  type SegmentFile,
} from './names.ts';
import { type OpenSegment, reopenSegment } from './segment.ts';

/** What a journal's folder holds after the last process that wrote it, repaired where that loses nothing. */
export interface Recovery {
  /** Events after the given seq, in order. */
  events: Event[];
  /** Seq of the last durable event. */
  lastSeq: number;
  /** The segment to go on with; null when the next event begins one. */
  current: OpenSegment | null;
  /** Evidence of torn tails that were cut. */
  broken: string[];
}

/** Reads what comes after `afterSeq` and cuts a torn tail. Throws DATA_LOSS, with nothing changed, on any other damage. */
export async function recover(directory: string, writer: string, afterSeq: number): Promise<Recovery> {
  await removeLeftovers(directory);
  const found: Recovery = { events: [], lastSeq: afterSeq, current: null, broken: [] };
  const files = await neededSegments(directory, afterSeq);
  const aside = await listSetAside(directory);
  const read: { file: SegmentFile; contents: Contents }[] = [];
  for (const [index, file] of files.entries()) {
    const contents = await readContents(file);
    if (contents === null) continue;
    const next = nextSeqAfter(file, files[index + 1], aside);
    checkSegment(file, contents, { writer, afterSeq, next });
    const isGap = file.firstSeq > found.lastSeq + 1 && !aside.includes(found.lastSeq + 1);
    if (isGap && (index > 0 || afterSeq > 0)) throw gapBefore(file, found.lastSeq);
    take(file, contents.events, next, found, afterSeq);
    read.push({ file, contents });
  }
  // Nothing is changed before everything is known to be whole.
  for (const { file, contents } of read) await mend(file, contents, found.broken);
  // A killed process may have left names that only the cache knows: events are about to rely on them.
  await syncDirectory(directory);
  const last = read.at(-1);
  if (last !== undefined) found.current = await goOn(last.file, last.contents, found.lastSeq);
  return found;
}

/** Removes what a crash left half made: a prepared segment, an unfinished compressed one, one form of a doubled segment. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const path of await listUnfinished(directory)) await unlink(path);
  for (const plain of await listDoubled(directory)) {
    const packed = { ...plain, path: `${plain.path}${compressedEnding}`, compressed: true };
    const [inPlain, inPacked] = [await countWhole(plain), await countWhole(packed)];
    if (inPlain !== null && inPlain >= (inPacked ?? 0)) await unlink(packed.path);
    else if (inPacked !== null) await unlink(plain.path);
  }
}

/** How many events a segment has; null when anything is wrong with it. */
async function countWhole(file: SegmentFile): Promise<number | null> {
  const contents = await readContents(file);
  return contents?.header?.format === 1 && contents.damage.length === 0 ? contents.events.length : null;
}

/** Segments that may hold events after `afterSeq`, in order; the others are kept for repair and need no reading. */
async function neededSegments(directory: string, afterSeq: number): Promise<SegmentFile[]> {
  const files = await listSegments(directory);
  return files.filter((_, index) => {
    const next = files[index + 1];
    return next === undefined || next.firstSeq > afterSeq + 1;
  });
}

/** Throws unless every acknowledged event after `afterSeq` in the segment can be read. */
function checkSegment(
  file: SegmentFile,
  { header, damage, events, end }: Contents,
  need: { writer: string; afterSeq: number; next: number },
): void {
  if (header !== null && header.format !== 1) throw newerFormat(file.path, header.format);
  if (header !== null && header.writer !== need.writer)
    throw foreignSegment(file.path, header.writer, need.writer);
  // Without a header nobody knows whose the records are, even when LanceDB has what is missing before them.
  const known = header === null ? 0 : need.afterSeq + 1;
  const lost = damage.find(({ resumesAt }) => resumesAt !== null && resumesAt > known);
  if (lost !== undefined) throw damaged(file, lost.offset, `${lost.reason}, with whole records behind it`);
  const [first] = damage;
  if (file.compressed && (first !== undefined || header === null))
    throw damaged(file, first?.offset ?? 0, first?.reason ?? 'no header');
  const missing = Number.isFinite(need.next) ? need.next - 1 - lastOf(file, events) : 0;
  if (missing > 0)
    throw damaged(file, first?.offset ?? end, `${first?.reason ?? 'its end'}, ${missing} events are missing`);
}

/** Takes the events that count. A segment given up after a failed sync may hold unacknowledged ones that the next numbers again. */
function take(file: SegmentFile, events: Event[], next: number, found: Recovery, afterSeq: number): void {
  const limit = next - 1;
  found.lastSeq = Math.max(found.lastSeq, Math.min(lastOf(file, events), limit));
  for (const event of events) if (event.seq > afterSeq && event.seq <= limit) found.events.push(event);
}

/** A segment without events says by its name how far the ones before it went. */
const lastOf = (file: SegmentFile, events: readonly Event[]): number =>
  events.at(-1)?.seq ?? file.firstSeq - 1;

/** Keeps a torn tail as evidence, and blanks it. */
async function mend(file: SegmentFile, { header, damage, end }: Contents, broken: string[]): Promise<void> {
  // With records behind it that LanceDB has: left as it is, and not written any more.
  if (damage.some(({ resumesAt }) => resumesAt !== null)) return;
  if (damage.length > 0) broken.push(await keepEvidence(file.path));
  // Creation was cut by a crash before its header was durable: nothing acknowledged can be in it.
  if (header === null) await unlink(file.path);
  else if (damage.length > 0) await blankFrom(file.path, end);
}

async function goOn(file: SegmentFile, contents: Contents, lastSeq: number): Promise<OpenSegment | null> {
  const { header, damage, events, lastRecord, end } = contents;
  if (file.compressed || header === null || damage.some(({ resumesAt }) => resumesAt !== null)) return null;
  // A journal that ends before what the table holds (it was removed, say) goes on in a new segment, not in a gap.
  return lastOf(file, events) === lastSeq ? reopenSegment(file.path, lastRecord, end) : null;
}

/** Copies a segment without the zeros at its end, durably; returns the copy's path. */
async function keepEvidence(path: string): Promise<string> {
  const bytes = await readFile(path);
  let used = bytes.length;
  while (used > 0 && bytes[used - 1] === 0) used -= 1;
  const copy = `${path}.${Date.now()}.broken`;
  await writeFile(copy, bytes.subarray(0, used), { flag: 'wx', mode: 0o600 });
  await syncFile(copy);
  return copy;
}

async function blankFrom(path: string, end: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    await handle.truncate(end);
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const newerFormat = (path: string, format: number): AppError =>
  new AppError('FAILED_PRECONDITION', `${path} has journal format ${format}, this version reads format 1`, {
    hint: 'install the newer Hivemind that wrote it',
  });

const foreignSegment = (path: string, found: string, expected: string): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `${path} was written by ${found}, not by this home's writer ${expected}`,
    {
      hint: 'move the file out of the journal folder',
    },
  );

const damaged = ({ path }: SegmentFile, offset: number, reason: string): AppError =>
  new AppError('DATA_LOSS', `the journal segment ${path} is damaged at byte ${offset}: ${reason}`, {
    hint: 'restore the file from a back-up, or go on with what can be read: hivemind store repair; nothing was changed',
    details: { path, offset },
  });

const gapBefore = ({ path }: SegmentFile, lastSeq: number): AppError =>
  new AppError('DATA_LOSS', `the journal has a gap: after event ${lastSeq} comes ${path}`, {
    hint: 'restore the missing segment from a back-up, or go on without it: hivemind store repair; nothing was changed',
    details: { path },
  });
