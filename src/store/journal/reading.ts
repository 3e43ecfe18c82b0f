import { stat } from 'node:fs/promises';
import type { Event } from '../../schema/event.ts';
import { type Contents, readContents } from './contents.ts';
import { listSegments, listSetAside, nextSeqAfter, type SegmentFile } from './names.ts';

/** What can be said of the retained segments without reading them. */
export interface JournalStats {
  segments: number;
  /** How many of them are compressed. */
  compressed: number;
  /** Bytes of all of them as they are on the disk, the zeros of the last one included. */
  sizeBytes: number;
  /** First event that the journal still has; null when it has no segment. */
  firstSeq: number | null;
}

/** What reading every retained segment found. */
export interface JournalReport extends JournalStats {
  /** Events that can be read, each once. */
  events: number;
  /** First and last of them; null when there is none. */
  firstSeq: number | null;
  lastSeq: number | null;
  /** Where something is not as it was written; `offset` is a byte of the plain form. */
  damaged: { path: string; offset: number; reason: string }[];
}

/** What readers need to know of a journal that is being written meanwhile. */
export interface Reading {
  directory: string;
  writer: string;
  /** Last acknowledged event. */
  lastSeq(): number;
  /** Up to which byte the segment at `path` is acknowledged; infinity when it is not being written. */
  endOf(path: string): number;
}

interface Part {
  file: SegmentFile;
  contents: Contents;
  /** Events of it that were acknowledged: a segment given up after a failed sync may hold others, which the next numbers again. */
  events: Event[];
  /** Seq of its last acknowledged event. */
  limit: number;
}

/** Acknowledged events from `fromSeq` to `toSeq` that retained segments hold, in order, each once, a segment at a time. */
export async function* readEvents(from: Reading, fromSeq: number, toSeq: number): AsyncGenerator<Event[]> {
  for await (const { events } of readParts(from, fromSeq, toSeq)) {
    const wanted = events.filter(({ seq }) => seq >= fromSeq && seq <= toSeq);
    if (wanted.length > 0) yield wanted;
  }
}

/** Reads all that is retained and says what is whole and what is not. */
export async function verifySegments(from: Reading): Promise<JournalReport> {
  const stats = await countSegments(from.directory);
  const report: JournalReport = { ...stats, events: 0, firstSeq: null, lastSeq: null, damaged: [] };
  for await (const part of readParts(from, 1, Number.POSITIVE_INFINITY)) {
    report.firstSeq ??= part.events[0]?.seq ?? null;
    report.lastSeq = part.events.at(-1)?.seq ?? report.lastSeq;
    report.events += part.events.length;
    for (const { offset, reason } of damageOf(part, from.writer))
      report.damaged.push({ path: part.file.path, offset, reason });
  }
  return report;
}

/** Counts the retained segments and their bytes. */
export async function countSegments(directory: string): Promise<JournalStats> {
  const files = await listSegments(directory);
  let sizeBytes = 0;
  // One that is gone meanwhile was compressed or deleted.
  for (const { path } of files) sizeBytes += (await stat(path).catch(() => null))?.size ?? 0;
  const compressed = files.filter((file) => file.compressed).length;
  return { segments: files.length, compressed, sizeBytes, firstSeq: files[0]?.firstSeq ?? null };
}

async function* readParts(from: Reading, fromSeq: number, toSeq: number): AsyncGenerator<Part> {
  const lastSeq = from.lastSeq();
  const files = await listSegments(from.directory);
  const aside = await listSetAside(from.directory);
  for (const [index, file] of files.entries()) {
    const limit = Math.min(lastSeq, nextSeqAfter(file, files[index + 1], aside) - 1);
    if (file.firstSeq > toSeq || file.firstSeq > lastSeq + 1) return;
    if (limit < fromSeq) continue;
    const contents = await readContents(file, from.endOf(file.path));
    if (contents === null) continue;
    const events = contents.events.filter(({ seq, writer }) => seq <= limit && writer === from.writer);
    yield { file, contents, events, limit };
  }
}

/** Damage that touches acknowledged events: what a failed sync left behind them is none. */
function damageOf(
  { file, contents, events, limit }: Part,
  writer: string,
): { offset: number; reason: string }[] {
  const { header, damage, end } = contents;
  if (header !== null && header.format !== 1)
    return [{ offset: 0, reason: `it has format ${header.format}` }];
  if (header !== null && header.writer !== writer)
    return [{ offset: 0, reason: `it was written by ${header.writer}` }];
  const lastHere = events.at(-1)?.seq ?? file.firstSeq - 1;
  const before = damage.filter(({ resumesAt }) => resumesAt !== null);
  const missing = limit - lastHere;
  const found = before.map(({ offset, reason }) => ({ offset, reason }));
  if (missing <= 0) return found;
  const last = damage.at(-1);
  const tail = {
    offset: last?.offset ?? end,
    reason: `${last?.reason ?? 'its end'}, ${missing} events are missing`,
  };
  return [...found.filter(({ offset }) => offset !== tail.offset), tail];
}
