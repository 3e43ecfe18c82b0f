import { gapsIn, usageIn } from '../../core/capture-gaps.ts';
import { hlcMs } from '../../core/hlc.ts';
import { holding, knowledgeIn } from '../../core/records/rows.ts';
import { findSession, type SessionRecord, toSession } from '../../core/records/session.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import type { Knowledge } from '../../schema/records.ts';
import { scopeAsOf } from '../as-of.ts';
import { type BranchWanted, branchToRead } from '../branching.ts';
import { scopeOf, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { visibleSessions } from '../visible-sessions.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

/** Claude Code reports the end of runs that never began a session (`claude mcp list`): those are not shown. */
const isSession = (session: SessionRecord): boolean =>
  session.events > (session.counts['session.ended'] ?? 0);

type Sessions = ReadonlyMap<string, SessionRecord>;

const latestFirst = (sessions: Sessions): SessionRecord[] =>
  [...sessions.values()].filter(isSession).sort((a, b) => b.lastAt - a.lastAt);

/** What is seen from the branch that a call is for. */
async function seenFrom(live: LiveWorkspace, wanted: BranchWanted) {
  const { id } = await branchToRead(live, wanted);
  const scope = scopeOf(live.open, id);
  return { scope, spans: spansOf(live.open, scope), sessions: await visibleSessions(live.open, scope) };
}

export const listSessions: Handler<'session.list'> = async (
  { agent, limit, ...where },
  _context,
  { workspaces },
) => {
  const live = await workspaces.resolve(where);
  const { sessions } = await seenFrom(live, where);
  const all = latestFirst(sessions).filter((session) => agent === undefined || session.agent === agent);
  return {
    workspace: live.open.workspace.name,
    sessions: all.slice(0, limit).map(toSession),
    total: all.length,
  };
};

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

export const showReplay: Handler<'replay.show'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { scope, spans, sessions } = await seenFrom(live, input);
  const session = pickSession(open.workspace.name, sessions, input.session);
  const children = input.children ? descendants(sessions, session.id) : [];
  const shown = [session, ...children].map(({ id }) => id);
  const filter = { spans, sessions: shown };
  const positions = await open.store.positions(filter);
  const steps = await open.store.at(filter, positions.slice(input.after, input.after + input.limit));
  return {
    workspace: open.workspace.name,
    session: toSession(session),
    children: children.map(toSession),
    total: positions.length,
    steps,
    state: input.state ? await knowledgeAt(open, scope, steps.at(-1)) : null,
  };
};

async function knowledgeAt(
  open: OpenWorkspace,
  seen: Scope,
  step: Event | undefined,
): Promise<Knowledge | null> {
  if (step === undefined) return null;
  const scope = (await scopeAsOf(open, step)).meet(seen);
  return holding(knowledgeIn(open.registers, scope), hlcMs(step.hlc));
}

/** The session that is meant; without a name the latest that no other session started. */
function pickSession(workspace: string, sessions: Sessions, wanted: string | undefined): SessionRecord {
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

const childrenOf = (sessions: Sessions, parent: string): SessionRecord[] =>
  [...sessions.values()]
    .filter((session) => session.parent === parent)
    .sort((a, b) => a.startedAt - b.startedAt);

function descendants(sessions: Sessions, parent: string, seen = new Set([parent])): SessionRecord[] {
  return childrenOf(sessions, parent)
    .filter(({ id }) => !seen.has(id))
    .flatMap((child) => [child, ...descendants(sessions, child.id, seen.add(child.id))]);
}
