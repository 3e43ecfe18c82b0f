import { v7 as uuidv7 } from 'uuid';
import { sharedPaths } from '../../core/claims/overlap.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import { idFromUuid } from '../../schema/ids.ts';
import type { Claim } from '../../schema/records.ts';
import type { LiveWorkspace } from '../live-workspace.ts';
import type { Renewal } from './confirming.ts';
import { claimOf, endOf, heldClaims, rootOf } from './held.ts';

/** What is claimed: one thing, or paths as `core/claims/overlap.ts` reads them, below the root of the repository. */
export type Claimed = { item: string } | { handoff: string } | { paths: string[] };

export type Author = Pick<Draft, 'agent' | 'session' | 'actor'>;

export interface ClaimWanted {
  what: Claimed;
  /** Who it is, for others to read. */
  holder: string;
  /** Id of the branch that the holder is on. */
  branch: string;
  why: string;
  ttlMs: number;
  author: Author;
  /** Whose it is, when that is not the author's own session. */
  session?: string;
  /** Most paths that it has then: the ones that were claimed first give way. */
  latest?: number;
}

/** What taking claims needs of a workspace. */
export type Claiming = Pick<LiveWorkspace, 'open' | 'appender' | 'now' | 'confirmer'>;

export type Taken = { claim: Claim; heldBy: null } | { claim: null; heldBy: Claim };

/** Most paths of one claim, as its record holds them. */
const mostPaths = 200;

/**
 * Takes a claim, or renews the one that the same session (with its subagents) has on the same: the end moves on and never
 * back, paths are added. On this machine it is atomic: the look at who has it and the event are one step of the write
 * path. In a bucket it is provisional until that has confirmed it, which is waited for, but not for long.
 */
export async function takeClaim(live: Claiming, wanted: ClaimWanted): Promise<Taken> {
  const { open, confirmer } = live;
  const { key, heldBy, renewal } = await takeHere(live, wanted);
  if (heldBy !== null) return { claim: null, heldBy };
  const settled = await confirmer?.settle(key, renewal);
  if (settled !== undefined && settled.heldBy !== null) return { claim: null, heldBy: settled.heldBy };
  return { claim: present(claimOf(open, key)), heldBy: null };
}

/** The step on this machine. A renewal that a bucket has to confirm is handed back: it must not be written before. */
async function takeHere(
  { open, appender, now, confirmer }: Claiming,
  wanted: ClaimWanted,
): Promise<{ key: string; heldBy: Claim | null; renewal?: Renewal }> {
  let taken: { key: string; heldBy: Claim | null; renewal?: Renewal } = { key: '', heldBy: null };
  await appender.appendMade(() => {
    const nowMs = now();
    const held = heldClaims(open, nowMs);
    const session = rootOf(open, wanted.session ?? wanted.author.session);
    const heldBy = held.find((claim) => claim.session !== session && isAbout(claim, wanted.what)) ?? null;
    const mine = held.find((claim) => claim.session === session && isLike(claim, wanted.what));
    const key = mine?.id ?? idFromUuid('claim', uuidv7());
    taken = { key, heldBy };
    if (heldBy !== null) return null;
    const { author, branch } = wanted;
    if (mine === undefined) {
      const standing = confirmer === null ? 'confirmed' : 'provisional';
      return { draft: draftOf('claim.taken', author, key, begun(wanted, session, nowMs, standing)), branch };
    }
    const setFor: Renewal['setFor'] = (claim, atMs) => renewed(wanted, claim, atMs);
    if (confirmer === null)
      return { draft: draftOf('claim.taken', author, key, setFor(mine, nowMs), mine), branch };
    taken = { key, heldBy, renewal: { setFor, author } };
    return null;
  });
  return taken;
}

/** Gives it back; one that holds no more is left as it is. */
export async function releaseClaim(
  { open, appender, now, confirmer }: Claiming,
  claim: Claim,
  author: Author,
): Promise<void> {
  await appender.appendMade(() => {
    const isHeld = heldClaims(open, now()).some(({ id }) => id === claim.id);
    if (!isHeld) return null;
    const set = { state: 'released' };
    return { draft: draftOf('claim.released', author, claim.id, set, claim), branch: claim.branch ?? '' };
  });
  confirmer?.forget(claim.id);
}

/** Takes it away from its holder, on a person's order; the record says whose. */
export async function overrule(
  { open, appender, now, confirmer }: Claiming,
  claim: Claim,
  author: Author,
  by: string,
): Promise<void> {
  await appender.appendMade(() => {
    const isHeld = heldClaims(open, now()).some(({ id }) => id === claim.id);
    const set = { state: 'lost', lostTo: by };
    return isHeld
      ? { draft: draftOf('claim.lost', author, claim.id, set, claim), branch: claim.branch ?? '' }
      : null;
  });
  confirmer?.forget(claim.id);
}

/** Whether somebody who wants this meets the claim. */
export function isAbout({ paths, item, handoff }: Claim, what: Claimed): boolean {
  if ('item' in what) return item === what.item;
  if ('handoff' in what) return handoff === what.handoff;
  return sharedPaths(what.paths, paths).length > 0;
}

/** Whether it is the one that a session renews: it has one for its paths, and one for each other thing. */
function isLike(claim: Claim, what: Claimed): boolean {
  return 'paths' in what ? claim.item === null && claim.handoff === null : isAbout(claim, what);
}

const begun = (
  wanted: ClaimWanted,
  session: string,
  nowMs: number,
  standing: Claim['standing'],
): Record<string, unknown> => ({
  ...wanted.what,
  ...('paths' in wanted.what ? { paths: pathsOf([], wanted.what.paths, wanted.latest) } : {}),
  holder: wanted.holder.slice(0, 200),
  session,
  branch: wanted.branch,
  why: wanted.why.slice(0, 300),
  until: nowMs + wanted.ttlMs,
  state: 'held',
  standing,
});

/** Only what changes is written. */
function renewed(
  { what, why, branch, ttlMs, latest }: ClaimWanted,
  mine: Claim,
  nowMs: number,
): Record<string, unknown> {
  const paths = 'paths' in what ? pathsOf(mine.paths, what.paths, latest) : mine.paths;
  return {
    until: Math.max(endOf(mine), nowMs + ttlMs),
    ...(paths.join('\n') !== mine.paths.join('\n') ? { paths } : {}),
    ...(why !== '' && why !== mine.why ? { why: why.slice(0, 300) } : {}),
    ...(branch !== mine.branch ? { branch } : {}),
  };
}

function pathsOf(
  known: readonly string[],
  more: readonly string[],
  latest = Number.POSITIVE_INFINITY,
): string[] {
  const paths = [...new Set([...known, ...more])].slice(-Math.max(latest, known.length));
  if (paths.length <= mostPaths) return paths;
  throw new AppError(
    'INVALID_ARGUMENT',
    `a claim has at most ${mostPaths} paths, and these make it ${paths.length}`,
    {
      hint: 'name folders, or hivemind claims release',
    },
  );
}

/** An event about a claim, with the paths of its record where somebody claimed them by order. */
export function draftOf(
  type: 'claim.taken' | 'claim.confirmed' | 'claim.lost' | 'claim.released',
  author: Author,
  key: string,
  set: Record<string, unknown>,
  claim: Pick<Claim, 'paths' | 'item' | 'handoff'> | null = null,
): Draft {
  const all = Array.isArray(set.paths) ? set.paths : (claim?.paths ?? []);
  // What the daemon does for an agent is not what anybody looks for.
  const paths = author.agent === 'hivemind' ? [] : all;
  const named = [...paths.slice(0, 3), set.item ?? claim?.item, set.handoff ?? claim?.handoff].filter(
    (one) => typeof one === 'string',
  );
  const what = named.length > 0 ? named.join(', ') : `${all.length} ${all.length === 1 ? 'path' : 'paths'}`;
  const why = typeof set.why === 'string' && set.why !== '' ? `: ${set.why}` : '';
  return Draft.parse({
    type,
    ...author,
    identity: { nativeId: uuidv7(), phase: type },
    paths,
    text: `${type.slice('claim.'.length)} ${what}${why}`,
    body: { key, set },
  });
}

function present(claim: Claim | null): Claim {
  if (claim === null) throw new AppError('INTERNAL', 'a claim was not stored');
  return claim;
}
