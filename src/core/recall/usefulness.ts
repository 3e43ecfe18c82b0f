import type { z } from 'zod';
import type { RecallInjected } from '../../schema/bodies/recall.ts';
import type { Event } from '../../schema/event.ts';

/** How long after it was told a card may turn out to be of use. */
export const useWithinMs = 2 * 60 * 60_000;

export interface Told {
  session: string;
  at: number;
  injected: z.output<typeof RecallInjected>;
}

export type Use = 'used' | 'unused' | 'unknown';

/**
 * Whether the session made use of each card, in their order: it touched one of the card's files afterwards, or looked the
 * event up by its id. Unknown when the session did nothing after it. That it would have done so without the card cannot be told apart.
 */
export function usesOf({ session, at, injected }: Told, events: readonly Event[]): Use[] {
  const after = events.filter(
    (event) => event.session === session && event.at >= at && event.at <= at + useWithinMs,
  );
  return injected.cards.map((card) => {
    if (after.length === 0) return 'unknown';
    const paths = new Set(card.paths);
    const isUse = (event: Event): boolean =>
      event.paths.some((path) => paths.has(path)) || event.text.includes(card.event);
    return after.some(isUse) ? 'used' : 'unused';
  });
}
