import { createMatcher, type Filter } from './filter.ts';
import type { EmbeddedEvent } from './lance/embeddings-rows.ts';

/** An event that a search by meaning has found. */
export interface Near {
  id: string;
  writer: string;
  seq: number;
  /** Cosine of its vector and the one that was asked for. */
  score: number;
}

export const byScore = (a: Near, b: Near): number => b.score - a.score || (a.id < b.id ? -1 : 1);

/** Rows of a table that has no index yet: they are compared one by one, so that a fresh vector is found at once. */
export class EmbeddingRows {
  readonly #rows: EmbeddedEvent[] = [];
  readonly #ids = new Set<string>();

  get size(): number {
    return this.#rows.length;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Takes in the rows whose events are not here yet. */
  add(rows: readonly EmbeddedEvent[]): void {
    for (const row of rows) {
      if (this.#ids.has(row.event.id)) continue;
      this.#ids.add(row.event.id);
      this.#rows.push(row);
    }
  }

  search(vector: Float32Array, filter: Filter, limit: number): Near[] {
    let best: Near[] = [];
    let least = Number.NEGATIVE_INFINITY;
    const isMatch = createMatcher(filter);
    for (const { event, vector: other } of this.#rows) {
      const score = productOf(vector, other);
      if (score < least || !isMatch(event)) continue;
      best.push({ id: event.id, writer: event.writer, seq: event.seq, score });
      // Thousands of rows are not sorted to show a hundred: what is too far by now is left out of the rest.
      if (best.length < 2 * limit) continue;
      best = best.sort(byScore).slice(0, limit);
      least = best.at(-1)?.score ?? least;
    }
    return best.sort(byScore).slice(0, limit);
  }
}

/** Of unit vectors: their cosine. Four sums beside each other, so that the processor need not wait for each; `let [p, q, r, s] =` takes twice as long (measured). */
function productOf(a: Float32Array, b: Float32Array): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  const whole = a.length - (a.length % 4);
  for (let at = 0; at < whole; at += 4) {
    p += (a[at] as number) * (b[at] as number);
    q += (a[at + 1] as number) * (b[at + 1] as number);
    r += (a[at + 2] as number) * (b[at + 2] as number);
    s += (a[at + 3] as number) * (b[at + 3] as number);
  }
  for (let at = whole; at < a.length; at += 1) p += (a[at] as number) * (b[at] as number);
  return p + q + r + s;
}
