import { z } from 'zod';

/** Closed intervals of seqs, ascending, not touching each other. */
export const Intervals = z.array(z.tuple([z.number().int().positive(), z.number().int().positive()]));
export type Intervals = z.infer<typeof Intervals>;

/** Which events something holds: writer → intervals of its seqs. */
export const Ranges = z.record(z.string(), Intervals);
export type Ranges = z.infer<typeof Ranges>;

/** Collects the places of events that come roughly in order. */
export class RangeSet {
  #writers = new Map<string, Intervals>();
  size = 0;

  static of(...all: readonly Ranges[]): RangeSet {
    const set = new RangeSet();
    for (const ranges of all)
      for (const [writer, intervals] of Object.entries(ranges))
        for (const [from, to] of intervals) set.addInterval(writer, from, to);
    return set;
  }

  /** False when it was there already. */
  add(writer: string, seq: number): boolean {
    const intervals = this.#of(writer);
    const last = intervals.at(-1);
    // The usual case: the next one of the writer.
    if (last !== undefined && seq === last[1] + 1) last[1] = seq;
    else if (this.has(writer, seq)) return false;
    else this.#insert(intervals, seq, seq);
    this.size += 1;
    return true;
  }

  addInterval(writer: string, from: number, to: number): void {
    const before = this.count(writer, from, to);
    this.#insert(this.#of(writer), from, to);
    this.size += to - from + 1 - before;
  }

  has(writer: string, seq: number): boolean {
    return this.count(writer, seq, seq) === 1;
  }

  /** How many seqs of `[from, to]` are in here. */
  count(writer: string, from: number, to: number): number {
    let sum = 0;
    for (const [start, end] of this.#writers.get(writer) ?? [])
      sum += Math.max(0, Math.min(end, to) - Math.max(start, from) + 1);
    return sum;
  }

  /** Last seq up to which the writer's events are here without a gap; 0 when its first is not. */
  prefix(writer: string): number {
    const first = this.#writers.get(writer)?.[0];
    return first?.[0] === 1 ? first[1] : 0;
  }

  last(writer: string): number {
    return this.#writers.get(writer)?.at(-1)?.[1] ?? 0;
  }

  writers(): string[] {
    return [...this.#writers.keys()];
  }

  /** What is in here and not in `other`. */
  without(other: RangeSet): RangeSet {
    const rest = new RangeSet();
    for (const [writer, intervals] of this.#writers)
      for (const [from, to] of intervals)
        for (const [start, end] of gaps(other.#writers.get(writer) ?? [], from, to))
          rest.addInterval(writer, start, end);
    return rest;
  }

  toJSON(): Ranges {
    return Object.fromEntries(this.#writers);
  }

  #of(writer: string): Intervals {
    const known = this.#writers.get(writer);
    if (known !== undefined) return known;
    const fresh: Intervals = [];
    this.#writers.set(writer, fresh);
    return fresh;
  }

  #insert(intervals: Intervals, from: number, to: number): void {
    const before = intervals.findIndex(([, end]) => end >= from - 1);
    if (before === -1) {
      intervals.push([from, to]);
      return;
    }
    let after = before;
    let [start, end] = [from, to];
    for (; after < intervals.length; after += 1) {
      const [first, last] = intervals[after] ?? [0, 0];
      if (first > to + 1) break;
      [start, end] = [Math.min(start, first), Math.max(end, last)];
    }
    intervals.splice(before, after - before, [start, end]);
  }
}

/** The parts of `[from, to]` that the intervals leave open. */
function gaps(intervals: Intervals, from: number, to: number): Intervals {
  const open: Intervals = [];
  let at = from;
  for (const [start, end] of intervals) {
    if (end < at) continue;
    if (start > to) break;
    if (start > at) open.push([at, start - 1]);
    at = end + 1;
  }
  if (at <= to) open.push([at, to]);
  return open;
}
