import { sharedPaths } from '../../core/claims/overlap.ts';
import type { Draft } from '../../schema/event.ts';
import type { Log } from '../log.ts';
import { daemonOf, endOf, heldClaims, rootOf } from './held.ts';
import { claimablePaths } from './paths.ts';
import { type Claiming, releaseClaim, takeClaim } from './take.ts';

/** How long an edit claims its file. */
export const editTtlMs = 15 * 60_000;
/** Files of a session that are claimed at once; the ones that it touched first give way. */
const mostPaths = 100;
/** What happened so long ago is brought in late, and nobody is at it now. */
const liveMs = 5 * 60_000;

/** Edits that an agent makes, or is about to. */
export interface Edits {
  /** The agent, by its name, and its session at the root of the tree of agents. */
  agent: string;
  session: string;
  /** Directory that the paths are named from. */
  cwd: string;
  branch: string;
  paths: readonly string[];
}

/** Takes and renews claims for what agents do. Nobody waits for it, and nothing is refused: whoever has it keeps it. */
export interface AutomaticClaims {
  edit(edits: Edits): void;
  /** What was captured just now: edits claim their files, and a session that ends gives back what it has. */
  note(drafts: readonly Draft[], at: { cwd: string; branch: string }): void;
  /** Resolves when everything so far is stored. */
  settled(): Promise<void>;
}

export function createAutomaticClaims(live: Claiming, log: Log): AutomaticClaims {
  let working: Promise<void> = Promise.resolve();
  // One after the other: edits of one moment are one renewal.
  const queue = (work: () => Promise<void>): void => {
    working = working
      .then(work)
      .catch((error) => log.error('a claim was not taken', error, { workspace: live.open.workspace.id }));
  };
  const isOff = (): boolean => live.open.settings.current.claims === 'off';

  const edit: AutomaticClaims['edit'] = (edits) => {
    if (!isOff()) queue(() => claimEdits(live, edits));
  };

  const note: AutomaticClaims['note'] = (drafts, { cwd, branch }) => {
    const nowMs = live.now();
    const recent = drafts.filter(({ at = nowMs }) => Math.abs(nowMs - at) < liveMs);
    const edited = recent.filter(({ type }) => type === 'file.edited');
    for (const [session, some] of Map.groupBy(edited, (draft) => draft.rootSession ?? draft.session)) {
      const paths = [...new Set(some.flatMap((draft) => draft.paths))];
      edit({ agent: some[0]?.agent ?? 'agent', session, cwd, branch, paths });
    }
    for (const { type, session, rootSession = session } of recent)
      if (type === 'session.ended' && session === rootSession) queue(() => releaseAll(live, session));
  };

  return { edit, note, settled: () => working };
}

async function claimEdits(
  live: Claiming,
  { agent, session: asked, cwd, branch, paths: named }: Edits,
): Promise<void> {
  const { open } = live;
  // A name with a mark in it would claim more than itself.
  const plain = named.filter((path) => !/[*?]/.test(path));
  const paths = await claimablePaths(cwd, plain.slice(0, mostPaths));
  const nowMs = live.now();
  const session = rootOf(open, asked);
  const held = heldClaims(open, nowMs);
  const others = held.filter((claim) => claim.session !== session).flatMap((claim) => claim.paths);
  const free = paths.filter((path) => sharedPaths([path], others).length === 0);
  const mine = held.find((claim) => claim.session === session && claim.paths.length > 0);
  const fresh = free.filter((path) => mine === undefined || sharedPaths([path], mine.paths).length === 0);
  const isLasting = mine !== undefined && endOf(mine) - nowMs > editTtlMs / 2;
  if (free.length === 0 || (fresh.length === 0 && isLasting)) return;
  await takeClaim(live, {
    what: { paths: fresh },
    holder: agent,
    branch,
    why: '',
    ttlMs: editTtlMs,
    author: daemonOf(open),
    session,
    latest: mostPaths,
  });
}

/** What it was editing; a plan item and a handoff it keeps until their time is over, for somebody may go on with it. */
async function releaseAll(live: Claiming, session: string): Promise<void> {
  const mine = heldClaims(live.open, live.now()).filter(
    (claim) => claim.session === session && claim.paths.length > 0,
  );
  for (const claim of mine) await releaseClaim(live, claim, daemonOf(live.open));
}
