/**
 * A set of 128-bit hex keys, kept as their first 64 bits: 16 bytes a key at most instead of ~100 for strings.
 * `mayHave` can be wrong with yes (then the table is asked), never with no.
 */
export class KeySet {
  #high = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  #used = 0;

  get size(): number {
    return this.#used;
  }

  add(key: string): void {
    if (this.#used * 2 >= this.#high.length) this.#grow();
    const [high, low] = halves(key);
    const at = this.#slot(high, low);
    if (this.#high[at] !== 0 || this.#low[at] !== 0) return;
    this.#high[at] = high;
    this.#low[at] = low;
    this.#used += 1;
  }

  mayHave(key: string): boolean {
    const [high, low] = halves(key);
    const at = this.#slot(high, low);
    return this.#high[at] !== 0 || this.#low[at] !== 0;
  }

  /** The slot that holds the key, or the free one where it belongs (linear probing). */
  #slot(high: number, low: number): number {
    const mask = this.#high.length - 1;
    let at = (high ^ low) & mask;
    while (
      (this.#high[at] !== 0 || this.#low[at] !== 0) &&
      (this.#high[at] !== high || this.#low[at] !== low)
    ) {
      at = (at + 1) & mask;
    }
    return at;
  }

  #grow(): void {
    const high = this.#high;
    const low = this.#low;
    this.#high = new Uint32Array(high.length * 2);
    this.#low = new Uint32Array(high.length * 2);
    for (const [index, value] of high.entries()) {
      const other = low[index] ?? 0;
      if (value === 0 && other === 0) continue;
      const at = this.#slot(value, other);
      this.#high[at] = value;
      this.#low[at] = other;
    }
  }
}

/** All-zero marks a free slot, so a key that is all zeros is moved by one. */
function halves(key: string): [number, number] {
  const high = Number.parseInt(key.slice(0, 8), 16) >>> 0;
  const low = Number.parseInt(key.slice(8, 16), 16) >>> 0;
  return high === 0 && low === 0 ? [0, 1] : [high, low];
}
