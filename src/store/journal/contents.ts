import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { Event } from '../../schema/event.ts';
import { findFrame, readFrame } from './frame.ts';
import { compressedEnding, type SegmentFile } from './names.ts';

/** First record of every segment. Only format 1 is read further. */
export interface SegmentHeader {
  format: number;
  writer: string;
  firstSeq: number;
}

/** Bytes of a segment that are no record in its place. */
export interface Damage {
  /** Byte of the plain form. */
  offset: number;
  reason: string;
  /** First event of the record that stands behind it, which a write that was cut short cannot have; null: none does. */
  resumesAt: number | null;
}

export interface Contents {
  /** Null when there is none that can be read. */
  header: SegmentHeader | null;
  /** Events of all whole records, in order, each once. */
  events: Event[];
  /** Where the last whole record begins that has nothing bad before it. */
  lastRecord: number;
  /** Where it ends. */
  end: number;
  damage: Damage[];
}

/** Most bytes of a plain segment: far more than one 32 MiB group in it; a compressed file that claims more is damaged. */
const maxSegmentBytes = 256 * 1024 * 1024;

/** Level 3 is zstd's default: events take a tenth of a second per 100 MB, other levels gain little. */
const level = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };

const zstd = { pack: promisify(zstdCompress), unpack: promisify(zstdDecompress) };

/** One zstd frame with its own checksum; runs on a thread of the pool. */
export const compress = (plain: Buffer): Promise<Buffer> => zstd.pack(plain, { params: level });

/** Rejects on damage, and on more than `maxSegmentBytes`. */
export const decompress = (packed: Buffer): Promise<Buffer> =>
  zstd.unpack(packed, { maxOutputLength: maxSegmentBytes });

/** Reads a segment of either form up to `endAt` (bytes of the plain form); null when neither form is there any more. */
export async function readContents(
  file: SegmentFile,
  endAt = Number.POSITIVE_INFINITY,
): Promise<Contents | null> {
  try {
    const bytes = await readFile(file.path);
    if (!file.compressed) return parseSegment(bytes.subarray(0, endAt), file.firstSeq);
    const plain = await decompress(bytes).catch((error: Error) => error);
    return plain instanceof Error ? unreadable(plain) : parseSegment(plain, file.firstSeq);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (file.compressed) return null;
    return readContents({ ...file, path: `${file.path}${compressedEnding}`, compressed: true });
  }
}

const unknownRecord = 'a whole record that this version cannot read';

/** Takes a segment apart. Damage is told, never thrown; what stands whole behind it is among the events. */
function parseSegment(bytes: Buffer, firstSeq: number): Contents {
  const contents: Contents = {
    header: null,
    events: [],
    lastRecord: 0,
    end: 0,
    damage: [],
  };
  let at: number | null = readHeader(bytes, firstSeq, contents);
  while (at !== null) at = readRecord(bytes, at, firstSeq, contents);
  return contents;
}

/** Puts the header into `contents`; returns where to go on, null when there is nothing to go on with. */
function readHeader(bytes: Buffer, firstSeq: number, contents: Contents): number | null {
  const frame = readFrame(bytes, 0);
  const header = frame.kind === 'frame' ? parseHeader(frame.payload) : null;
  if (frame.kind !== 'frame' || header === null)
    return frame.kind === 'blank' ? null : skip(bytes, 0, firstSeq, contents, 'no header');
  contents.header = header;
  contents.end = frame.end;
  if (header.format !== 1) return null;
  if (header.firstSeq === firstSeq) return frame.end;
  contents.damage.push({
    offset: 0,
    reason: `its header says event ${header.firstSeq}`,
    resumesAt: Infinity,
  });
  return null;
}

/** Adds the record at `at` to `contents`, or what is bad there; returns where the next one may be. */
function readRecord(bytes: Buffer, at: number, firstSeq: number, contents: Contents): number | null {
  const frame = readFrame(bytes, at);
  if (frame.kind === 'blank') return null;
  const next = (contents.events.at(-1)?.seq ?? firstSeq - 1) + 1;
  if (frame.kind === 'bad') return skip(bytes, at, next, contents, frame.reason);
  const events = parseGroup(frame.payload);
  if (events === null) {
    // Whole, so it was acknowledged: whoever wrote it knew more than this version.
    contents.damage.push({ offset: at, reason: unknownRecord, resumesAt: Number.POSITIVE_INFINITY });
    return frame.end;
  }
  const first = events[0]?.seq ?? next;
  // The record that was found behind damage may be any later one.
  if (first !== next && first !== contents.damage.at(-1)?.resumesAt)
    return skip(bytes, at, next, contents, `event ${first} stands where ${next} belongs`);
  for (const event of events) contents.events.push(event);
  if (contents.damage.length > 0) return frame.end;
  contents.lastRecord = at;
  contents.end = frame.end;
  return frame.end;
}

/** Notes damage at `at`; returns where the next record begins that is not an earlier one, left there from before. */
function skip(bytes: Buffer, at: number, seq: number, contents: Contents, reason: string): number | null {
  for (let next = findFrame(bytes, at + 1); next !== null; next = findFrame(bytes, next + 1)) {
    const first = firstEventAt(bytes, next);
    if (first < seq) continue;
    contents.damage.push({ offset: at, reason, resumesAt: first });
    return next;
  }
  contents.damage.push({ offset: at, reason, resumesAt: null });
  return null;
}

/** First event of a whole record; infinity when this version cannot read it. */
function firstEventAt(bytes: Buffer, at: number): number {
  const frame = readFrame(bytes, at);
  const events = frame.kind === 'frame' ? parseGroup(frame.payload) : null;
  return events?.[0]?.seq ?? Number.POSITIVE_INFINITY;
}

/** Events of a record whose seqs follow one another; null when it is no such thing. */
function parseGroup(payload: Buffer): Event[] | null {
  const parsed = Event.array().safeParse(parseObject(payload).events);
  if (!parsed.success) return null;
  const first = parsed.data[0]?.seq ?? 0;
  return parsed.data.every(({ seq }, index) => seq === first + index) ? parsed.data : null;
}

function parseHeader(payload: Buffer): SegmentHeader | null {
  const { format, writer, firstSeq } = parseObject(payload);
  if (typeof format !== 'number' || typeof writer !== 'string' || typeof firstSeq !== 'number') return null;
  return { format, writer, firstSeq };
}

function parseObject(payload: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const unreadable = (error: Error): Contents => ({
  header: null,
  events: [],
  lastRecord: 0,
  end: 0,
  damage: [{ offset: 0, reason: `it cannot be decompressed: ${error.message}`, resumesAt: Infinity }],
});
