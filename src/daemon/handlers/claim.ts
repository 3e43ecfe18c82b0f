import { parseDuration } from '../../core/moment.ts';
import { AppError } from '../../schema/app-error.ts';
import type { CallContext, OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { Claim } from '../../schema/records.ts';
import { authorOf } from '../author.ts';
import { branchToRead, branchToWrite } from '../branching.ts';
import { heldClaims, lostClaims, rootOf } from '../claims/held.ts';
import { claimablePaths } from '../claims/paths.ts';
import { heldError } from '../claims/refusal.ts';
import { type Author, type Claimed, isAbout, overrule, releaseClaim, takeClaim } from '../claims/take.ts';
import { branchName, scopeOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

type Shown = OutputOf<'claim.list'>['claims'][number];

const leastMs = 60_000;
const mostMs = 24 * 3_600_000;

export const takeClaims: Handler<'claim.take'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const what = await claimedBy(live, input);
  const ttlMs = durationOf(input.for);
  const line = await branchToWrite(live, input);
  const author = authorOf(open, context, input.caller);
  const overruled = input.force ? await takeFromOthers(live, what, author, checkPerson(input, context)) : [];
  const holder =
    author.actor.kind === 'human' && input.caller === undefined ? author.actor.name : author.agent;
  const wanted = { what, holder, branch: line.id, why: input.why, ttlMs, author };
  const { claim, heldBy } = await takeClaim(live, wanted);
  if (claim === null) throw heldError(open, heldBy, live.now());
  const own = rootOf(open, author.session);
  return {
    workspace: open.workspace.name,
    claim: shown(open, claim, own),
    overruled: overruled.map((one) => shown(open, one, own)),
  };
};

export const releaseClaims: Handler<'claim.release'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const author = authorOf(open, context, input.caller);
  const own = rootOf(open, author.session);
  const held = heldClaims(open, live.now());
  const wanted =
    input.claim === undefined
      ? held.filter(({ session }) => session === own)
      : [claimNamed(held, input.claim)];
  const strange = wanted.find(({ session }) => session !== own);
  if (strange !== undefined) checkPerson(input, context);
  for (const claim of wanted) await releaseClaim(live, claim, author);
  return { workspace: open.workspace.name, released: wanted.map((one) => shown(open, one, own)) };
};

export const listClaims: Handler<'claim.list'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  await branchToRead(live, input);
  const own = rootOf(open, authorOf(open, context, input.caller).session);
  const paths = input.paths === undefined ? null : await claimablePaths(input.cwd, input.paths);
  const isWanted = (claim: Claim): boolean => paths === null || isAbout(claim, { paths });
  const nowMs = live.now();
  const show = (claims: Claim[]): Shown[] => claims.filter(isWanted).map((one) => shown(open, one, own));
  return {
    workspace: open.workspace.name,
    claims: show(heldClaims(open, nowMs)),
    lost: show(lostClaims(open, nowMs)),
  };
};

const shown = (open: OpenWorkspace, claim: Claim, own: string): Shown => ({
  ...claim,
  branchName: claim.branch === null ? null : branchName(open, claim.branch),
  isOwn: claim.session === own,
});

async function claimedBy(live: LiveWorkspace, input: ParsedOf<'claim.take'>): Promise<Claimed> {
  if ((input.item === undefined) === (input.paths.length === 0))
    throw new AppError('INVALID_ARGUMENT', 'name paths, or a plan item: one of the two', {
      hint: 'hivemind claims take src/a.ts, or hivemind claims take --item ITEM',
    });
  if (input.item === undefined) return { paths: await claimablePaths(input.cwd, input.paths) };
  const line = await branchToRead(live, input);
  return { item: itemNamed(live.open, line.id, input.item) };
}

function itemNamed(open: OpenWorkspace, branch: string, wanted: string): string {
  const tail = wanted.replace(/^itm_/, '');
  const ids = open.registers.all('plan', scopeOf(open, branch)).map(({ key }) => key);
  const found = ids.filter((id) => id === wanted || (tail.length >= 4 && id.endsWith(tail)));
  const [id, another] = found;
  if (id === undefined)
    throw new AppError('NOT_FOUND', `no plan item "${wanted}" is seen here`, { hint: 'hivemind plan show' });
  if (another !== undefined)
    throw new AppError('FAILED_PRECONDITION', `several plan items end in "${wanted}"`, {
      hint: `name it by its id: ${id} or ${another}`,
    });
  return id;
}

function claimNamed(held: readonly Claim[], wanted: string): Claim {
  const tail = wanted.replace(/^clm_/, '');
  const [claim, another] = held.filter(({ id }) => id === wanted || id.endsWith(tail));
  if (claim === undefined)
    throw new AppError('NOT_FOUND', `no claim "${wanted}" holds`, { hint: 'hivemind claims list' });
  if (another !== undefined)
    throw new AppError('FAILED_PRECONDITION', `several claims end in "${wanted}"`, {
      hint: `name it by its id: ${claim.id} or ${another.id}`,
    });
  return claim;
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
  throw new AppError('INVALID_ARGUMENT', `for: "${text}" is no length of time from 1m to 24h`, {
    hint: 'hivemind claims take PATH --for 2h',
  });
}

/** What others have is theirs for agents; a person may overrule them, and it is recorded who did. Returns who it is. */
function checkPerson({ caller }: { caller?: string | undefined }, { actor, door }: CallContext): string {
  if (actor.kind === 'human' && caller === undefined && door !== 'mcp') return actor.name;
  throw new AppError('PERMISSION_DENIED', 'only a person takes a claim from somebody else', {
    hint: 'hivemind claims list says whose it is and when it ends; ask your user to take it: hivemind claims take PATH --force',
  });
}

async function takeFromOthers(
  live: LiveWorkspace,
  what: Claimed,
  author: Author,
  by: string,
): Promise<Claim[]> {
  const own = rootOf(live.open, author.session);
  const theirs = heldClaims(live.open, live.now()).filter(
    (claim) => claim.session !== own && isAbout(claim, what),
  );
  for (const claim of theirs) await overrule(live, claim, author, by);
  return theirs;
}
