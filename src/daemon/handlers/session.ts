import { findSession, type SessionRecord, toSession } from '../../core/records/session.ts';
import { AppError } from '../../schema/app-error.ts';
import { mainBranch, type OpenWorkspace, spansFor } from '../open-workspace.ts';
import type { Handler } from './handler.ts';

/** Claude Code reports the end of runs that never began a session (`claude mcp list`): those are not shown. */
const isSession = (session: SessionRecord): boolean =>
  session.events > (session.counts['session.ended'] ?? 0);

const latestFirst = (open: OpenWorkspace): SessionRecord[] =>
  [...open.sessions.values()].filter(isSession).sort((a, b) => b.lastAt - a.lastAt);

export const listSessions: Handler<'session.list'> = async (
  { agent, limit, ...where },
  _context,
  { workspaces },
) => {
  const { open } = await workspaces.resolve(where);
  const all = latestFirst(open).filter((session) => agent === undefined || session.agent === agent);
  return { workspace: open.workspace.name, sessions: all.slice(0, limit).map(toSession), total: all.length };
};

export const showSession: Handler<'session.show'> = async (
  { session: wanted, limit, ...where },
  _context,
  { workspaces },
) => {
  const { open } = await workspaces.resolve(where);
  const session = pickSession(open, wanted);
  const filter = { spans: spansFor(mainBranch(open)), sessions: [session.id] };
  const positions = await open.store.positions(filter);
  return {
    workspace: open.workspace.name,
    session: toSession(session),
    children: childrenOf(open, session.id).map(toSession),
    events: await open.store.at(filter, positions.slice(0, limit)),
  };
};

export const showReplay: Handler<'replay.show'> = async (input, _context, { workspaces }) => {
  const { open } = await workspaces.resolve(input);
  const session = pickSession(open, input.session);
  const children = input.children ? descendants(open, session.id) : [];
  const shown = [session, ...children].map(({ id }) => id);
  const filter = { spans: spansFor(mainBranch(open)), sessions: shown };
  const positions = await open.store.positions(filter);
  return {
    workspace: open.workspace.name,
    session: toSession(session),
    children: children.map(toSession),
    total: positions.length,
    steps: await open.store.at(filter, positions.slice(input.after, input.after + input.limit)),
  };
};

/** The session that is meant; without a name the latest that no other session started. */
function pickSession(open: OpenWorkspace, wanted: string | undefined): SessionRecord {
  const all = latestFirst(open);
  const found =
    wanted === undefined ? all.find((session) => session.parent === null) : findSession(all, wanted);
  if (found !== undefined) return found;
  if (wanted === undefined) {
    throw new AppError('NOT_FOUND', `the workspace "${open.workspace.name}" has no sessions yet`, {
      hint: 'hivemind connect claude-code, then work as always; or hivemind import',
    });
  }
  throw new AppError(
    'NOT_FOUND',
    `no session "${wanted.slice(0, 100)}" in the workspace "${open.workspace.name}"`,
    { hint: 'hivemind session list' },
  );
}

const childrenOf = (open: OpenWorkspace, parent: string): SessionRecord[] =>
  [...open.sessions.values()]
    .filter((session) => session.parent === parent)
    .sort((a, b) => a.startedAt - b.startedAt);

function descendants(open: OpenWorkspace, parent: string, seen = new Set([parent])): SessionRecord[] {
  return childrenOf(open, parent)
    .filter(({ id }) => !seen.has(id))
    .flatMap((child) => [child, ...descendants(open, child.id, seen.add(child.id))]);
}
