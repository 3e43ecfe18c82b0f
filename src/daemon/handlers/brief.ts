import { brief } from '../../core/brief.ts';
import { toSession } from '../../core/records/session.ts';
import { mainBranch, spansFor } from '../open-workspace.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

/** How many sessions the brief looks back over. */
const sessionsBack = 10;

/** What an agent whose session is `session` is told when it begins. */
export async function briefFor(
  { open }: LiveWorkspace,
  session: string | null,
  now: number,
): Promise<{ text: string; sessions: number }> {
  const latest = [...open.sessions.values()].sort((a, b) => b.lastAt - a.lastAt).slice(0, sessionsBack);
  const ids = latest.map(({ id }) => id);
  const recent =
    ids.length === 0 ? [] : await open.store.find({ spans: spansFor(mainBranch(open)), sessions: ids });
  const own = session === null ? {} : { session };
  return brief({ workspaceName: open.workspace.name, now, ...own, sessions: latest.map(toSession), recent });
}

export const showBrief: Handler<'brief.show'> = async (
  { session, ...where },
  _context,
  { workspaces, now },
) => {
  const live = await workspaces.resolve(where);
  return { workspace: live.open.workspace.name, ...(await briefFor(live, session ?? null, now())) };
};
