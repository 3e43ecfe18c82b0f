/** Width of one row of counters; two rows of it are 4 MiB and hold a million different terms with little noise. */
const width = 1 << 19;

/**
 * In how many events each term occurs, and how long events are: what BM25 needs to know about the whole store. A
 * count-min sketch (Cormode and Muthukrishnan, 2005) of two rows: never less than the truth, seldom more, in 4 MiB
 * whatever the vocabulary.
 */
export class TermCounts {
  #first: Uint32Array;
  #second: Uint32Array;
  events: number;
  /** Terms of all events together. */
  length: number;

  constructor(saved?: { events: number; length: number; counters: Buffer }) {
    this.events = saved?.events ?? 0;
    this.length = saved?.length ?? 0;
    this.#first = new Uint32Array(width);
    this.#second = new Uint32Array(width);
    if (saved === undefined) return;
    const counters = new Uint32Array(2 * width);
    new Uint8Array(counters.buffer).set(saved.counters.subarray(0, counters.byteLength));
    this.#first.set(counters.subarray(0, width));
    this.#second.set(counters.subarray(width));
  }

  get averageLength(): number {
    return this.events === 0 ? 1 : Math.max(1, this.length / this.events);
  }

  add(terms: readonly string[]): void {
    this.events += 1;
    this.length += terms.length;
    for (const term of new Set(terms)) {
      const [first, second] = places(term);
      this.#first[first] = (this.#first[first] ?? 0) + 1;
      this.#second[second] = (this.#second[second] ?? 0) + 1;
    }
  }

  /** In about how many events the term occurs. */
  of(term: string): number {
    const [first, second] = places(term);
    return Math.min(this.#first[first] ?? 0, this.#second[second] ?? 0);
  }

  counters(): Buffer {
    return Buffer.concat([Buffer.from(this.#first.buffer), Buffer.from(this.#second.buffer)]);
  }
}

/** FNV-1a (32 bits) and, for the second row, the same with another start. */
function places(term: string): [number, number] {
  let first = 0x811c9dc5;
  let second = 0x050c5d1f;
  for (let at = 0; at < term.length; at += 1) {
    const code = term.charCodeAt(at);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x01000193);
  }
  return [(first ^ (first >>> 15)) & (width - 1), (second ^ (second >>> 13)) & (width - 1)];
}
