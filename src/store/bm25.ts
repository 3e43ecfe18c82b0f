import type { TermCounts } from './term-counts.ts';

/** LanceDB's constants of BM25 (Lance 12), so that its candidates and ours are scored alike. */
const k1 = 1.2;
const b = 0.75;

/**
 * BM25 of documents against one query, with the counts of the whole store: LanceDB scores each table by its own counts,
 * and those are not comparable once the tables' topics drift. Formula as in Lucene: idf = ln(1 + (N − n + ½) / (n + ½)).
 */
export function createScorer(
  query: readonly string[],
  counts: TermCounts,
): (terms: readonly string[]) => number {
  const weights = new Map<string, number>();
  for (const term of query) {
    const holding = Math.min(counts.of(term), counts.events);
    weights.set(term, Math.log(1 + (counts.events - holding + 0.5) / (holding + 0.5)));
  }
  const { averageLength } = counts;
  return (terms) => {
    const found = new Map<string, number>();
    for (const term of terms) if (weights.has(term)) found.set(term, (found.get(term) ?? 0) + 1);
    const room = k1 * (1 - b + (b * terms.length) / averageLength);
    let score = 0;
    for (const [term, count] of found)
      score += ((weights.get(term) ?? 0) * count * (k1 + 1)) / (count + room);
    return score;
  };
}
