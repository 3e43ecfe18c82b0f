import { findSession, type SessionRecord } from '../../core/records/session.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { visibleSessions } from '../visible-sessions.ts';
import { type Answerer, agentOf } from './asker.ts';

/** The session whose work is given over. */
export interface Worked {
  session: string | null;
  /** Another session under which the same agent has said things: that of its MCP client. */
  more: readonly string[];
  /** How it was found, for whoever asked; empty when they know. */
  note: string;
}

/** A session that has been quiet for longer is not the one that an agent's MCP client speaks for. */
const atWorkMs = 30 * 60_000;

/**
 * The session that is named, else the one that the call comes from. An MCP client that does not say which session it is of
 * stands for the only session of its agent that is at work in the same place.
 */
export async function workedSession(
  open: OpenWorkspace,
  scope: Scope,
  {
    named,
    cwd,
    answerer,
    nowMs,
  }: { named?: string | undefined; cwd?: string | undefined; answerer: Answerer; nowMs: number },
): Promise<Worked> {
  const sessions = await visibleSessions(open, scope);
  if (named !== undefined) return { session: pick(sessions, named).id, more: [], note: '' };
  const { session, agent, isPerson } = answerer;
  const own = session === null ? undefined : sessions.get(session);
  if (own !== undefined && hasWorked(own)) return { session: own.id, more: [], note: '' };
  if (isPerson || agent === null) return { session: null, more: [], note: unnamed };
  const atWork = [...sessions.values()].filter(
    (one) =>
      agentOf(one.agent) === agent &&
      one.parent === null &&
      hasWorked(one) &&
      one.endedAt === null &&
      one.lastAt > nowMs - atWorkMs &&
      isNear(one.cwd, cwd),
  );
  const [only] = atWork;
  const more = session === null ? [] : [session];
  if (only === undefined || atWork.length > 1)
    return { session, more: [], note: atWork.length > 1 ? several(agent, atWork) : unnamed };
  return { session: only.id, more, note: `read from ${only.id}, the only session of ${agent} at work here` };
}

const unnamed =
  'nothing could be read from the record: no session was named (--session ID, or --session latest)';

const several = (agent: string, all: readonly SessionRecord[]): string =>
  `nothing was read from the record: several sessions of ${agent} are at work here; name yours, such as --session ${all[0]?.id}`;

const hasWorked = ({ counts }: SessionRecord): boolean =>
  ['turn.prompted', 'tool.called', 'file.edited'].some((type) => (counts[type] ?? 0) > 0);

function isNear(theirs: string | null, ours: string | undefined): boolean {
  if (theirs === null || ours === undefined) return true;
  const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  return within(theirs, ours) || within(ours, theirs);
}

function pick(sessions: ReadonlyMap<string, SessionRecord>, named: string): SessionRecord {
  const roots = [...sessions.values()].filter((one) => one.parent === null && hasWorked(one));
  const found =
    named === 'latest' ? roots.sort((a, b) => b.lastAt - a.lastAt)[0] : findSession(sessions.values(), named);
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', `session: there is no session "${named.slice(0, 100)}" here`, {
    hint: 'hivemind session list',
  });
}
