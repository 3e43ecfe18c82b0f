import type { BranchRecord } from '../../core/records/branch.ts';
import type { SessionRecord } from '../../core/records/session.ts';
import { type Choice, chooseSteps, type Steps } from '../../core/replay/steps.ts';
import { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { ParsedOf } from '../../schema/operation.ts';
import type { Span } from '../../schema/view.ts';
import { branchToRead } from '../branching.ts';
import { boardOf, liveLines, scopeOf, spansOf } from '../lines.ts';
import { descendantsOf, pickSession } from '../picked-session.ts';
import { visibleSessions } from '../visible-sessions.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import { orderOf } from './orders.ts';
import { trackOf } from './tracks.ts';

/** What every operation about a replay is told of its subject. */
export type SubjectWanted = Pick<
  ParsedOf<'replay.show'>,
  'session' | 'whole' | 'children' | 'only' | 'agents' | 'branch' | 'caller' | 'cwd'
>;

export interface Subject {
  /** What may be known at a step that happened on a branch. */
  sightFrom(branch: string): Scope;
  spans: readonly Span[];
  /** Sessions whose steps they are; null: all that are seen. */
  ids: readonly string[] | null;
  sessions: ReadonlyMap<string, SessionRecord>;
  /** Null: a branch or a run. */
  session: SessionRecord | null;
  /** What the session started. */
  children: readonly SessionRecord[];
  title: string;
  /** The branch from which it is seen. */
  line: BranchRecord;
  steps: Steps;
  /** All of its steps, whatever kinds and agents are chosen. */
  whole: Steps;
  /** Changes when a step gets another number. */
  order: string;
}

/** What is to be replayed, and its steps; of a session or a branch they are seen from the branch that the call is for, of a run from any of its branches. */
export async function subjectOf(live: LiveWorkspace, wanted: SubjectWanted): Promise<Subject> {
  const { open } = live;
  const line = await branchToRead(live, wanted);
  if (wanted.whole !== 'session' && wanted.session !== undefined)
    throw new AppError('INVALID_ARGUMENT', `a ${wanted.whole} is replayed whole, without a session`, {
      hint: `hivemind replay --whole ${wanted.whole}, or hivemind replay SESSION`,
    });
  const scope = wanted.whole === 'run' ? scopeOfRun(live, line.name) : scopeOf(open, line.id);
  const sessions = await visibleSessions(open, scope);
  const session =
    wanted.whole === 'session' ? pickSession(open.workspace.name, sessions, wanted.session) : null;
  const children = session !== null && wanted.children ? descendantsOf(sessions, session.id) : [];
  const ids = session === null ? null : [session, ...children].map(({ id }) => id);
  const track = await trackOf(open, { scope, sessions: ids });
  const isOwnBoard = wanted.whole === 'run';
  const choose = (choice: Pick<Choice, 'only' | 'agents'>): Steps =>
    chooseSteps(track, { ...choice, isOwnBoard });
  const whole = choose({ only: [], agents: [] });
  const key = [line.id, wanted.whole, session?.id, wanted.children].join(' ');
  return {
    // Of the branches of a run each is seen as from itself.
    sightFrom: (branch) =>
      wanted.whole === 'run' ? scopeOf(open, scope.has(branch) ? branch : line.id) : scope,
    spans: spansOf(open, scope),
    ids,
    sessions,
    session,
    children,
    title: session?.title ?? line.name,
    line,
    steps: choose(wanted),
    whole,
    order: orderOf(open, key, whole),
  };
}

/** What was recorded on a branch and on those below it, whatever they saw; with the board, of which only their sessions' own is shown. */
function scopeOfRun({ open }: LiveWorkspace, name: string): Scope {
  const scope = new Scope();
  for (const line of liveLines(open))
    if (line.name === name || line.name.startsWith(`${name}/`)) scope.add(line.id, null);
  scope.add(boardOf(open), null);
  return scope;
}
