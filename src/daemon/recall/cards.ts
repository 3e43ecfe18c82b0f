import { card, hitsOfCard } from '../../core/cards.ts';
import { type Episode, turnKey } from '../../core/recall/episodes.ts';
import { compareEvents, type Event } from '../../schema/event.ts';
import type { EpisodeCard } from '../../schema/operations/recall.ts';
import type { Span } from '../../schema/view.ts';
import { branchName } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How many events of a turn a card is made from. */
const turnEvents = 200;

/** Cards of episodes, in their order; `terms` are those that were searched for. */
export async function cardsOf(
  open: OpenWorkspace,
  spans: readonly Span[],
  episodes: readonly Episode[],
  terms: readonly string[],
): Promise<EpisodeCard[]> {
  const around = await eventsAround(open, spans, episodes);
  return episodes.map((episode) =>
    card(episode, around.get(episode.key) ?? [], {
      branch: branchName(open, episode.ranked[0]?.event.branch ?? ''),
      terms: new Set(terms),
    }),
  );
}

/** By episode the events of its turn, and its best hits in any case. */
async function eventsAround(
  open: OpenWorkspace,
  spans: readonly Span[],
  episodes: readonly Episode[],
): Promise<Map<string, Event[]>> {
  const ofTurns = await eventsOf(
    open,
    spans,
    episodes.flatMap(({ turn }) => turn ?? []),
  );
  const have = new Set(ofTurns.map(({ id }) => id));
  const hits = episodes.flatMap(({ ranked }) => ranked.slice(0, hitsOfCard).map(({ event }) => event.id));
  const ids = hits.filter((id) => !have.has(id));
  const rest = ids.length === 0 ? [] : await open.store.find({ spans, ids });
  return Map.groupBy([...ofTurns, ...rest].sort(compareEvents), turnKey);
}

/** The events of some turns. Of turns that are very long only how they began and how they ended. */
async function eventsOf(
  { store }: OpenWorkspace,
  spans: readonly Span[],
  turns: readonly string[],
): Promise<Event[]> {
  if (turns.length === 0) return [];
  const positions = await store.positions({ spans, turns });
  if (positions.length <= turns.length * turnEvents) return store.at({ spans, turns }, positions);
  const cut: Event[] = [];
  for (const turn of new Set(turns)) {
    const filter = { spans, turns: [turn] };
    const all = await store.positions(filter);
    const half = turnEvents / 2;
    const tail = all.slice(half).slice(-half);
    cut.push(...(await store.at(filter, all.slice(0, half))), ...(await store.at(filter, tail)));
  }
  return cut;
}
