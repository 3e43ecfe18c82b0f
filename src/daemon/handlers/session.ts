import { gapsIn, usageIn } from '../../core/capture-gaps.ts';
import { toSession } from '../../core/records/session.ts';
import { type BranchWanted, branchToRead } from '../branching.ts';
import { scopeOf, spansOf } from '../lines.ts';
import { childrenOf, pickSession } from '../picked-session.ts';
import { visibleSessions } from '../visible-sessions.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

/** What is seen from the branch that a call is for. */
export async function seenFrom(live: LiveWorkspace, wanted: BranchWanted) {
  const { id } = await branchToRead(live, wanted);
  const scope = scopeOf(live.open, id);
  return { scope, spans: spansOf(live.open, scope), sessions: await visibleSessions(live.open, scope) };
}

export const showSession: Handler<'session.show'> = async (
  { session: wanted, limit, ...where },
  _context,
  { workspaces, now },
) => {
  const live = await workspaces.resolve(where);
  const { open } = live;
  const { spans, sessions } = await seenFrom(live, where);
  const session = pickSession(open.workspace.name, sessions, wanted);
  const filter = { spans, sessions: [session.id] };
  const positions = await open.store.positions(filter);
  const events = await open.store.at(filter, positions.slice(0, limit));
  // What is missing, and what it took, is told of the whole session, however much of it is shown.
  const all = positions.length > limit ? await open.store.at(filter, positions) : events;
  return {
    workspace: open.workspace.name,
    session: toSession(session),
    children: childrenOf(sessions, session.id).map(toSession),
    events,
    missing: gapsIn(session, all, new Set(sessions.keys()), now()),
    usage: usageIn(all),
  };
};
