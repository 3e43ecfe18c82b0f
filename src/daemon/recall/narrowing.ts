import { findSession } from '../../core/records/session.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { ParsedOf } from '../../schema/operation.ts';
import { eventKinds, type narrowFields } from '../../schema/operations/recall.ts';
import type { Filter } from '../../store/filter.ts';
import { spansOf } from '../lines.ts';
import { momentOf } from '../moments.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { visibleSessions } from '../visible-sessions.ts';

type Narrow = Pick<ParsedOf<'recall.search'>, keyof typeof narrowFields>;

/** What a search is narrowed to, as a filter of the store. Throws INVALID_ARGUMENT or NOT_FOUND naming the field that is wrong. */
export async function filterOf(
  open: OpenWorkspace,
  scope: Scope,
  narrow: Narrow,
  now: number,
): Promise<Filter> {
  const { kind, agent, author, session, path, since, until, outcome } = narrow;
  const filter: Filter = { spans: spansOf(open, scope) };
  if (kind !== undefined && kind.length > 0) filter.types = kind.flatMap((name) => eventKinds[name]);
  if (agent !== undefined) filter.agents = [agent];
  if (author !== undefined) filter.actors = [author];
  if (session !== undefined) filter.sessions = [await sessionNamed(open, scope, session)];
  if (path !== undefined) filter.paths = { globs: [path] };
  if (since !== undefined) filter.since = momentOf('since', since, now);
  if (until !== undefined) filter.until = momentOf('until', until, now);
  if (outcome !== undefined) filter.statuses = [outcome];
  return filter;
}

async function sessionNamed(open: OpenWorkspace, scope: Scope, wanted: string): Promise<string> {
  const found = findSession((await visibleSessions(open, scope)).values(), wanted);
  if (found !== undefined) return found.id;
  throw new AppError('NOT_FOUND', `there is no session "${wanted.slice(0, 100)}"`, {
    hint: 'hivemind session list',
  });
}
