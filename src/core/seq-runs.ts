/** Seqs of one writer on one branch, as runs without a gap: how many there are up to any of them is found by halving. */
export class SeqRuns {
  #from: number[] = [];
  #to: number[] = [];
  /** Seqs in the runs before each. */
  #before: number[] = [];

  static of(flat: readonly number[]): SeqRuns {
    const runs = new SeqRuns();
    for (let at = 0; at + 1 < flat.length; at += 2) {
      runs.#from.push(flat[at] ?? 0);
      runs.#to.push(flat[at + 1] ?? 0);
    }
    runs.#recount(0);
    return runs;
  }

  get last(): number {
    return this.#to.at(-1) ?? 0;
  }

  get size(): number {
    return this.upTo(this.last);
  }

  /** Adds a seq that is not in here. */
  add(seq: number): void {
    const end = this.#to.length - 1;
    if (seq > this.last) {
      if (end >= 0 && seq === this.last + 1) this.#to[end] = seq;
      else this.#insert(end + 1, seq);
      return;
    }
    const at = this.#firstFrom(seq);
    const joinsLeft = at > 0 && this.#to[at - 1] === seq - 1;
    const joinsRight = this.#from[at] === seq + 1;
    if (joinsLeft && joinsRight) {
      this.#to[at - 1] = this.#to[at] ?? seq;
      for (const list of [this.#from, this.#to, this.#before]) list.splice(at, 1);
    } else if (joinsLeft) this.#to[at - 1] = seq;
    else if (joinsRight) this.#from[at] = seq;
    else this.#insert(at, seq);
    this.#recount(Math.max(0, at - 1));
  }

  /** How many are not greater than `seq`. */
  upTo(seq: number): number {
    const at = this.#firstFrom(seq + 1) - 1;
    if (at < 0) return 0;
    return (this.#before[at] ?? 0) + Math.min(seq, this.#to[at] ?? 0) - (this.#from[at] ?? 0) + 1;
  }

  toJSON(): number[] {
    return this.#from.flatMap((from, at) => [from, this.#to[at] ?? from]);
  }

  /** Index of the first run that begins at `seq` or later. */
  #firstFrom(seq: number): number {
    let [low, high] = [0, this.#from.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#from[middle] ?? 0) >= seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #insert(at: number, seq: number): void {
    this.#from.splice(at, 0, seq);
    this.#to.splice(at, 0, seq);
    this.#before.splice(at, 0, 0);
    this.#recount(at);
  }

  #recount(start: number): void {
    for (let at = start; at < this.#from.length; at += 1)
      this.#before[at] =
        at === 0 ? 0 : (this.#before[at - 1] ?? 0) + (this.#to[at - 1] ?? 0) - (this.#from[at - 1] ?? 0) + 1;
  }
}
