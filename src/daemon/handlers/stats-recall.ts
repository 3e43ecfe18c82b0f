import { type Told, type Use, usesOf, useWithinMs } from '../../core/recall/usefulness.ts';
import { RecallInjected } from '../../schema/bodies/recall.ts';
import type { Event } from '../../schema/event.ts';
import { everywhere } from '../lines.ts';
import { momentOf } from '../moments.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { quantile, round } from '../quantile.ts';
import type { Handler } from './handler.ts';

export const showRecallStats: Handler<'stats.recall'> = async (input, _context, { workspaces, now }) => {
  const { open, injections } = await workspaces.resolve(input);
  const since = input.since === undefined ? 0 : momentOf('since', input.since, now());
  const all = await toldIn(open, since);
  const after = await aftermath(open, all);
  const usesIn = (some: readonly Told[]): Use[] =>
    some.flatMap((one) => usesOf(one, after.get(one.session) ?? []));
  const [asked, told] = [all.filter(isAsked), all.filter((one) => !isAsked(one))];
  const cards = told.flatMap(({ session, injected }) =>
    injected.cards.map((card) => ({ asker: session, ...card })),
  );
  const share = (isOther: (card: (typeof cards)[number]) => boolean): number | null =>
    cards.length === 0 ? null : round(cards.filter(isOther).length / cards.length);
  const agentOf = (session: string): string | undefined => open.owners.get(session)?.agent;
  return {
    workspace: open.workspace.name,
    setting: open.settings.current.injection,
    ...costOf(told),
    cards: cards.length,
    otherSessions: share((card) => card.session !== card.asker),
    otherAgents: share((card) => card.agent !== agentOf(card.asker)),
    ...countsOf(usesIn(told)),
    prompts: injections.counts(),
    asked: {
      answers: asked.length,
      sessions: new Set(asked.map(({ session }) => session)).size,
      tokens: tokensOf(asked),
      ...countsOf(usesIn(asked)),
    },
  };
};

const isAsked = ({ injected }: Told): boolean => injected.channel === 'asked';

function countsOf(uses: readonly Use[]): Record<Use, number> {
  const count = (wanted: Use): number => uses.filter((use) => use === wanted).length;
  return { used: count('used'), unused: count('unused'), unknown: count('unknown') };
}

const tokensOf = (some: readonly Told[]): number =>
  some.reduce((sum, { injected }) => sum + injected.tokens, 0);

async function toldIn(open: OpenWorkspace, since: number): Promise<Told[]> {
  const events = await open.store.find({ spans: everywhere(open), types: ['recall.injected'], since });
  return events.flatMap(({ session, at, body }) => {
    const injected = RecallInjected.safeParse(body);
    return injected.success ? [{ session, at, injected: injected.data }] : [];
  });
}

/** What the sessions did after they were first told something, by session. */
async function aftermath(open: OpenWorkspace, told: readonly Told[]): Promise<Map<string, Event[]>> {
  const withCards = told.filter(({ injected }) => injected.cards.length > 0);
  if (withCards.length === 0) return new Map();
  const times = withCards.map(({ at }) => at);
  const events = await open.store.find({
    spans: everywhere(open),
    sessions: [...new Set(withCards.map(({ session }) => session))],
    types: ['tool.called', 'file.edited'],
    since: Math.min(...times),
    until: Math.max(...times) + useWithinMs,
  });
  return Map.groupBy(events, ({ session }) => session);
}

function costOf(told: readonly Told[]) {
  const bySession = [...Map.groupBy(told, ({ session }) => session).values()].map(tokensOf);
  const ms = told.map(({ injected }) => injected.ms);
  const ofChannel = (channel: string): number =>
    told.filter(({ injected }) => injected.channel === channel).length;
  return {
    sessions: bySession.length,
    briefs: ofChannel('brief'),
    contexts: ofChannel('context'),
    claims: ofChannel('claim'),
    tokens: tokensOf(told),
    tokensPerSession:
      bySession.length === 0 ? null : { p50: quantile(bySession, 0.5) ?? 0, most: Math.max(...bySession) },
    ms: ms.length === 0 ? null : { p50: quantile(ms, 0.5) ?? 0, p95: quantile(ms, 0.95) ?? 0 },
  };
}
