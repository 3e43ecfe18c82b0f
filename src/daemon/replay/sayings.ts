import { placeOf } from '../../core/replay/steps.ts';
import type { Track } from '../../core/replay/track.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { Recent } from '../recent.ts';
import type { Subject } from './subject.ts';

/** Writer → seqs of the events that may say a text. */
type Hits = ReadonlyMap<string, ReadonlySet<number>>;

/** Searches whose hits are kept: who looks for the next one asks for the same again. */
const mostSearches = 4;
const searches = new WeakMap<Track, Recent<string, { size: number; hits: Promise<Hits> }>>();

/** Says of the number of a step whether it may say `text` (in lower case); the store looks through all of them once. */
export async function placesSaying(
  open: OpenWorkspace,
  subject: Subject,
  text: string,
): Promise<(number: number) => boolean> {
  const { track } = subject.steps;
  const known = searches.get(track) ?? new Recent(mostSearches);
  searches.set(track, known);
  const before = known.get(text);
  const search =
    before?.size === track.size ? before : { size: track.size, hits: lookFor(open, subject, text) };
  known.set(text, search);
  // One that failed is not kept: it is done again.
  search.hits.catch(() => known.set(text, { size: -1, hits: search.hits }));
  const hits = await search.hits;
  return (number) => {
    const place = placeOf(subject.steps, number);
    const writer = track.writers.list[track.writer[place] ?? 0] ?? '';
    return hits.get(writer)?.has(track.seq[place] ?? 0) ?? false;
  };
}

async function lookFor({ store }: OpenWorkspace, { spans, ids }: Subject, text: string): Promise<Hits> {
  const hits = new Map<string, Set<number>>();
  const filter = { spans, says: text, ...(ids === null ? {} : { sessions: ids }) };
  await store.outline(filter, ({ writer, seq }) => {
    const seqs = hits.get(writer) ?? new Set();
    hits.set(writer, seqs.add(seq));
  });
  return hits;
}
