import type { TermCounts } from './term-counts.ts';

/** LanceDB's constants of BM25 (Lance 12), so that its candidates and ours are scored alike. */
const k1 = 1.2;
const b = 0.75;

/** BM25 of documents against one query. */
export interface Scorer {
  /** Of a document with these terms, joined by single spaces, and which of the query's terms it has. */
  score(terms: string): { score: number; matched: string[] };
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
    const length = lengthOf(terms);
    const matched: string[] = [];
    let sum = 0;
    for (const term of weights.keys()) {
      const count = occurrences(terms, term);
      if (count === 0) continue;
      matched.push(term);
      sum += part(term, count, length);
    }
    return { score: sum, matched };
  };
  return { score, part };
}

const space = 32;

/** How many terms there are; nothing is cut out of the text for it: this runs for hundreds of long ones at a time. */
function lengthOf(terms: string): number {
  if (terms === '') return 0;
  let length = 1;
  for (let at = 0; at < terms.length; at += 1) if (terms.charCodeAt(at) === space) length += 1;
  return length;
}

function occurrences(terms: string, term: string): number {
  let count = 0;
  for (let at = terms.indexOf(term); at !== -1; at = terms.indexOf(term, at + 1)) {
    const end = at + term.length;
    const begins = at === 0 || terms.charCodeAt(at - 1) === space;
    if (begins && (end === terms.length || terms.charCodeAt(end) === space)) count += 1;
  }
  return count;
}
