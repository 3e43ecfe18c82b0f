import { crc32c } from './crc.ts';

/** Bytes before a payload: length u32 LE, then CRC-32C u32 LE over the length bytes and the payload. */
export const headerBytes = 8;

/** Longest payload that a frame may carry; anything larger is damage, not data. */
export const maxPayloadBytes = 32 * 1024 * 1024;

/** Returns header and payload as one buffer; throws RangeError on a payload that no reader would accept. */
export function encodeFrame(payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  if (length > maxPayloadBytes) throw tooLong(length);
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame.write(payload, headerBytes);
  return sealFrame(frame);
}

/** Writes the header of a frame whose payload stands behind the room for it. */
export function sealFrame(frame: Buffer): Buffer {
  frame.writeUInt32LE(frame.length - headerBytes, 0);
  frame.writeUInt32LE(checksum(frame), 4);
  return frame;
}

export const tooLong = (bytes: number): RangeError =>
  new RangeError(`a frame of ${bytes} bytes, the most is ${maxPayloadBytes}`);

export type FrameAt =
  | { kind: 'frame'; payload: Buffer; end: number }
  /** Nothing but zeros from here: the segment was never written further. */
  | { kind: 'blank' }
  | { kind: 'bad'; reason: string };

/** Reads the frame that begins at `offset` of a segment. */
export function readFrame(segment: Buffer, offset: number): FrameAt {
  if (isBlankFrom(segment, offset)) return { kind: 'blank' };
  if (segment.length - offset < headerBytes) return { kind: 'bad', reason: 'header cut short' };
  const length = segment.readUInt32LE(offset);
  if (length === 0) return { kind: 'bad', reason: 'zero length before the end' };
  if (length > maxPayloadBytes) return { kind: 'bad', reason: `impossible length ${length}` };
  const end = offset + headerBytes + length;
  if (end > segment.length) return { kind: 'bad', reason: 'payload cut short' };
  const frame = segment.subarray(offset, end);
  if (frame.readUInt32LE(4) !== checksum(frame)) return { kind: 'bad', reason: 'checksum differs' };
  return { kind: 'frame', payload: frame.subarray(headerBytes), end };
}

/** Where the next whole frame with an object in it begins at or behind `from`; null when there is none. */
export function findFrame(segment: Buffer, from: number): number | null {
  for (let at = from; at + headerBytes < segment.length; at++) {
    if (segment[at + headerBytes] !== openingBrace) continue;
    const length = segment.readUInt32LE(at);
    if (length < 2 || length > maxPayloadBytes || at + headerBytes + length > segment.length) continue;
    if (readFrame(segment, at).kind === 'frame') return at;
  }
  return null;
}

/** Every payload is a JSON object. */
const openingBrace = 0x7b;

const zeros = Buffer.alloc(64 * 1024);

function isBlankFrom(segment: Buffer, offset: number): boolean {
  for (let at = offset; at < segment.length; at += zeros.length) {
    const part = segment.subarray(at, at + zeros.length);
    if (!part.equals(zeros.subarray(0, part.length))) return false;
  }
  return true;
}

const checksum = (frame: Buffer): number => crc32c(frame.subarray(0, 4), frame.subarray(headerBytes));
