import { type Asker, isFor, postingAt } from '../core/handoff.ts';
import { answerFields, takers } from '../core/records/handoff-state.ts';
import type { RecordState } from '../core/records/registers.ts';
import { toHandoffPosting } from '../core/records/rows.ts';
import { Scope } from '../core/scope.ts';
import { HandoffOffered } from '../schema/bodies/handoff.ts';
import { RecallInjected } from '../schema/bodies/recall.ts';
import { idPattern } from '../schema/ids.ts';
import type { HandoffView } from '../schema/operations/handoff.ts';
import type { HandoffPosting } from '../schema/records.ts';
import { claimOf } from './claims/held.ts';
import { boardOf, branchName, everywhere, spansOf } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** A handoff as it is seen from somewhere: who has it, and what it says as far as that is seen. */
export type SeenHandoff = HandoffView;

/** Keys come from other machines as well, and are shown as part of commands. */
export const isHandoffId = (key: string): boolean => idPattern('handoff').test(key);

/** What was taken so long ago is not told any more unasked. */
const toldWithinMs = 14 * 86_400_000;

/** Every handoff, as it is at a moment (epoch milliseconds): newest first. */
export const postingsIn = (open: OpenWorkspace, scope: Scope, nowMs: number): HandoffPosting[] =>
  open.registers
    .all('handoff', scope)
    .filter(({ key }) => isHandoffId(key))
    .map((record) => postingAt(postingOf(open, record), nowMs))
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));

/** Of a handoff that two machines took without knowing of each other it is the one's whose claim was not lost. */
export const postingOf = (open: OpenWorkspace, record: RecordState): HandoffPosting =>
  toHandoffPosting(record, (claim) => claimOf(open, claim)?.state === 'lost');

function standingOf(open: OpenWorkspace, record: RecordState | null): SeenHandoff['standing'] {
  if (record === null) return null;
  const claims = takers(record).map((answer) => claimOf(open, answerFields(record, answer).claim ?? ''));
  const held = claims.filter((claim) => claim?.state !== 'lost');
  if (claims.length === 0) return null;
  if (held.length === 0) return 'lost';
  if (held.length > 1) return 'contested';
  return held[0]?.standing ?? 'confirmed';
}

/** The same with their contents, as far as those are seen from `scope`. */
export async function withContents(
  open: OpenWorkspace,
  scope: Scope,
  postings: readonly HandoffPosting[],
): Promise<SeenHandoff[]> {
  const ids = postings.flatMap(({ content }) => content ?? []);
  const events =
    ids.length === 0
      ? []
      : await open.store.find({ spans: spansOf(open, scope), ids, types: ['handoff.offered'] });
  const contents = new Map(events.map(({ id, body }) => [id, HandoffOffered.safeParse(body).data]));
  return postings.map((posting) => ({
    posting,
    content: contentOf(posting, contents),
    branch: posting.branch === null ? '' : branchName(open, posting.branch),
    standing: standingOf(open, open.registers.get('handoff', posting.id, scope)),
  }));
}

/** The board comes from outside as well: it may name a content that says it is of another handoff. */
function contentOf(
  { id, content }: HandoffPosting,
  contents: ReadonlyMap<string, HandoffOffered | undefined>,
): HandoffOffered | null {
  const found = content === null ? undefined : contents.get(content);
  return found?.key === id ? found : null;
}

/** Who a session is, by its agent and what it is for; `role` is one more that it says it has. */
export function askerOf(
  { owners }: OpenWorkspace,
  { agent, role, session }: { agent: string | null; role?: string | null; session: string | null },
): Asker {
  const known = session === null ? undefined : owners.get(session);
  const roles = [known?.role ?? null, role ?? null].filter((one) => one !== null);
  return { agent: known?.agent ?? agent, roles, session };
}

/**
 * What a brief has to say of handoffs to `agent`, whose session (null: not known) begins or goes on at `nowMs`. `offered`:
 * those that it may take, the ones for it by name first. `accepted`: those that were taken by this session, or on this
 * machine in the agent's name by nobody's session, and whose content no brief has told yet. Whoever tells them writes their
 * ids into `handoffs` of its `recall.injected`, by which they are known as told.
 */
export async function handoffsFor(
  open: OpenWorkspace,
  scope: Scope,
  { nowMs, ...who }: { agent: string | null; role?: string | null; session: string | null; nowMs: number },
): Promise<{ offered: SeenHandoff[]; accepted: SeenHandoff[] }> {
  const asker = askerOf(open, who);
  const postings = postingsIn(open, scope, nowMs);
  const offered = postings
    .filter(({ state, to }) => state === 'offered' && isFor(to, asker))
    .filter(({ session }) => session === null || session !== asker.session)
    .sort((a, b) => Number(a.to.kind === 'anybody') - Number(b.to.kind === 'anybody'));
  const taken = postings.filter(
    (posting) => posting.updatedAt > nowMs - toldWithinMs && isTakenBy(open, posting, asker),
  );
  const told = await toldOf(open, taken);
  const untold = taken.filter(({ id }) => !told.has(id));
  const seen = await withContents(open, scope, [...offered, ...untold]);
  return { offered: seen.slice(0, offered.length), accepted: seen.slice(offered.length) };
}

/** Whether it is for this session to go on with it. */
function isTakenBy(open: OpenWorkspace, posting: HandoffPosting, { agent, roles, session }: Asker): boolean {
  const { state, takenBy, takenIn } = posting;
  if (state !== 'accepted' || takenBy === null) return false;
  if (takenIn !== null) return takenIn === session;
  const isRoot = session === null || (open.owners.get(session)?.parent ?? null) === null;
  return isRoot && isHere(open, posting) && (takenBy === agent || roles.includes(takenBy));
}

/** Another machine's agent of the same name has not been given it. */
function isHere(open: OpenWorkspace, { id, takenBy }: HandoffPosting): boolean {
  return open.registers
    .writes('handoff', id, boardScope(open))
    .some(
      ({ writer, set }) => writer === open.store.writer && set.state === 'accepted' && set.by === takenBy,
    );
}

/** Ids of those that a brief has told. */
async function toldOf(open: OpenWorkspace, taken: readonly HandoffPosting[]): Promise<Set<string>> {
  if (taken.length === 0) return new Set();
  const since = taken.reduce((least, { updatedAt }) => Math.min(least, updatedAt), Number.POSITIVE_INFINITY);
  const events = await open.store.find({ spans: everywhere(open), types: ['recall.injected'], since });
  return new Set(events.flatMap(({ body }) => RecallInjected.safeParse(body).data?.handoffs ?? []));
}

/** What everybody sees. */
export function boardScope(open: OpenWorkspace): Scope {
  const scope = new Scope();
  scope.add(boardOf(open), null);
  return scope;
}
