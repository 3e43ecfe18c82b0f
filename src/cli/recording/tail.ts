/** Bytes at the beginning and at the end of an output that are kept, together less than what an event carries whole; an error stands in the last lines. */
const headBytes = 8 * 1024;
const tailBytes = 20 * 1024;

export interface Tail {
  add(chunk: Buffer): void;
  /** What was added, with a line in place of a middle that was left out. */
  text(): string;
}

/** Keeps the beginning and the end of an output of any length in bounded memory. */
export function createTail(): Tail {
  let head = Buffer.alloc(0);
  let tail: Buffer[] = [];
  let [kept, dropped] = [0, 0];
  return {
    add: (chunk) => {
      const room = headBytes - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = chunk.subarray(Math.max(0, room));
      if (rest.length === 0) return;
      tail.push(rest);
      kept += rest.length;
      while (tail.length > 1 && kept - (tail[0]?.length ?? 0) >= tailBytes) {
        const gone = tail.shift()?.length ?? 0;
        kept -= gone;
        dropped += gone;
      }
    },
    text: () => {
      const all = Buffer.concat(tail);
      const end = all.subarray(Math.max(0, all.length - tailBytes));
      const missing = dropped + all.length - end.length;
      tail = [all];
      const gap = missing === 0 ? '' : `\n[… ${missing} bytes left out …]\n`;
      return head.toString('utf8') + gap + end.toString('utf8');
    },
  };
}
