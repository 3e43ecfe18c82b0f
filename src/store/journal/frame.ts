import { crc32c } from './crc.ts';

/** Bytes before a payload: length u32 LE, then CRC-32C u32 LE over the length bytes and the payload. */
export const headerBytes = 8;

/** Longest payload that a frame may carry; anything larger is damage, not data. */
export const maxPayloadBytes = 32 * 1024 * 1024;

/** Returns header and payload as one buffer; throws RangeError on a payload that no reader would accept. */
export function encodeFrame(payload: Buffer): Buffer {
  if (payload.length > maxPayloadBytes)
    throw new RangeError(`a frame of ${payload.length} bytes, the most is ${maxPayloadBytes}`);
  const frame = Buffer.allocUnsafe(headerBytes + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  payload.copy(frame, headerBytes);
  frame.writeUInt32LE(checksum(frame, payload.length), 4);
  return frame;
}

export type FrameAt =
  | { kind: 'frame'; payload: Buffer; end: number }
  /** Nothing but zeros from here: the segment was never written further. */
  | { kind: 'blank' }
  | { kind: 'bad'; reason: string };

/** Reads the frame that begins at `offset` of a segment. */
export function readFrame(segment: Buffer, offset: number): FrameAt {
  if (offset >= segment.length) return { kind: 'blank' };
  if (segment.length - offset < headerBytes) return blankOrBad(segment, offset, 'header cut short');
  const length = segment.readUInt32LE(offset);
  if (length === 0) return blankOrBad(segment, offset, 'zero length before the end');
  if (length > maxPayloadBytes) return { kind: 'bad', reason: `impossible length ${length}` };
  const end = offset + headerBytes + length;
  if (end > segment.length) return { kind: 'bad', reason: 'payload cut short' };
  const frame = segment.subarray(offset, end);
  if (frame.readUInt32LE(4) !== checksum(frame, length)) return { kind: 'bad', reason: 'checksum differs' };
  return { kind: 'frame', payload: frame.subarray(headerBytes), end };
}

/** Looks for a whole frame anywhere after `offset`: tells damage in the middle from a torn tail. */
export function hasFrameAfter(segment: Buffer, offset: number): boolean {
  for (let at = offset + 1; at + headerBytes < segment.length; at++) {
    const length = segment.readUInt32LE(at);
    if (length < 2 || length > maxPayloadBytes || at + headerBytes + length > segment.length) continue;
    if (segment[at + headerBytes] !== 0x7b) continue; // every payload is a JSON object
    if (readFrame(segment, at).kind === 'frame') return true;
  }
  return false;
}

const checksum = (frame: Buffer, length: number): number =>
  crc32c(frame.subarray(0, 4), frame.subarray(headerBytes, headerBytes + length));

function blankOrBad(segment: Buffer, offset: number, reason: string): FrameAt {
  for (let at = offset; at < segment.length; at++) if (segment[at] !== 0) return { kind: 'bad', reason };
  return { kind: 'blank' };
}
