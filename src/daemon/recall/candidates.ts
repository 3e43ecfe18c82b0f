import type { Candidate } from '../../core/recall/base.ts';
import { errorKeys } from '../../core/recall/error-keys.ts';
import { queryTerms } from '../../core/tokenize.ts';
import type { Filter } from '../../store/filter.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How many events full text hands to the ranker. */
export const candidateLimit = 150;

export interface Found {
  terms: string[];
  candidates: Candidate[];
  /** The meaning was searched as well. */
  hasMeaning: boolean;
  /** Why it was not, where an embedder is set; empty otherwise. */
  note: string;
}

/** What a question finds, by words and by the keys of the errors that it quotes. */
export async function findCandidates(
  { store }: OpenWorkspace,
  query: string,
  filter: Filter,
  limit = candidateLimit,
): Promise<Found> {
  const terms = queryTerms(query);
  const wanted = [...terms, ...errorKeys(query)];
  const found = wanted.length === 0 ? [] : await store.search(wanted, filter, limit);
  return {
    terms,
    candidates: found.filter(({ event }) => event.agent !== 'hivemind'),
    hasMeaning: false,
    note: '',
  };
}
