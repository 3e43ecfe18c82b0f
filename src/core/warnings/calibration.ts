/** How often calls of one kind failed: failures and all, of those that were judged before they ended. */
export type Tally = [failed: number, all: number];

/** Beta(1, 3): a call of which nothing is known fails in a quarter of the cases, and that is worth four calls. */
const priorFailed = 1;
const priorAll = 4;
/** What a general kind says about a special one of it is worth as many calls. */
const parentWorth = 8;

/** More kinds than there are: names of tools come from outside and must not fill the memory. */
const mostBuckets = 5_000;

/** Posteriors of kinds of calls, learnt as they come: each call is judged by what was known before it. */
export class Calibration {
  #tallies: Map<string, Tally>;
  #priors: Readonly<Record<string, Tally>>;

  constructor(priors: Readonly<Record<string, Tally>> = {}, known: Iterable<[string, Tally]> = []) {
    this.#priors = priors;
    this.#tallies = new Map(known);
  }

  /** The chance that a call of this kind fails. `path` goes from the general to the special; each is told by the one before. */
  posterior(path: readonly string[]): number {
    let mean = priorFailed / priorAll;
    let worth = priorAll;
    for (const bucket of path) {
      const [failed, all] = this.#seen(bucket);
      mean = (mean * worth + failed) / (worth + all);
      worth = parentWorth;
    }
    return mean;
  }

  learn(path: readonly string[], failed: boolean): void {
    for (const bucket of path) {
      const tally = this.#tallies.get(bucket) ?? [0, 0];
      if (this.#tallies.size >= mostBuckets && !this.#tallies.has(bucket)) continue;
      this.#tallies.set(bucket, [tally[0] + (failed ? 1 : 0), tally[1] + 1]);
    }
  }

  #seen(bucket: string): Tally {
    const [failed, all] = this.#tallies.get(bucket) ?? [0, 0];
    const [priorOnes, prior] = Object.hasOwn(this.#priors, bucket)
      ? (this.#priors[bucket] ?? [0, 0])
      : [0, 0];
    return [failed + priorOnes, all + prior];
  }

  toJSON(): [string, Tally][] {
    return [...this.#tallies];
  }
}
