import type { FoundEvent, ShownEvent } from '../../schema/event.ts';
import { sameness } from './relevance.ts';
import { rankWeights } from './weights.ts';

export interface Ranked {
  event: FoundEvent;
  /** Comparable within one answer only; 1 is about the score of a best match. */
  score: number;
  /** Share of the query that the event's turn covers, weighted by rarity: 0 to 1. */
  coverage: number;
  /** How many candidates say the same; they stand for each other. */
  seen: number;
}

export interface Episode {
  key: string;
  session: string;
  turn: string | null;
  ranked: Ranked[];
  score: number;
}

/** What belongs together: the session and its turn; an event outside of turns stands alone. */
export const turnKey = (event: Pick<FoundEvent, 'id' | 'session' | 'turn'>): string =>
  `${event.session}|${event.turn ?? event.id}`;

export const byScore = (a: Ranked, b: Ranked): number =>
  b.score - a.score || (a.event.id < b.event.id ? -1 : 1);

/** Leaves the best of those that say the same, and counts the others in it. */
function collapse(ranked: readonly Ranked[]): Ranked[] {
  return [...Map.groupBy(ranked, (one) => sameness(one.event)).values()].flatMap((group) => {
    const [best] = [...group].sort(byScore);
    return best === undefined ? [] : [{ ...best, seen: group.reduce((sum, one) => sum + one.seen, 0) }];
  });
}

/** An episode counts its three best events, each half of the one before. */
const scoreOf = (best: readonly Ranked[]): number =>
  best.slice(0, 3).reduce((sum, one, index) => sum + one.score / 2 ** index, 0);

const inOrder = (list: Episode[]): Episode[] =>
  list.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));

/** Groups what was ranked by session and turn, best first. */
export function episodes(ranked: readonly Ranked[]): Episode[] {
  const turns = Map.groupBy(collapse(ranked), (one) => turnKey(one.event));
  const list = [...turns].map(([key, group]) => {
    const best = [...group].sort(byScore);
    return {
      key,
      session: best[0]?.event.session ?? '',
      turn: best[0]?.event.turn ?? null,
      ranked: best,
      score: scoreOf(best),
    };
  });
  return inOrder(list);
}

/** So many of the best episodes are asked what they changed, and so many edits of each are taken. */
const changedEpisodes = 3;
const changesOfEpisode = 10;

/**
 * Adds to the best episodes the edits of their turns that no word has found: whoever asks about the work wants to see
 * what it changed. `eventsOf` has the events of a turn by the episode's key; an edit counts for `part` of the turn's best.
 */
export function withChanges(
  list: readonly Episode[],
  eventsOf: ReadonlyMap<string, readonly ShownEvent[]>,
  isWanted: (event: ShownEvent) => boolean,
  part: number = rankWeights.changed,
): Episode[] {
  const changed = list.slice(0, changedEpisodes).map((episode) => {
    const said = new Set(episode.ranked.map(({ event }) => sameness(event)));
    const [best] = episode.ranked;
    const edits = (eventsOf.get(episode.key) ?? []).filter(
      (event) => event.type === 'file.edited' && isWanted(event) && !said.has(sameness(event)),
    );
    if (best === undefined) return episode;
    const added = edits
      .slice(0, changesOfEpisode)
      .map((event) => ({ event, score: part * best.score, coverage: best.coverage, seen: 1 }));
    const ranked = [...episode.ranked, ...added].sort(byScore);
    return { ...episode, ranked, score: scoreOf(ranked) };
  });
  return inOrder([...changed, ...list.slice(changedEpisodes)]);
}
