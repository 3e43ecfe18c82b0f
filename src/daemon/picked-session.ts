import { findSession, type SessionRecord } from '../core/records/session.ts';
import { AppError } from '../schema/app-error.ts';

/** Claude Code reports the end of runs that never began a session (`claude mcp list`): those are not shown. */
const isSession = (session: SessionRecord): boolean =>
  session.events > (session.counts['session.ended'] ?? 0);

export type Sessions = ReadonlyMap<string, SessionRecord>;

export const latestFirst = (sessions: Sessions): SessionRecord[] =>
  [...sessions.values()].filter(isSession).sort((a, b) => b.lastAt - a.lastAt);

/** The session that is meant; without a name the latest that no other session started. */
export function pickSession(
  workspace: string,
  sessions: Sessions,
  wanted: string | undefined,
): SessionRecord {
  const all = latestFirst(sessions);
  const found =
    wanted === undefined ? all.find((session) => session.parent === null) : findSession(all, wanted);
  if (found !== undefined) return found;
  if (wanted === undefined) {
    throw new AppError('NOT_FOUND', `no session of the workspace "${workspace}" is seen here yet`, {
      hint: 'hivemind connect, then work as always; or hivemind import',
    });
  }
  throw new AppError('NOT_FOUND', `no session "${wanted.slice(0, 100)}" in the workspace "${workspace}"`, {
    hint: 'hivemind session list',
  });
}

/** What a session started, first come first. */
export const childrenOf = (sessions: Sessions, parent: string): SessionRecord[] =>
  [...sessions.values()]
    .filter((session) => session.parent === parent)
    .sort((a, b) => a.startedAt - b.startedAt);

/** The same with what these started. */
export function descendantsOf(sessions: Sessions, parent: string, seen = new Set([parent])): SessionRecord[] {
  return childrenOf(sessions, parent)
    .filter(({ id }) => !seen.has(id))
    .flatMap((child) => [child, ...descendantsOf(sessions, child.id, seen.add(child.id))]);
}
