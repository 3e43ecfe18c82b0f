import type { TermCounts } from './term-counts.ts';

/** LanceDB's constants of BM25 (Lance 12), so that its candidates and ours are scored alike. */
const k1 = 1.2;
const b = 0.75;

/** BM25 of documents against one query. */
export interface Scorer {
  /** Of a document with these terms. */
  score(terms: readonly string[]): number;
  /** What a term adds that stands `count` times in a document of `length` terms. */
  part(term: string, count: number, length: number): number;
}

/**
 * Scores with the counts of the whole store: LanceDB scores each table by its own counts, and those are not comparable
 * once the tables' topics drift. Formula as in Lucene: idf = ln(1 + (N − n + ½) / (n + ½)).
 */
export function createScorer(query: readonly string[], counts: TermCounts): Scorer {
  const weights = new Map<string, number>();
  for (const term of query) {
    const holding = Math.min(counts.of(term), counts.events);
    weights.set(term, Math.log(1 + (counts.events - holding + 0.5) / (holding + 0.5)));
  }
  const { averageLength } = counts;
  const part: Scorer['part'] = (term, count, length) => {
    const room = k1 * (1 - b + (b * length) / averageLength);
    return ((weights.get(term) ?? 0) * count * (k1 + 1)) / (count + room);
  };
  const score: Scorer['score'] = (terms) => {
    const found = new Map<string, number>();
    for (const term of terms) if (weights.has(term)) found.set(term, (found.get(term) ?? 0) + 1);
    let sum = 0;
    for (const [term, count] of found) sum += part(term, count, terms.length);
    return sum;
  };
  return { score, part };
}
