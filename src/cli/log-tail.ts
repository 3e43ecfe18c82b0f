import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

export interface LogTail {
  lines: string[];
  /** Offset in bytes of what comes next. */
  end: number;
}

function readAt(file: number, start: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, start));
}

const countNewlines = (buffer: Buffer): number => {
  let count = 0;
  for (const byte of buffer) if (byte === NEWLINE) count++;
  return count;
};

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** The last `count` lines of a file, read from its end. Throws the system's error when it cannot be read. */
export function readTail(path: string, count: number): LogTail {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const chunks: Buffer[] = [];
    let start = size;
    // One newline more than lines, so that the first line is whole.
    for (let newlines = 0; start > 0 && newlines <= count; ) {
      const length = Math.min(CHUNK_BYTES, start);
      start -= length;
      const chunk = readAt(file, start, length);
      chunks.unshift(chunk);
      newlines += countNewlines(chunk);
    }
    const lines = linesOf(Buffer.concat(chunks).toString('utf8'));
    return { lines: count === 0 ? [] : lines.slice(-count), end: size };
  } finally {
    closeSync(file);
  }
}

/** Whole lines written since `from`; begins anew when the file became shorter (it was rotated). */
export function readSince(path: string, from: number): LogTail {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const start = size < from ? 0 : from;
    const buffer = readAt(file, start, Math.min(size - start, 16 * CHUNK_BYTES));
    const whole = buffer.lastIndexOf(NEWLINE) + 1;
    return { lines: linesOf(buffer.subarray(0, whole).toString('utf8')), end: start + whole };
  } finally {
    closeSync(file);
  }
}
