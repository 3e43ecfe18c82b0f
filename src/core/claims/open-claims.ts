import type { RecordWrite } from '../records/registers.ts';

/** Claims that ran out so long ago are looked at no more. It is longer than clocks are put back by. */
const keptMs = 3_600_000;

/**
 * Keys of the claims that may still hold: of all that were ever taken few do, and those who ask must not look at the
 * others. Whether one does is for its record to say.
 */
export class OpenClaims {
  /** Claim → the latest moment (epoch milliseconds) that any write names as its end. */
  #ends = new Map<string, number>();

  /** Takes in a write, in any order. One that names no end may be of a claim without one. */
  note(key: string, set: Readonly<Record<string, unknown>>): void {
    const known = this.#ends.get(key);
    const { until } = set;
    if (typeof until === 'number') {
      if (known === undefined || known < until) this.#ends.set(key, until);
    } else if (known === undefined) this.#ends.set(key, Number.POSITIVE_INFINITY);
  }

  /** Those that may hold at `nowMs`; the ones that ran out long before are forgotten. */
  at(nowMs: number): string[] {
    const keys: string[] = [];
    for (const [key, end] of this.#ends) {
      if (end > nowMs) keys.push(key);
      else if (end <= nowMs - keptMs) this.#ends.delete(key);
    }
    return keys;
  }

  /** Its record says that it is over. Another write brings it back. */
  drop(key: string): void {
    this.#ends.delete(key);
  }

  static of(writes: Iterable<RecordWrite>): OpenClaims {
    const claims = new OpenClaims();
    for (const { kind, key, set } of writes) if (kind === 'claim') claims.note(key, set);
    return claims;
  }
}
