import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { estimateTokens, renderCard } from '../core/cards.ts';
import { pack } from '../core/pack.ts';
import { asRecord } from '../core/quote.ts';
import { type Episode, episodes } from '../core/recall/episodes.ts';
import { RecallInjected } from '../schema/bodies/recall.ts';
import { Draft } from '../schema/event.ts';
import type { EpisodeCard } from '../schema/operations/recall.ts';
import type { Appender } from './append.ts';
import { rootOf } from './claims/held.ts';
import { everywhere, scopeOf, spansOf } from './lines.ts';
import type { Log } from './log.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import type { Searched } from './recall/candidates.ts';
import { cardsOf, eventsAround } from './recall/cards.ts';
import { findForPrompt } from './recall/for-prompt.ts';
import { withStanding } from './recall/standing.ts';
import { inTurn } from './turns.ts';

type Injected = z.output<typeof RecallInjected>;

/** What an agent is told unasked, and what that costs its session. */
export interface Injections {
  /** Context beside a prompt, for the agent to read; empty when nothing is worth it, or the session has had its share. */
  forPrompt(asked: Asked): Promise<string>;
  /** Counts a brief; `handoffs` are the ids of those whose content it tells. */
  noteBrief(told: {
    session: string;
    branch: string;
    text: string;
    ms: number;
    handoffs?: readonly string[];
  }): void;
  /** Counts an answer to what an agent has asked by itself; it is not told the same unasked afterwards. */
  noteAnswer(answer: { session: string; branch: string; cards: readonly EpisodeCard[]; ms: number }): void;
  /** Prompts for which something was looked for, and those that were told something, since the workspace was opened. */
  counts(): { asked: number; told: number; late: number };
}

interface Asked {
  prompt: string;
  session: string;
  branch: string;
}

interface Parts extends Searched {
  appender: Pick<Appender, 'append'>;
  now: () => number;
  log: Log;
}

/** Tokens of one injection, and of all of a session beside its brief: some three per cent of a context of 100,000. */
const tokensAtOnce = 450;
const tokensOfSession = 3_000;
const cardsAtOnce = 2;
/** An agent waits no longer for something that it has not asked for. */
const patienceMs = 250;
/**
 * Score from which a card is told. Of 243 labelled prompts the 70 % that reach it have a file of the first card among those
 * that they went on to edit in six of ten cases, the others in one of three.
 */
const leastScore = 5;
/** Sessions whose ledger is in memory. */
const mostSessions = 1_000;

/** What a session has been told. */
interface Ledger {
  tokens: number;
  /** Keys of the episodes: each is told once. */
  told: Set<string>;
}

export function createInjections(parts: Parts): Injections {
  const { open, log } = parts;
  const ledgers = new Map<string, Promise<Ledger>>();
  const counts = { asked: 0, told: 0, late: 0 };

  const ledgerOf = (session: string): Promise<Ledger> => {
    const known = ledgers.get(session) ?? readLedger(open, session);
    ledgers.delete(session);
    ledgers.set(session, known);
    const [oldest] = ledgers.keys();
    if (ledgers.size > mostSessions && oldest !== undefined) ledgers.delete(oldest);
    known.catch(() => ledgers.delete(session));
    return known;
  };

  const lookFor = async (asked: Asked): Promise<string> => {
    const startedAt = performance.now();
    const ledger = await ledgerOf(asked.session);
    const room = Math.min(tokensAtOnce, tokensOfSession - ledger.tokens);
    const found = await inTurn(() => cardsFor(parts, asked, ledger, room));
    const ms = performance.now() - startedAt;
    if (found.length === 0) return '';
    if (ms > patienceMs) {
      // Nobody reads it any more.
      counts.late += 1;
      return '';
    }
    const text = asRecord('context', open.workspace.name, found.map(({ card }) => renderCard(card)).join(''));
    ledger.tokens += estimateTokens(text);
    for (const { key } of found) ledger.told.add(key);
    counts.told += 1;
    note(parts, asked, {
      channel: 'context',
      tokens: estimateTokens(text),
      ms,
      cards: found.map(({ card }) => injectedCard(card)),
    });
    return text;
  };

  return {
    forPrompt: async (asked) => {
      counts.asked += 1;
      const looking = lookFor(asked).catch((error) => {
        log.error('no context for a prompt', error, { workspace: open.workspace.id });
        return '';
      });
      return Promise.race([looking, sleep(patienceMs, '', { ref: false })]);
    },
    noteBrief: ({ session, branch, text, ms, handoffs = [] }) =>
      note(
        parts,
        { session, branch },
        {
          channel: 'brief',
          tokens: estimateTokens(text),
          ms,
          cards: [],
          ...(handoffs.length === 0 ? {} : { handoffs: [...handoffs] }),
        },
      ),
    noteAnswer: ({ session, branch, cards, ms }) => {
      if (cards.length === 0 || !open.owners.has(session)) return;
      void ledgers.get(session)?.then(({ told }) => {
        for (const card of cards) told.add(keyOfCard(card));
      });
      note(
        parts,
        { session, branch },
        {
          channel: 'asked',
          tokens: estimateTokens(cards.map((card) => renderCard(card)).join('')),
          ms,
          cards: cards.map(injectedCard),
        },
      );
    },
    counts: () => ({ ...counts }),
  };
}

async function readLedger(open: OpenWorkspace, session: string): Promise<Ledger> {
  const events = await open.store.find({
    spans: everywhere(open),
    sessions: [session],
    types: ['recall.injected'],
  });
  const ledger: Ledger = { tokens: 0, told: new Set() };
  for (const { body } of events) {
    const injected = RecallInjected.safeParse(body);
    if (!injected.success) continue;
    if (injected.data.channel === 'context') ledger.tokens += injected.data.tokens;
    for (const card of injected.data.cards) ledger.told.add(`${card.session}|${card.turn ?? card.event}`);
  }
  return ledger;
}

/** The cards that are worth telling, with the keys of their episodes. */
async function cardsFor(
  { open, now, ...parts }: Parts,
  { prompt, session, branch }: Asked,
  ledger: Ledger,
  budget: number,
): Promise<{ key: string; card: EpisodeCard }[]> {
  if (budget < tokensAtOnce / 3) return [];
  const scope = scopeOf(open, branch);
  const spans = spansOf(open, scope);
  const asked = { prompt, session, branch, now: now() };
  const signal = AbortSignal.timeout(patienceMs / 2);
  const { ranked: found, terms } = await findForPrompt({ open, ...parts }, { spans }, asked, signal);
  const { ranked, fallen } = await withStanding(open, scope, found, null);
  const worth = episodes(ranked.filter(({ score }) => score >= leastScore))
    .filter(({ key }) => !ledger.told.has(key))
    .slice(0, cardsAtOnce * 2);
  if (worth.length === 0) return [];
  const around = await eventsAround(open, spans, worth);
  const packed = pack(cardsOf(open, around, worth, terms, fallen), { budget, limit: cardsAtOnce });
  return packed.cards.map((card) => ({ key: keyOf(worth, card), card }));
}

const keyOf = (all: readonly Episode[], card: EpisodeCard): string =>
  all.find(({ session, turn }) => session === card.session && turn === card.turn)?.key ?? keyOfCard(card);

const keyOfCard = ({ session, turn, hits }: EpisodeCard): string =>
  `${session}|${turn ?? hits[0]?.event ?? ''}`;

const injectedCard = ({
  hits,
  session,
  turn,
  agent,
  paths,
  score,
}: EpisodeCard): Injected['cards'][number] => ({
  event: hits[0]?.event ?? '',
  session,
  turn,
  agent,
  paths,
  score,
});

/** Writes an injection down; the agent does not wait for the disk. */
function note(
  { open, appender, now, log }: Parts,
  { session, branch }: Pick<Asked, 'session' | 'branch'>,
  { ms, ...injected }: Injected,
): void {
  const draft = Draft.parse({
    type: 'recall.injected',
    agent: 'hivemind',
    session,
    rootSession: rootOf(open, session),
    identity: { nativeId: uuidv7(), phase: 'injected' },
    actor: { kind: 'daemon', name: 'hivemind' },
    at: now(),
    text: `told ${injected.tokens} tokens (${injected.channel})`,
    body: { ...injected, ms: Math.round(ms * 10) / 10 },
  });
  appender
    .append([draft], { branch })
    .catch((error) => log.error('an injection was not recorded', error, { workspace: open.workspace.id }));
}
