import { findSession } from '../../core/records/session.ts';
import { AppError } from '../../schema/app-error.ts';
import { briefFor } from '../brief/tell.ts';
import { checkoutOf } from '../checkout.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Handler } from './handler.ts';

export const showBrief: Handler<'brief.show'> = async (input, _context, { workspaces, now }) => {
  const { session: wanted, agent, compaction, subagent, ...where } = input;
  const live = await workspaces.resolve(where);
  const { open } = live;
  const session = wanted === undefined ? (where.caller ?? null) : sessionNamed(open, wanted);
  const told = await briefFor(live, {
    ...where,
    // What this session sees, and not whoever asks.
    ...(session === null ? {} : { caller: session }),
    session,
    agent: agent ?? (session === null ? null : (open.owners.get(session)?.agent ?? null)),
    moment: compaction ? 'compaction' : subagent ? 'subagent' : 'start',
    root: await checkoutOf(workspaces, open.workspace.id, where.cwd),
    now: now(),
  });
  const { text, tokens, budget, sessions, sections, branch } = told;
  return { workspace: open.workspace.name, branch: branch.name, text, tokens, budget, sessions, sections };
};

/** The id of the session that somebody names. */
function sessionNamed({ sessions, workspace }: OpenWorkspace, wanted: string): string {
  const found = findSession(sessions.values(), wanted);
  if (found !== undefined) return found.id;
  // One that has not begun here yet is told what anybody is.
  if (/^ses_[0-9a-f]{32}$/.test(wanted)) return wanted;
  throw new AppError(
    'NOT_FOUND',
    `no session "${wanted.slice(0, 100)}" in the workspace "${workspace.name}"`,
    { hint: 'hivemind session list' },
  );
}
