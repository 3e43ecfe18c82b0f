import type { EventRuns } from './bodies/forget.ts';

type Run = [from: number, to: number];

/** Runs of seqs by writer, found by halving: there may be a hundred thousand of them, and every row is asked about. */
export class RunIndex {
  readonly #byWriter = new Map<string, Run[]>();

  static of(...all: readonly EventRuns[]): RunIndex {
    const index = new RunIndex();
    const lists = new Map<string, Run[]>();
    for (const runs of all)
      for (const [writer, some] of Object.entries(runs)) {
        const list = lists.get(writer) ?? [];
        lists.set(writer, list);
        for (const [from, to] of some) list.push([from, to]);
      }
    for (const [writer, runs] of lists) index.#byWriter.set(writer, united(runs));
    return index;
  }

  has(writer: string, seq: number): boolean {
    return this.overlaps(writer, seq, seq);
  }

  /** Whether any seq of the closed interval is in here. */
  overlaps(writer: string, from: number, to: number): boolean {
    const runs = this.#byWriter.get(writer) ?? [];
    let [low, high] = [0, runs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((runs[middle]?.[1] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    const found = runs[low];
    return found !== undefined && found[0] <= to;
  }

  /** Whether any of the events is in here. */
  meets(runs: EventRuns): boolean {
    return Object.entries(runs).some(([writer, some]) =>
      some.some(([from, to]) => this.overlaps(writer, from, to)),
    );
  }

  writers(): string[] {
    return [...this.#byWriter.keys()];
  }

  toJSON(): EventRuns {
    return Object.fromEntries(this.#byWriter);
  }
}

/** Places as runs. */
export const runsOf = (places: readonly { writer: string; seq: number }[]): EventRuns => {
  const single: Record<string, Run[]> = {};
  for (const { writer, seq } of places) {
    const runs = single[writer] ?? [];
    single[writer] = runs;
    const last = runs.at(-1);
    // Mostly they come in order.
    if (last !== undefined && last[1] + 1 === seq) last[1] = seq;
    else runs.push([seq, seq]);
  }
  return RunIndex.of(single).toJSON();
};

/** Sorted, and none touching the next. */
function united(runs: Run[]): Run[] {
  const all: Run[] = [];
  for (const [from, to] of runs.sort(([a], [b]) => a - b)) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}
