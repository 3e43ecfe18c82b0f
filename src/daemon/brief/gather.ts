import type { HandoffNews } from '../../core/brief/input.ts';
import type { BriefInput, BriefMoment } from '../../core/brief.ts';
import { handoffLines, wholeHandoff } from '../../core/handoff-text.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import { conventionsIn, decisionsIn, planIn } from '../../core/records/rows.ts';
import { toSession } from '../../core/records/session.ts';
import type { Scope } from '../../core/scope.ts';
import type { Claim } from '../../schema/records.ts';
import { heldClaims, lostClaims } from '../claims/held.ts';
import { handoffsFor, type SeenHandoff } from '../handoffs.ts';
import { mainLine, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { surroundingsOf } from '../plan/surroundings.ts';
import { requestsFor } from '../review/requests.ts';
import { latestSessions } from '../visible-sessions.ts';

/** Whom a brief is for. */
export interface Reader {
  session: string | null;
  agent: string | null;
  moment: BriefMoment;
}

/** How many sessions the brief looks back over. */
const sessionsBack = 24;
const promptsBack = 3;

/** Everything that a brief may speak of, as it is seen from `scope`, and the handoffs of which it tells all. */
export async function gather(
  open: OpenWorkspace,
  { line, scope }: { line: BranchRecord; scope: Scope },
  { session, agent, moment }: Reader,
  now: number,
): Promise<{ input: BriefInput; taken: string[] }> {
  const { registers, settings, workspace } = open;
  const [sessions, deeds, handoffs, requests, prompts] = await Promise.all([
    latestSessions(open, scope, { most: sessionsBack, with: session }),
    open.recent.seenFrom(open, scope),
    handoffsFor(open, scope, { agent, session, nowMs: now }),
    requestsFor(open, line.id),
    moment === 'compaction' && session !== null ? promptsOf(open, scope, session) : [],
  ]);
  const plan = planIn(registers, scope);
  const input: BriefInput = {
    workspaceName: workspace.name,
    isOnBranch: line.id !== mainLine(open).id,
    now,
    moment,
    budget: settings.current['brief-tokens'],
    ...(session === null ? {} : { session }),
    ...(agent === null ? {} : { agent }),
    sessions: sessions.map(toSession),
    deeds,
    plan,
    around: surroundingsOf(open, scope, { items: plan, nowMs: now }),
    decisions: decisionsIn(registers, scope),
    conventions: conventionsIn(registers, scope),
    claims: [...heldClaims(open, now), ...lostClaims(open, now).filter((one) => isOf(one, session, agent))],
    handoffs: [...handoffs.accepted.map(takenNews), ...handoffs.offered.map(offeredNews)],
    requests,
    prompts,
  };
  return { input, taken: handoffs.accepted.map(({ posting }) => posting.id) };
}

const isOf = (claim: Claim, session: string | null, agent: string | null): boolean =>
  claim.session === null ? claim.holder === agent : claim.session === session;

const takenNews = ({ posting, content, branch }: SeenHandoff): HandoffNews => ({
  id: posting.id,
  isTaken: true,
  from: posting.from,
  task: content?.task ?? '',
  lines: handoffLines(content, posting, { limits: wholeHandoff, branch }),
});

const offeredNews = ({ posting, content }: SeenHandoff): HandoffNews => ({
  id: posting.id,
  isTaken: false,
  from: posting.from,
  task: content?.task ?? 'its content stands on a branch that is not seen from here',
  lines: [],
});

/** What its person asked a session last. */
async function promptsOf(open: OpenWorkspace, scope: Scope, session: string): Promise<string[]> {
  const filter = { spans: spansOf(open, scope), sessions: [session], types: ['turn.prompted'] };
  const positions = await open.store.positions(filter);
  const events = await open.store.at(filter, positions.slice(-promptsBack * 4));
  return events
    .filter(({ actor }) => actor.kind !== 'daemon')
    .slice(-promptsBack)
    .map(({ text }) => text.slice(0, 2_000));
}
