import { isUtf8 } from 'node:buffer';
import { AppError } from '../schema/app-error.ts';

/** Longest line that is read: an event has 4 MiB, and its JSON may be written twice as long. */
export const lineLimitBytes = 8 << 20;

/** Bytes of one line that are passed over before its sender is taken to be broken. */
const endlessLineBytes = 64 << 20;

/** A line of an NDJSON body by its number; the value of its JSON, or why it has none. Blank lines are left out. */
export type Line = { number: number; bytes: number } & ({ value: unknown } | { refused: string });

/** Cuts a body into lines. Holds one unfinished line at most, and of one that is too long nothing. */
export class LineReader {
  #number: number;
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;

  /** `first`: the number of the first line. */
  constructor(first: number) {
    this.#number = first;
  }

  /** The number of the line that comes next. */
  get next(): number {
    return this.#number;
  }

  /** Bytes of the unfinished line that are in memory. */
  get keptBytes(): number {
    return this.#unfinished.length === 0 ? 0 : this.#unfinishedBytes;
  }

  /** Lines that end within `chunk`. Throws INVALID_ARGUMENT when a line has no end. */
  read(chunk: Buffer): Line[] {
    const end = chunk.lastIndexOf(0x0a) + 1;
    const lines = end === 0 ? [] : this.#linesOf(this.#finish(chunk.subarray(0, end)));
    if (end < chunk.length) this.#keep(chunk.subarray(end));
    return lines;
  }

  /** The last line, where it has no newline. */
  end(): Line[] {
    return this.#linesOf(this.#finish(Buffer.alloc(0)));
  }

  #keep(part: Buffer): void {
    this.#unfinishedBytes += part.length;
    if (this.#unfinishedBytes > endlessLineBytes) throw endlessLine(this.#number);
    if (this.#unfinishedBytes > lineLimitBytes) this.#unfinished = [];
    else this.#unfinished.push(part);
  }

  /** Whole lines: what was kept and `part`. Of a line that was too long only its end is there; it is refused by its size. */
  #finish(part: Buffer): { bytes: Buffer; firstBytes: number } {
    const firstEnd = part.indexOf(0x0a);
    const firstBytes = this.#unfinishedBytes + (firstEnd === -1 ? part.length : firstEnd);
    const bytes = this.#unfinished.length === 0 ? part : Buffer.concat([...this.#unfinished, part]);
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
    return { bytes, firstBytes };
  }

  #linesOf({ bytes, firstBytes }: { bytes: Buffer; firstBytes: number }): Line[] {
    const lines: Line[] = [];
    const text = isUtf8(bytes) ? bytes.toString('utf8') : null;
    const all: string | Buffer = text ?? bytes;
    // Of a last line that was too long there may be nothing left.
    for (let from = 0; from < all.length || (from === 0 && firstBytes > 0); ) {
      const newline = all.indexOf('\n', from);
      const to = newline === -1 ? all.length : newline;
      const sizeBytes = from === 0 ? firstBytes : to - from;
      const line =
        sizeBytes > lineLimitBytes ? tooLong : parse(text?.slice(from, to) ?? bytes.subarray(from, to));
      if (line !== null) lines.push({ number: this.#number, bytes: sizeBytes, ...line });
      this.#number += 1;
      from = to + 1;
    }
    return lines;
  }
}

const tooLong = { refused: `the line is longer than ${lineLimitBytes} bytes` };

function parse(line: string | Buffer): { value: unknown } | { refused: string } | null {
  if (typeof line !== 'string' && !isUtf8(line)) return { refused: 'the line is not UTF-8' };
  const text = line.toString();
  try {
    return { value: JSON.parse(text) };
  } catch {
    return text.trim() === '' ? null : { refused: 'the line is not JSON' };
  }
}

const endlessLine = (number: number): AppError =>
  new AppError('INVALID_ARGUMENT', `line ${number} has no end within ${endlessLineBytes} bytes`, {
    hint: 'write one event a line; what was acknowledged is stored',
    details: { line: number },
  });
