import {
  countingRules,
  type Habit,
  habitRules,
  habits,
  type Judged,
  judge,
} from '../../core/compliance/habits.ts';
import { findSession, joinParts } from '../../core/records/session.ts';
import { AppError } from '../../schema/app-error.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { sessionFacts } from '../compliance.ts';
import { momentOf } from '../moments.ts';
import type { Handler } from './handler.ts';

type Row = OutputOf<'stats.compliance'>['agents'][number];
type Share = Row['briefed'];

/** Ids of sessions that an answer names for each habit, the newest. */
const mostNamed = 100;

export const showCompliance: Handler<'stats.compliance'> = async (input, _context, { workspaces, now }) => {
  const { open } = await workspaces.resolve(input);
  const all = joinParts(open.sessions.values());
  const one = input.session === undefined ? undefined : findSession(all.values(), input.session);
  if (input.session !== undefined && one === undefined)
    throw new AppError('NOT_FOUND', `there is no session "${input.session.slice(0, 100)}"`, {
      hint: 'hivemind session list',
    });
  const since = one === undefined ? momentOf('since', input.since, now()) : 0;
  const facts = await sessionFacts(open, all, { since, only: one?.id ?? null, now: now() });
  const groups = Map.groupBy(facts.sessions.map(judge), ({ session }) =>
    JSON.stringify([session.agent, session.model]),
  );
  const agents = [...groups.values()].map(rowOf);
  return {
    workspace: open.workspace.name,
    agents: agents.sort((a, b) => b.sessions - a.sessions || (a.agent < b.agent ? -1 : 1)),
    unread: facts.unread,
    rules: { ...habitRules, ...countingRules },
  };
};

function rowOf(group: readonly Judged[]): Row {
  const total = (pick: (one: Judged) => number): number => group.reduce((sum, one) => sum + pick(one), 0);
  const shares = Object.fromEntries(habits.map((habit) => [habit, shareOf(habit, group)]));
  const [first] = group;
  return {
    agent: first?.session.agent ?? '',
    model: first?.session.model ?? null,
    sessions: group.length,
    taken: total(({ taken }) => taken),
    done: total(({ done }) => done),
    ...(shares as Record<Habit, Share>),
  };
}

function shareOf(habit: Habit, group: readonly Judged[]): Share {
  const asked = group.filter(({ kept }) => kept[habit] !== null);
  const not = asked.filter(({ kept }) => kept[habit] === false).map(({ session }) => session.id);
  return { of: asked.length, did: asked.length - not.length, not: not.slice(0, mostNamed) };
}
