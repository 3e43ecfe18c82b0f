import { card, hitsOfCard } from '../../core/cards.ts';
import { pack } from '../../core/pack.ts';
import { type Episode, episodes, rank, turnKey } from '../../core/recall.ts';
import { queryTerms } from '../../core/tokenize.ts';
import { compareEvents, type Event } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { EpisodeCard } from '../../schema/operations/recall.ts';
import type { Span } from '../../schema/view.ts';
import { branchToRead } from '../branching.ts';
import { branchName, scopeOf, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { inTurn } from '../turns.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

/** How many events full text hands to the ranker. */
const candidateLimit = 100;

/** How many events of a turn a card is made from. */
const turnEvents = 200;

export const searchRecall: Handler<'recall.search'> = async (input, _context, engine) => {
  const live = await engine.workspaces.resolve(input);
  return inTurn(() => recall(live, input, engine.now()));
};

async function recall(
  live: LiveWorkspace,
  { query, limit, budget, ...where }: ParsedOf<'recall.search'>,
  now: number,
): Promise<OutputOf<'recall.search'>> {
  const { open } = live;
  const branch = await branchToRead(live, where);
  const spans = spansOf(open, scopeOf(open, branch.id));
  const terms = queryTerms(query);
  const found = terms.length === 0 ? [] : await open.store.search(terms, { spans }, candidateLimit);
  const candidates = found
    .filter(({ event }) => event.agent !== 'hivemind')
    .map(({ event, score }) => ({ event, score, source: 'index' as const }));
  const best = episodes(rank({ query, terms, candidates, now, branch: branch.id })).slice(0, limit * 2);
  const around = await eventsAround(open, spans, best);
  const cards: EpisodeCard[] = best.map((episode) =>
    card(
      episode,
      around.get(episode.key) ?? [],
      branchName(open, episode.ranked[0]?.event.branch ?? branch.id),
    ),
  );
  const packed = pack(cards, { budget, limit });
  return {
    workspace: open.workspace.name,
    mode: 'lexical' as const,
    ...packed,
    matched: candidates.length,
    unindexed: open.store.freshSize(),
    note: packed.cards.length > 0 ? '' : nothingFound(candidates.length, best.length),
  };
}

/** By episode the events of its turn, and its best hits in any case. */
async function eventsAround(
  open: OpenWorkspace,
  spans: readonly Span[],
  episodes: readonly Episode[],
): Promise<Map<string, Event[]>> {
  const turns = [...new Set(episodes.flatMap(({ turn }) => turn ?? []))];
  const ofTurns = await open.store.ofTurns({ spans, turns }, { perTurn: turnEvents });
  const have = new Set(ofTurns.map(({ id }) => id));
  const hits = episodes.flatMap(({ ranked }) => ranked.slice(0, hitsOfCard).map(({ event }) => event.id));
  const ids = hits.filter((id) => !have.has(id));
  const rest = ids.length === 0 ? [] : await open.store.find({ spans, ids });
  return Map.groupBy([...ofTurns, ...rest].sort(compareEvents), turnKey);
}

function nothingFound(matched: number, ranked: number): string {
  if (matched === 0) return 'nothing in this workspace has these words';
  return ranked === 0
    ? 'some events share a word with this, none answers it'
    : 'no answer fits the token budget';
}
