import { card, hitsOfCard } from '../../core/cards.ts';
import { type Episode, turnKey } from '../../core/recall/episodes.ts';
import { compareEvents, type ShownEvent } from '../../schema/event.ts';
import type { EpisodeCard } from '../../schema/operations/recall.ts';
import type { Span } from '../../schema/view.ts';
import { branchName } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How many events of a turn a card is made from. */
const turnEvents = 80;

/** Cards of episodes, in their order, made from `eventsAround`; `terms` are those that were searched for, `fallen` says of events why they do not stand any more. */
export function cardsOf(
  open: OpenWorkspace,
  around: ReadonlyMap<string, ShownEvent[]>,
  episodes: readonly Episode[],
  terms: readonly string[],
  fallen: ReadonlyMap<string, string> = new Map(),
): EpisodeCard[] {
  return episodes.map((episode) =>
    card(episode, around.get(episode.key) ?? [], {
      branch: branchName(open, episode.ranked[0]?.event.branch ?? ''),
      terms: new Set(terms),
      fallen,
    }),
  );
}

/** By episode's key the events of its turn, and its best hits in any case. */
export async function eventsAround(
  open: OpenWorkspace,
  spans: readonly Span[],
  episodes: readonly Episode[],
): Promise<Map<string, ShownEvent[]>> {
  const turns = [...new Set(episodes.flatMap(({ turn }) => turn ?? []))];
  const ofTurns = await open.store.shownOfTurns({ spans, turns }, { perTurn: turnEvents });
  const have = new Set(ofTurns.map(({ id }) => id));
  const hits = episodes.flatMap(({ ranked }) => ranked.slice(0, hitsOfCard).map(({ event }) => event.id));
  const ids = hits.filter((id) => !have.has(id));
  const rest = ids.length === 0 ? [] : await open.store.find({ spans, ids });
  return Map.groupBy<string, ShownEvent>([...ofTurns, ...rest].sort(compareEvents), turnKey);
}
