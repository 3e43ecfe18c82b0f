import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, readFile, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '../../schema/app-error.ts';
import { Event } from '../../schema/event.ts';
import { syncDirectory } from '../durable.ts';
import { encodeFrame, hasFrameAfter, readFrame } from './frame.ts';

/** Name of the segment whose first event is `firstSeq`: a listing sorts itself. */
export const segmentName = (firstSeq: number): string => `${firstSeq.toString(16).padStart(16, '0')}.wal`;

export const firstSeqOf = (path: string): number => Number.parseInt(basename(path, '.wal'), 16);

/** First frame of every segment. */
interface SegmentHeader {
  format: 1;
  writer: string;
  firstSeq: number;
}

export interface OpenSegment {
  path: string;
  handle: FileHandle;
  /** Where the next frame goes. */
  offset: number;
  sizeBytes: number;
}

/** Every other frame is a group, what one sync made durable: a torn write is one bad frame, whatever reached the disk of it. */
export const encodeGroup = (events: readonly Event[]): Buffer =>
  encodeFrame(Buffer.from(JSON.stringify({ events })));

/** Writes all of `bytes` at `offset`: on a disk that is nearly full one call may write less than it was given. */
export async function writeWhole(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
    if (bytesWritten === 0) throw new Error('the disk took nothing');
    done += bytesWritten;
  }
}

/** Creates a zero-filled segment (writing into zeros spares an inode update for each sync) with its header, durable on return. */
export async function createSegment(
  path: string,
  header: SegmentHeader,
  sizeBytes: number,
): Promise<OpenSegment> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    const frame = encodeFrame(Buffer.from(JSON.stringify(header)));
    const blank = Buffer.alloc(Math.max(sizeBytes, frame.length));
    frame.copy(blank);
    await writeWhole(handle, blank, 0);
    await handle.sync();
    await syncDirectory(dirname(path));
    return { path, handle, offset: frame.length, sizeBytes: blank.length };
  } catch (error) {
    await handle.close();
    // On a full disk half a segment would only take the room that others need to recover.
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Opens a segment to go on after `offset`. What a killed process left in the kernel's cache is made durable first. */
export async function reopenSegment(path: string, offset: number): Promise<OpenSegment> {
  const handle = await open(path, constants.O_RDWR);
  await handle.datasync();
  const { size } = await handle.stat();
  return { path, handle, offset, sizeBytes: size };
}

/** Cuts the unused zeros off and closes the segment for ever. */
export async function sealSegment(segment: OpenSegment): Promise<void> {
  try {
    await segment.handle.truncate(segment.offset);
    await segment.handle.sync();
  } finally {
    await segment.handle.close();
  }
}

export interface SegmentContents {
  writer: string;
  events: Event[];
  /** Where the good frames end. */
  end: number;
  /** Bytes after `end` that are no frames, and why. */
  torn: string | null;
}

/** Reads a segment; throws DATA_LOSS when something whole stands behind something broken. */
export async function readSegment(path: string): Promise<SegmentContents> {
  const bytes = await readFile(path);
  const first = readFrame(bytes, 0);
  if (first.kind !== 'frame') {
    if (hasFrameAfter(bytes, 0))
      throw damagedMiddle(path, 0, first.kind === 'bad' ? first.reason : 'no header');
    return { writer: '', events: [], end: 0, torn: 'no header' };
  }
  const header = JSON.parse(first.payload.toString('utf8')) as SegmentHeader;
  if (header.format !== 1) throw newerFormat(path, header.format);
  const events: Event[] = [];
  let at = first.end;
  for (;;) {
    const next = readFrame(bytes, at);
    if (next.kind === 'blank') return { writer: header.writer, events, end: at, torn: null };
    if (next.kind === 'bad') {
      if (hasFrameAfter(bytes, at)) throw damagedMiddle(path, at, next.reason);
      return { writer: header.writer, events, end: at, torn: next.reason };
    }
    const group = JSON.parse(next.payload.toString('utf8')) as { events: unknown };
    events.push(...Event.array().parse(group.events));
    at = next.end;
  }
}

/** Keeps a copy of a segment with a torn tail as evidence, then blanks what follows `end`. */
export async function cutTornTail(path: string, end: number): Promise<string> {
  const copy = `${path}.${Date.now()}.broken`;
  await copyFile(path, copy, constants.COPYFILE_EXCL);
  const handle = await open(path, constants.O_RDWR);
  try {
    const { size } = await handle.stat();
    await handle.truncate(end);
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncDirectory(dirname(path));
  return copy;
}

const newerFormat = (path: string, format: unknown): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `${path} has journal format ${String(format)}, this version reads format 1`,
    {
      hint: 'install the newer Hivemind that wrote it',
    },
  );

const damagedMiddle = (path: string, at: number, reason: string): AppError =>
  new AppError(
    'DATA_LOSS',
    `the journal segment ${path} is damaged at byte ${at} (${reason}) with whole records behind it`,
    {
      hint: 'keep the file and restore it from a back-up; nothing was changed',
      details: { path, offset: at },
    },
  );
