import type { FoundEvent } from '../../schema/event.ts';
import { tokenize } from '../tokenize.ts';
import { excerpt, plain, withoutNumbers } from './plain-text.ts';

/** The query's terms that an event has, in its text or its paths. */
export function matchedTerms(event: FoundEvent, terms: ReadonlySet<string>): Set<string> {
  const matched = new Set<string>();
  for (const term of tokenize(`${excerpt(event.text)}\n${event.paths.slice(0, 50).join('\n')}`)) {
    if (terms.has(term)) matched.add(term);
  }
  return matched;
}

/**
 * Weight of each query term by its rarity among the candidates, ln(1 + N / n). A term that no candidate has is the
 * rarest: had the workspace known it, its events would have been among the best.
 */
export function rarityOf(
  terms: readonly string[],
  matched: readonly ReadonlySet<string>[],
): Map<string, number> {
  return new Map(
    terms.map((term) => {
      const having = matched.filter((set) => set.has(term)).length;
      return [term, Math.log(1 + matched.length / Math.max(having, 0.5))];
    }),
  );
}

/** Share of the query, by weight, that is covered: 0 to 1. */
export function coverageOf(matched: ReadonlySet<string>, rarity: ReadonlyMap<string, number>): number {
  let covered = 0;
  let all = 0;
  for (const [term, weight] of rarity) {
    all += weight;
    if (matched.has(term)) covered += weight;
  }
  return all === 0 ? 0 : covered / all;
}

/** Equal for two reports of the same thing: numbers, times, hashes and home folders are left out. */
export const sameness = (event: FoundEvent): string =>
  `${event.type}|${event.status}|${plain(withoutNumbers(excerpt(event.text)))}`;

/** Paths that the query names: words with a slash or an extension, without a line number. */
export function pathsIn(query: string): string[] {
  const words = query.match(/[\w.@~/\\-]+/g) ?? [];
  return words
    .map((word) => word.replace(/[.:]+$/, '').replaceAll('\\', '/'))
    .filter((word) => word.length >= 4 && (/\w\/\w/.test(word) || /\w\.[A-Za-z]\w{0,7}$/.test(word)));
}

/** Whether the event is about one of the paths, given whole or by their end. */
export const touches = (event: FoundEvent, paths: readonly string[]): boolean =>
  paths.some((path) =>
    event.paths.some((own) => own === path || own.endsWith(`/${path.replace(/^\.?\//, '')}`)),
  );
