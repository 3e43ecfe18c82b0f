import { brief } from '../../core/brief.ts';
import { toSession } from '../../core/records/session.ts';
import type { Event } from '../../schema/event.ts';
import type { Span } from '../../schema/view.ts';
import { type BranchWanted, branchToRead } from '../branching.ts';
import { mainLine, scopeOf, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { visibleSessions } from '../visible-sessions.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

/** How many sessions the brief looks back over, and how many of their latest failures and edits. */
const sessionsBack = 10;
const eventsBack = 200;

/** What an agent whose session is `session` is told when it begins. */
export async function briefFor(
  live: LiveWorkspace,
  { session, now, ...wanted }: BranchWanted & { session: string | null; now: number },
): Promise<{ text: string; sessions: number }> {
  const { open } = live;
  const line = await branchToRead(live, wanted);
  const scope = scopeOf(open, line.id);
  const latest = [...(await visibleSessions(open, scope)).values()]
    .sort((a, b) => b.lastAt - a.lastAt)
    .slice(0, sessionsBack);
  const recent = await recentOf(
    open,
    spansOf(open, scope),
    latest.map(({ id }) => id),
  );
  const own = session === null ? {} : { session };
  return brief({
    workspaceName: open.workspace.name,
    isOnBranch: line.id !== mainLine(open).id,
    now,
    ...own,
    sessions: latest.map(toSession),
    recent,
  });
}

/** The latest events that a brief speaks of: what failed, and what was edited. */
async function recentOf(open: OpenWorkspace, spans: readonly Span[], sessions: string[]): Promise<Event[]> {
  const found = new Map<string, Event>();
  for (const kind of [{ statuses: ['failed', 'rejected'] }, { types: ['file.edited'] }]) {
    const filter = { spans, sessions, ...kind };
    const positions = await open.store.positions(filter);
    for (const event of await open.store.at(filter, positions.slice(-eventsBack))) found.set(event.id, event);
  }
  return [...found.values()];
}

export const showBrief: Handler<'brief.show'> = async (
  { session, ...where },
  _context,
  { workspaces, now },
) => {
  const live = await workspaces.resolve(where);
  return {
    workspace: live.open.workspace.name,
    ...(await briefFor(live, { ...where, session: session ?? null, now: now() })),
  };
};
