import type { Candidate } from '../../core/recall/base.ts';
import { errorKeys } from '../../core/recall/error-keys.ts';
import { queryTerms } from '../../core/tokenize.ts';
import type { Near } from '../../store/embeddings.ts';
import type { Filter } from '../../store/filter.ts';
import type { Meaning } from '../meaning.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How many events full text hands to the ranker: each is read from the disk. With 150 `bench -- recall` gives the same within its intervals. */
const candidateLimit = 100;
/** And how many the vectors do. */
const nearLimit = 32;

export interface Found {
  terms: string[];
  candidates: Candidate[];
  /** The meaning was searched as well. */
  hasMeaning: boolean;
  /** Why it was not, where an embedder is set; empty otherwise. */
  note: string;
}

/** Where a question is looked for; without `meaning` by words alone. */
export interface Searched {
  open: OpenWorkspace;
  meaning?: Meaning;
}

/** What a question finds, by words, by the keys of the errors that it quotes, and by its meaning. */
export async function findCandidates(
  { open, meaning }: Searched,
  query: string,
  filter: Filter,
  { signal, limit = candidateLimit }: { signal?: AbortSignal | undefined; limit?: number } = {},
): Promise<Found> {
  const { store } = open;
  const terms = queryTerms(query);
  const wanted = [...terms, ...errorKeys(query)];
  const [said, meant] = await Promise.all([
    wanted.length === 0 ? [] : store.search(wanted, filter, limit),
    meaning === undefined || meaning.state().model === null
      ? null
      : meaning.search(query, withoutPaths(filter), nearLimit, signal),
  ]);
  const near = new Map(meant?.hits?.map(({ id, score }) => [id, score]));
  const known = new Set(said.map(({ event }) => event.id));
  const unknown = meant?.hits?.filter(({ id }) => !known.has(id)) ?? [];
  // The filter is asked again: vectors know nothing of paths.
  const others = unknown.length === 0 ? [] : await store.lookUp({ ...filter, places: placesOf(unknown) });
  const all = [...said, ...others.map((event) => ({ event, score: 0 }))];
  return {
    terms,
    candidates: all
      .filter(({ event }) => event.agent !== 'hivemind')
      .map((one) => withCosine(one, near.get(one.event.id))),
    hasMeaning: meant?.hits != null,
    note: meant?.why ? `by words only: ${meant.why}` : '',
  };
}

const placesOf = (near: readonly Near[]): NonNullable<Filter['places']> =>
  [...Map.groupBy(near, ({ writer }) => writer)].map(([writer, all]) => ({
    writer,
    seqs: all.map(({ seq }) => seq),
  }));

const withCosine = (candidate: Candidate, cosine: number | undefined): Candidate =>
  cosine === undefined ? candidate : { ...candidate, cosine };

const withoutPaths = ({ paths: _, ...filter }: Filter): Filter => filter;
