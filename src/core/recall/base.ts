import type { FoundEvent } from '../../schema/event.ts';
import { coverageOf, matchedTerms, rarityOf } from './relevance.ts';
import type { RankWeights } from './weights.ts';

/** An event that a search has found. */
export interface Candidate {
  event: FoundEvent;
  /** BM25 with the counts of the whole store; 0 when only its meaning was found. */
  score: number;
  /** Cosine with the query, where vectors were searched and it is among the nearest. */
  cosine?: number;
  /** Terms of the query that it has; looked for in its text when it is not said. */
  matched?: readonly string[];
}

/** A candidate with its score by words and meaning, 0 to 1. */
export interface Based extends Omit<Candidate, 'matched'> {
  matched: ReadonlySet<string>;
  base: number;
}

/** Cosines below this are noise, whatever the model. */
const leastCosine = 0.2;

/** Each event once. Words and meaning are each measured by their best (weighted max-norm: ranks alone would give a weak arm too much). */
export function scoreBase(
  candidates: readonly Candidate[],
  terms: readonly string[],
  weights: RankWeights,
): { based: Based[]; rarity: Map<string, number> } {
  const termSet = new Set(terms);
  const unique = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const score = Number.isFinite(candidate.score) ? candidate.score : 0;
    const before = unique.get(candidate.event.id);
    unique.set(candidate.event.id, { ...before, ...candidate, score: Math.max(score, before?.score ?? 0) });
  }
  const all = [...unique.values()];
  const hasMeaning = all.some(({ cosine }) => cosine !== undefined);
  const share = hasMeaning ? weights.meaning : 0;
  const mostWords = Math.max(0, ...all.map(({ score }) => score));
  const mostMeaning = Math.max(0, ...all.map(({ cosine = 0 }) => cosine - leastCosine));
  const part = (value: number, most: number): number => (most > 0 ? Math.max(0, value / most) : 0);
  const based = all.map((candidate) => ({
    ...candidate,
    matched: matchedOf(candidate, termSet),
    base:
      (1 - share) * part(candidate.score, mostWords) +
      share * part((candidate.cosine ?? 0) - leastCosine, mostMeaning),
  }));
  return {
    based,
    rarity: rarityOf(
      terms,
      based.map(({ matched }) => matched),
    ),
  };
}

/** Keys of errors are searched for, too: they are no words, and nobody is asked to cover them. */
function matchedOf({ event, matched }: Candidate, terms: ReadonlySet<string>): ReadonlySet<string> {
  return matched === undefined
    ? matchedTerms(event, terms)
    : new Set(matched.filter((term) => terms.has(term)));
}

/** Parts of the query that each turn covers, by `keyOf`: what is asked in one event may be answered in the next. */
export function coverageBy(
  based: readonly Based[],
  rarity: ReadonlyMap<string, number>,
  keyOf: (event: FoundEvent) => string,
): Map<string, number> {
  const turns = Map.groupBy(based, ({ event }) => keyOf(event));
  return new Map(
    [...turns].map(([key, group]) => [
      key,
      coverageOf(new Set(group.flatMap(({ matched }) => [...matched])), rarity),
    ]),
  );
}
