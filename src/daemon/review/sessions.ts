import { toSession } from '../../core/records/session.ts';
import type { Scope } from '../../core/scope.ts';
import type { Session } from '../../schema/records.ts';
import type { Span } from '../../schema/view.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { visibleSessions } from '../visible-sessions.ts';

/** Most sessions that are shown: those that were active last. */
const mostShown = 500;

/** Sessions that have events within some runs, with what `scope` sees of them; those active last first. */
export async function sessionsWithin(
  open: OpenWorkspace,
  spans: readonly Span[],
  scope: Scope,
): Promise<Session[]> {
  const byBranch = Map.groupBy(spans, ({ branch }) => branch);
  const ids = new Set<string>();
  for (const { id, branch, writer, first, last } of open.sessions.values())
    if (byBranch.get(branch)?.some((span) => overlaps(span, { writer, first, last }))) ids.add(id);
  const sessions = await visibleSessions(open, scope, ids);
  return [...sessions.values()]
    .sort((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1))
    .slice(0, mostShown)
    .map(toSession);
}

const overlaps = (
  { writer, upTo, after = 0 }: Span,
  part: { writer: string; first: number; last: number },
): boolean =>
  (writer === null || writer === part.writer) && part.last > after && (upTo === null || part.first <= upTo);
