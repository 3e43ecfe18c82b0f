/** Bytes of a key, in memory and in `toBuffer`. */
export const keyBytes = 16;

/** Keys in one chunk of memory (1 MiB): adding never copies what is there. */
const chunkBits = 16;
const chunkKeys = 1 << chunkBits;
const chunkMask = chunkKeys - 1;

/** Each key belongs to one of so many small indexes, by its first byte: when one grows, 1/256 of the keys move. */
const indexCount = 256;

/** An index grows when more than three quarters of it are taken. */
const firstIndexSize = 16;

/**
 * An exact set of 128-bit keys, written as 32 hex digits. A key takes 16 bytes in the order of adding, and 5 to 11 bytes
 * of an open-addressing index of 32-bit places: 2 million keys are 48 MB.
 */
export class KeySet {
  #chunks: Uint32Array[] = [];
  /** Place of a key plus one; 0 is free. */
  #indexes: Uint32Array[] = Array.from({ length: indexCount }, () => new Uint32Array(firstIndexSize));
  #used = new Uint32Array(indexCount);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    parse(key);
    return this.#indexes[firstByte()]?.[this.#slot()] !== 0;
  }

  /** Returns false when the key was there already. */
  add(key: string): boolean {
    parse(key);
    return this.#addParsed();
  }

  /** The keys from place `from` on (0: all), 16 bytes each, in the order in which they were added. */
  toBuffer(from = 0): Buffer {
    const all = Buffer.allocUnsafe(Math.max(0, this.#size - from) * keyBytes);
    for (let done = 0; done < all.length; ) {
      const place = from + done / keyBytes;
      const chunk = this.#chunks[place >>> chunkBits] ?? new Uint32Array(0);
      const start = (place & chunkMask) * keyBytes;
      const count = Math.min(chunk.byteLength - start, all.length - done);
      Buffer.from(chunk.buffer, start, count).copy(all, done);
      done += count;
    }
    return all;
  }

  /** The set of the keys in `bytes`, as `toBuffer` gives them: several such buffers in a row, none of them twice, are one. */
  static fromBuffer(bytes: Buffer): KeySet {
    const set = new KeySet();
    const count = Math.floor(bytes.length / keyBytes);
    const indexSize = 2 ** Math.ceil(Math.log2(Math.max(firstIndexSize, (count * 1.6) / indexCount)));
    set.#indexes = set.#indexes.map(() => new Uint32Array(indexSize));
    for (let first = 0; first < count; first += chunkKeys)
      set.#addChunk(bytes.subarray(first * keyBytes, Math.min(count, first + chunkKeys) * keyBytes));
    return set;
  }

  #addChunk(bytes: Buffer): void {
    const words = new Uint32Array(chunkKeys * 4);
    bytes.copy(new Uint8Array(words.buffer));
    this.#chunks.push(words);
    for (let at = 0; at < bytes.length; at += keyBytes) {
      const owner = bytes[at] ?? 0;
      const index = this.#indexes[owner] ?? words;
      this.#size += 1;
      insert(index, words[at / 4 + 1] ?? 0, this.#size);
      this.#count(owner, index);
    }
  }

  #addParsed(): boolean {
    const index = this.#indexes[firstByte()];
    const slot = this.#slot();
    if (index === undefined || index[slot] !== 0) return false;
    if ((this.#size & chunkMask) === 0) this.#chunks.push(new Uint32Array(chunkKeys * 4));
    this.#chunks.at(-1)?.set(parsed, (this.#size & chunkMask) * 4);
    this.#size += 1;
    index[slot] = this.#size;
    this.#count(firstByte(), index);
    return true;
  }

  #count(owner: number, index: Uint32Array): void {
    const used = (this.#used[owner] ?? 0) + 1;
    this.#used[owner] = used;
    if (used * 4 > index.length * 3) this.#indexes[owner] = this.#grown(index);
  }

  /** Where the parsed key stands in its index, or the free place for it (linear probing). */
  #slot(): number {
    const index = this.#indexes[firstByte()] ?? new Uint32Array(1);
    const mask = index.length - 1;
    let slot = (parsed[1] ?? 0) & mask;
    for (let place = index[slot] ?? 0; place !== 0; place = index[slot] ?? 0) {
      if (this.#isAt(place - 1)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(place: number): boolean {
    const chunk = this.#chunks[place >>> chunkBits];
    const at = (place & chunkMask) * 4;
    return (
      chunk !== undefined &&
      chunk[at] === parsed[0] &&
      chunk[at + 1] === parsed[1] &&
      chunk[at + 2] === parsed[2] &&
      chunk[at + 3] === parsed[3]
    );
  }

  #grown(index: Uint32Array): Uint32Array {
    const larger = new Uint32Array(index.length * 2);
    for (const place of index) {
      if (place === 0) continue;
      const chunk = this.#chunks[(place - 1) >>> chunkBits];
      insert(larger, chunk?.[((place - 1) & chunkMask) * 4 + 1] ?? 0, place);
    }
    return larger;
  }
}

/** Puts a key that is not in there at the first free slot from where its second word says. */
function insert(index: Uint32Array, word: number, place: number): void {
  const mask = index.length - 1;
  let slot = word & mask;
  while (index[slot] !== 0) slot = (slot + 1) & mask;
  index[slot] = place;
}

/** The key at hand, as bytes and as words: one place for all sets, so that looking one up allocates nothing. */
const parsedBytes = Buffer.from(new ArrayBuffer(keyBytes));
const parsed = new Uint32Array(parsedBytes.buffer);
const firstByte = (): number => parsedBytes[0] ?? 0;

function parse(key: string): void {
  const written = parsedBytes.write(key, 0, keyBytes, 'hex');
  if (written !== keyBytes || key.length !== keyBytes * 2)
    throw new RangeError(`a key has ${keyBytes * 2} hex digits, not "${key.slice(0, 40)}"`);
}
