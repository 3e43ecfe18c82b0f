import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of the journal, plain or compressed. */
export interface SegmentFile {
  path: string;
  /** Seq of its first event, from its name. */
  firstSeq: number;
  compressed: boolean;
}

/** What a compressed segment has behind the name that it had when it was plain. */
export const compressedEnding = '.zst';

/** What a compressed segment is called until it is durable. */
export const unfinishedEnding = '.zst.tmp';

/** The segment that is made ahead; it has no first seq yet, and nothing that counts is ever in it. */
export const blankName = 'next.blank';

/** Name of the segment whose first event is `firstSeq`: a listing sorts itself. */
export const segmentName = (firstSeq: number): string => `${firstSeq.toString(16).padStart(16, '0')}.wal`;

/** Segments in the order of their events; of one that is there in both forms, the plain one. All other files are foreign. */
export async function listSegments(directory: string): Promise<SegmentFile[]> {
  const plain = new Map<number, SegmentFile>();
  const packed = new Map<number, SegmentFile>();
  for (const file of await segmentFiles(directory))
    (file.compressed ? packed : plain).set(file.firstSeq, file);
  return [...new Map([...packed, ...plain]).values()].sort((a, b) => a.firstSeq - b.firstSeq);
}

/** Segments that are there in both forms: a crash came between the two steps of compressing. */
export async function listDoubled(directory: string): Promise<SegmentFile[]> {
  const files = await segmentFiles(directory);
  const packed = new Set(files.filter(({ compressed }) => compressed).map(({ firstSeq }) => firstSeq));
  return files.filter(({ compressed, firstSeq }) => !compressed && packed.has(firstSeq));
}

/** Files that a crash left half made, by our own names for them. */
export async function listUnfinished(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => name === blankName || /^[0-9a-f]{16}\.wal\.zst\.tmp$/.test(name))
    .map((name) => join(directory, name));
}

/** First events of segments that repair has set aside (an evidence file stands alone): what they held is missing on purpose. */
export async function listSetAside(directory: string): Promise<number[]> {
  const kept = new Set((await segmentFiles(directory)).map(({ firstSeq }) => firstSeq));
  const names = (await readdir(directory)).flatMap((name) => evidenceName.exec(name)?.[1] ?? []);
  return names.map((name) => Number.parseInt(name, 16)).filter((firstSeq) => !kept.has(firstSeq));
}

/** First event of what follows a segment, another one or one that was set aside; infinity behind the last. */
export function nextSeqAfter(
  file: SegmentFile,
  next: SegmentFile | undefined,
  aside: readonly number[],
): number {
  const starts = [next?.firstSeq ?? Number.POSITIVE_INFINITY, ...aside];
  return Math.min(...starts.filter((firstSeq) => firstSeq > file.firstSeq));
}

/** A copy of a torn tail that was cut, or a segment that was set aside; kept as long as segments are. */
export const evidenceName = /^([0-9a-f]{16})\.wal(?:\.zst)?\.\d+\.broken$/;

export async function segmentFiles(directory: string): Promise<SegmentFile[]> {
  const found: SegmentFile[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const match = /^([0-9a-f]{16})\.wal(\.zst)?$/.exec(entry.name);
    if (match === null || !entry.isFile()) continue;
    const firstSeq = Number.parseInt(match[1] ?? '', 16);
    if (firstSeq < 1 || !Number.isSafeInteger(firstSeq)) continue;
    found.push({ path: join(directory, entry.name), firstSeq, compressed: match[2] !== undefined });
  }
  return found;
}
