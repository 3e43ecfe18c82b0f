import type { FoundEvent } from '../../schema/event.ts';
import { sameness } from './relevance.ts';

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

/** Groups what was ranked by session and turn, best first; an episode counts its three best events, each half of the one before. */
export function episodes(ranked: readonly Ranked[]): Episode[] {
  const turns = Map.groupBy(collapse(ranked), (one) => turnKey(one.event));
  const list = [...turns].map(([key, group]) => {
    const best = [...group].sort(byScore);
    const score = best.slice(0, 3).reduce((sum, one, index) => sum + one.score / 2 ** index, 0);
    return {
      key,
      session: best[0]?.event.session ?? '',
      turn: best[0]?.event.turn ?? null,
      ranked: best,
      score,
    };
  });
  return list.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}
