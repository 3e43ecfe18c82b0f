import { isFor } from '../../core/handoff.ts';
import type { Scope } from '../../core/scope.ts';
import { HandoffAnswered } from '../../schema/bodies/handoff.ts';
import { HandoffState } from '../../schema/bodies/record.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { branchToRead } from '../branching.ts';
import { answererOf } from '../handoffs/asker.ts';
import { noteExpired } from '../handoffs/expiry.ts';
import { handoffNamed } from '../handoffs/named.ts';
import { postingsIn, withContents } from '../handoffs.ts';
import { scopeOf, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Handler } from './handler.ts';

type Shown = OutputOf<'handoff.show'>;

export const listHandoffs: Handler<'handoff.list'> = async (input, context, { workspaces, now, log }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await branchToRead(live, input);
  const scope = scopeOf(open, line.id);
  await noteExpired(live, now()).catch((error) => log.error('an expired offer was not written down', error));
  const answerer = answererOf(open, context, input);
  const isMine = ({ to, takenBy }: Shown['handoff']['posting']): boolean =>
    takenBy === null ? isFor(to, answerer) : takenBy === answerer.name;
  const wanted = postingsIn(open, scope, now())
    .filter(({ state }) => input.state === undefined || state === input.state)
    .filter((posting) => !input.mine || isMine(posting));
  return {
    workspace: open.workspace.name,
    branch: line.name,
    handoffs: await withContents(open, scope, wanted.slice(0, input.limit)),
    total: wanted.length,
  };
};

export const showHandoff: Handler<'handoff.show'> = async (input, _context, { workspaces, now, log }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await branchToRead(live, input);
  const scope = scopeOf(open, line.id);
  await noteExpired(live, now()).catch((error) => log.error('an expired offer was not written down', error));
  const posting = handoffNamed(open, scope, input.handoff, now());
  const seen = await withContents(open, scope, [posting]);
  const handoff = seen[0] ?? { posting, content: null, branch: '', standing: null };
  return {
    workspace: open.workspace.name,
    branch: line.name,
    handoff,
    answers: await answersTo(open, scope, posting.id),
    history: historyOf(open, scope, posting.id),
  };
};

/** Why it was turned down or taken back, as far as that is seen. */
async function answersTo(open: OpenWorkspace, scope: Scope, id: string): Promise<Shown['answers']> {
  const events = await open.store.find({ spans: spansOf(open, scope), types: ['handoff.answered'] });
  return events.flatMap(({ id: event, actor, agent, at, body }) => {
    const said = HandoffAnswered.safeParse(body).data;
    if (said?.key !== id) return [];
    const by = actor.kind === 'agent' ? agent : actor.name;
    return [{ event, by, answer: said.answer, reason: said.reason, at }];
  });
}

const historyOf = ({ registers }: OpenWorkspace, scope: Scope, id: string): Shown['history'] =>
  registers.writes('handoff', id, scope).flatMap(({ event, by, agent, at, set }) => {
    const state = HandoffState.safeParse(set.state);
    return state.success ? [{ event, state: state.data, by, agent, at }] : [];
  });
