import { constants, fdatasync, writeSync } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { syncDirectory } from '../durable.ts';
import { reach } from '../failpoint.ts';
import type { SegmentHeader } from './contents.ts';
import { encodeFrame } from './frame.ts';
import { blankName } from './names.ts';

/** A segment that is being written. */
export interface OpenSegment {
  path: string;
  handle: FileHandle;
  /** Where the next frame goes; all before it is acknowledged. */
  offset: number;
  /** Where its zeros end, and the next segment is due. */
  sizeBytes: number;
}

/** A zero-filled file, durable, that becomes a segment by getting a header and a name. */
export interface Blank {
  path: string;
  handle: FileHandle;
  sizeBytes: number;
}

/** Zeros go to the disk in pieces, each synced: a sync of the present segment waits for one piece, not for all. */
const zeros = Buffer.alloc(256 * 1024);

/** Up to here a write into the kernel's cache takes some 10 µs, less than the way to a thread and back. */
const directBytes = 64 * 1024;

const syncData = promisify(fdatasync);

/** Makes a frame durable behind the others. After a failure the segment must not be written again. */
export async function appendFrame(segment: OpenSegment, frame: Buffer): Promise<void> {
  const { handle, offset } = segment;
  const done = frame.length <= directBytes ? writeSync(handle.fd, frame, 0, frame.length, offset) : 0;
  await writeWhole(handle, frame.subarray(done), offset + done);
  reach('journal.write');
  await syncData(handle.fd);
  reach('journal.sync');
  segment.offset += frame.length;
}

/** Writes all of `bytes` at `offset`: on a disk that is nearly full one call may write less than it was given. */
async function writeWhole(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
    if (bytesWritten === 0) throw new Error('the disk took nothing');
    done += bytesWritten;
  }
}

/** Makes a file of zeros in `directory` (writing into zeros spares an inode update for each sync), durable but for its name. */
export async function prepareBlank(directory: string, sizeBytes: number): Promise<Blank> {
  const path = join(directory, blankName);
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
  const blank = { path, handle, sizeBytes };
  try {
    for (let at = 0; at < sizeBytes; at += zeros.length) {
      await writeWhole(handle, zeros.subarray(0, sizeBytes - at), at);
      await handle.datasync();
    }
    return blank;
  } catch (error) {
    await discardBlank(blank);
    throw error;
  }
}

/** On a full disk half a segment would only take the room that others need to recover. */
export async function discardBlank({ path, handle }: Blank): Promise<void> {
  await handle.close().catch(() => undefined);
  await unlink(path).catch(() => undefined);
}

/** Makes a blank the segment at `path`. Its name is durable on return; its header is with the first frame, which the same sync covers. */
export async function startSegment(blank: Blank, path: string, header: SegmentHeader): Promise<OpenSegment> {
  const { handle, sizeBytes } = blank;
  try {
    const frame = encodeFrame(JSON.stringify(header));
    await writeWhole(handle, frame, 0);
    await rename(blank.path, path);
    await syncDirectory(dirname(path));
    reach('segment.create');
    return { path, handle, offset: frame.length, sizeBytes };
  } catch (error) {
    await discardBlank(blank);
    throw error;
  }
}

/**
 * Opens a segment to go on behind its last record. What a killed process left in the kernel's cache is made durable
 * first, and the last record is written again for it: after a failed sync the cache calls pages clean that are not on
 * the disk.
 */
export async function reopenSegment(path: string, lastRecord: number, end: number): Promise<OpenSegment> {
  const handle = await open(path, constants.O_RDWR);
  try {
    const record = Buffer.alloc(end - lastRecord);
    await handle.read(record, 0, record.length, lastRecord);
    await writeWhole(handle, record, lastRecord);
    await handle.sync();
    const { size } = await handle.stat();
    return { path, handle, offset: end, sizeBytes: size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Cuts the unused zeros off and closes the segment for ever. A crash in between leaves zeros, which say nothing. */
export async function sealSegment(segment: OpenSegment): Promise<void> {
  try {
    await segment.handle.truncate(segment.offset);
    await segment.handle.sync();
    reach('segment.seal');
  } finally {
    await segment.handle.close();
  }
}
