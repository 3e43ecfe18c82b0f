import { v7 as uuidv7 } from 'uuid';
import { isFor } from '../../core/handoff.ts';
import { shellWord } from '../../core/shell-word.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import type { CallContext, ParsedOf } from '../../schema/operation.ts';
import type { Claim, HandoffPosting, PlanItem } from '../../schema/records.ts';
import { authorOf } from '../author.ts';
import { branchToWrite } from '../branching.ts';
import { heldClaims } from '../claims/held.ts';
import { releaseClaim, takeClaim } from '../claims/take.ts';
import { type Answerer, answererOf, checkFor } from '../handoffs/asker.ts';
import { noteExpired } from '../handoffs/expiry.ts';
import { handoffNamed } from '../handoffs/named.ts';
import { checkOpen, takenBy } from '../handoffs/refusals.ts';
import { withContents } from '../handoffs.ts';
import { lineOf, scopeOf } from '../lines.ts';
import { itemsIn } from '../plan/items.ts';
import { writePlan } from '../plan/writing.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

/** The claim only has to outlast the moment in which two machines may both take it: then its record says who has it. */
const claimMs = 24 * 3_600_000;

/** What both answers need. */
interface Answering {
  live: LiveWorkspace;
  /** Id of the branch that the answer is for. */
  branch: string;
  posting: HandoffPosting;
  answerer: Answerer;
  author: ReturnType<typeof authorOf>;
}

async function begin(
  live: LiveWorkspace,
  branch: string,
  input: ParsedOf<'handoff.accept'>,
  context: CallContext,
  nowMs: number,
): Promise<Answering> {
  const { open } = live;
  await noteExpired(live, nowMs);
  return {
    live,
    branch,
    posting: handoffNamed(open, scopeOf(open, branch), input.handoff, nowMs),
    answerer: answererOf(open, context, input),
    author: authorOf(open, context, input.caller),
  };
}

export const acceptHandoff: Handler<'handoff.accept'> = async (input, context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await branchToWrite(live, input);
  const answering = await begin(live, line.id, input, context, now());
  const { posting, answerer } = answering;
  checkOpen(posting, answerer);
  checkFor(posting, answerer, 'accept');
  if (isOwn(posting, answerer))
    throw new AppError('FAILED_PRECONDITION', 'it is your own', {
      hint: `to take it back: hivemind handoff decline ${posting.id}`,
    });
  await checkSeen(answering);
  const claim = await take(answering, now());
  const item = posting.item === null ? null : await takeOver(answering, posting.item, now());
  const handoff = await answered(answering, now());
  return { workspace: open.workspace.name, branch: line.name, handoff, item, claim };
};

/** The handoff as it is after the answer. */
async function answered({ live: { open }, branch, posting }: Answering, nowMs: number) {
  const scope = scopeOf(open, branch);
  const [handoff] = await withContents(open, scope, [handoffNamed(open, scope, posting.id, nowMs)]);
  if (handoff === undefined) throw new AppError('INTERNAL', 'a handoff went away');
  return handoff;
}

/** Nobody takes what he cannot read. */
async function checkSeen({ live: { open }, branch, posting }: Answering): Promise<void> {
  const [seen] = await withContents(open, scopeOf(open, branch), [posting]);
  if (seen === undefined || seen.content !== null) return;
  throw new AppError('FAILED_PRECONDITION', 'what it says is not seen from this branch', {
    hint: `hivemind handoff accept ${posting.id} --branch ${shellWord(seen.branch)}, or merge that branch first`,
  });
}

/** Exclusive: on this machine by one step of the write path, between machines by the claim. */
async function take({ live, branch, posting, answerer, author }: Answering, nowMs: number): Promise<Claim> {
  const { open, appender } = live;
  const { id } = posting;
  const why = `took the handoff ${id}`;
  const wanted = { what: { handoff: id }, holder: answerer.name, branch, why, ttlMs: claimMs, author };
  const { claim, heldBy } = await takeClaim(live, wanted);
  if (heldBy !== null) throw takenBy(id, heldBy.holder, heldBy.createdAt);
  const { ids } = await appender.appendMade(() => {
    if (handoffNamed(open, scopeOf(open, branch), id, nowMs).state !== 'offered') return null;
    const text = `taken by ${answerer.name}${answerer.isPerson && author.actor.name !== answerer.name ? `, says ${author.actor.name}` : ''}`;
    const set = { state: 'accepted', by: answerer.name, bySession: answerer.session, claim: claim.id };
    return { draft: draftOf('handoff.accepted', author, { text, body: { key: id, set } }), branch };
  });
  if (ids.length > 0) return claim;
  const now = handoffNamed(open, scopeOf(open, branch), id, nowMs);
  // The same session may have asked twice at once: then the claim is that of the call that took it.
  if (now.takenIn === null || now.takenIn !== answerer.session) await releaseClaim(live, claim, author);
  checkOpen(now, answerer);
  throw new AppError('ABORTED', 'somebody else answered at the same moment', {
    hint: `hivemind handoff show ${id}`,
  });
}

/**
 * The plan item changes hands: its owner, its state, and the claim on it. One that is closed, or that somebody else is at
 * already (neither who offered nor who takes), stays as it is.
 */
async function takeOver(
  { live, branch, posting, answerer, author }: Answering,
  key: string,
  nowMs: number,
): Promise<PlanItem | null> {
  const { open } = live;
  const itemNow = (): PlanItem | null =>
    itemsIn(open, scopeOf(open, branch)).find(({ id }) => id === key) ?? null;
  const before = itemNow();
  if (before === null || isClosed(before)) return before;
  const held = heldClaims(open, nowMs).find((claim) => claim.item === key);
  if (held !== undefined && held.session === posting.session) await releaseClaim(live, held, author);
  const why = `took the handoff ${posting.id}`;
  const wanted = { what: { item: key }, holder: answerer.name, branch, why, ttlMs: claimMs, author };
  const { claim } = await takeClaim(live, wanted);
  if (claim === null) return itemNow();
  const set = { owner: answerer.name, state: 'doing' };
  await writePlan(live, lineOf(open, branch), author, (items) =>
    items.some((item) => item.id === key && !isClosed(item)) ? [{ type: 'plan.changed', key, set }] : [],
  );
  return itemNow();
}

const isClosed = ({ state }: PlanItem): boolean => state === 'done' || state === 'dropped';

export const declineHandoff: Handler<'handoff.decline'> = async (input, context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await branchToWrite(live, input);
  const answering = await begin(live, line.id, input, context, now());
  const { posting, answerer } = answering;
  checkOpen(posting, answerer);
  const state = mayWithdraw(posting, answerer) ? 'withdrawn' : 'declined';
  if (state === 'declined') checkDeclinable(posting, answerer, input.reason);
  await answer(answering, state, input.reason, now());
  const handoff = await answered(answering, now());
  return { workspace: open.workspace.name, branch: line.name, handoff, reason: input.reason ?? '' };
};

/** By the session that offered it, or by a person in whose name, or for whose agent, it was offered. */
const isOwn = ({ session, from }: HandoffPosting, answerer: Answerer): boolean =>
  (answerer.session !== null && answerer.session === session) ||
  (answerer.isPerson && answerer.name === from);

/** An agent also takes back what another session of its name offered, unless it was offered to it. */
const mayWithdraw = (posting: HandoffPosting, answerer: Answerer): boolean =>
  isOwn(posting, answerer) ||
  (answerer.name === posting.from && (posting.to.kind === 'anybody' || !isFor(posting.to, answerer)));

function checkDeclinable(posting: HandoffPosting, answerer: Answerer, reason: string | undefined): void {
  checkFor(posting, answerer, 'decline');
  if (posting.to.kind === 'anybody' && !answerer.isPerson)
    throw new AppError('FAILED_PRECONDITION', 'it is for anybody: somebody else may want it', {
      hint: 'leave it; whoever offered it can take it back',
    });
  if (reason === undefined)
    throw new AppError('INVALID_ARGUMENT', 'reason: say why', {
      hint: `hivemind handoff decline ${posting.id} --reason "…"`,
    });
}

/** The state goes to the board; the reason is content, and goes where the content of the handoff stands. */
async function answer(
  { live: { open, appender }, branch, posting, answerer, author }: Answering,
  state: 'declined' | 'withdrawn',
  reason: string | undefined,
  nowMs: number,
): Promise<void> {
  const { id } = posting;
  await appender.appendMade(() => {
    checkOpen(handoffNamed(open, scopeOf(open, branch), id, nowMs), answerer);
    const set = { state, by: answerer.name, bySession: answerer.session };
    const text = `${state} by ${answerer.name}`;
    return { draft: draftOf(`handoff.${state}`, author, { text, body: { key: id, set } }), branch };
  });
  if (reason === undefined) return;
  const body = { key: id, answer: state, reason };
  const draft = draftOf('handoff.answered', author, { text: `Handoff ${state}: ${reason}`, body });
  await appender.append([draft], { branch: posting.branch ?? branch });
}

const draftOf = (
  type: string,
  author: Answering['author'],
  what: { text: string; body: Record<string, unknown> },
): Draft => Draft.parse({ type, ...author, identity: { nativeId: uuidv7(), phase: type }, ...what });
