import type { RecordState } from '../../core/records/registers.ts';
import { toClaim } from '../../core/records/rows.ts';
import { Scope } from '../../core/scope.ts';
import { sessionId } from '../../schema/ids.ts';
import type { Claim } from '../../schema/records.ts';
import { boardOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** A claim that says no end is of an older version, or of somebody who forgot it: it holds for as long as one may. */
export const longestMs = 24 * 3_600_000;

/** When a claim runs out, in epoch milliseconds. */
export const endOf = ({ until, createdAt }: Pick<Claim, 'until' | 'createdAt'>): number =>
  until ?? createdAt + longestMs;

/** Claims that hold at `nowMs`, in the order in which they were taken; those that were lost and released are none. */
export const heldClaims = (open: OpenWorkspace, nowMs: number): Claim[] =>
  currentClaims(open, nowMs).filter(({ state }) => state === 'held');

/** Those that were lost, and whose holder would still be at it. */
export const lostClaims = (open: OpenWorkspace, nowMs: number): Claim[] =>
  currentClaims(open, nowMs).filter(({ state }) => state === 'lost');

function currentClaims(open: OpenWorkspace, nowMs: number): Claim[] {
  const claims: Claim[] = [];
  for (const key of open.openClaims.at(nowMs)) {
    const claim = claimOf(open, key);
    if (claim === null || claim.state === 'released' || endOf(claim) <= nowMs) {
      // Without an end, or released: there is nothing left to wait for. One that ran out may have been renewed elsewhere.
      if (claim === null || claim.state === 'released' || claim.until === null) open.openClaims.drop(key);
      continue;
    }
    claims.push(claim);
  }
  return claims.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** The claim of this id, whatever has become of it. */
export function claimOf(open: OpenWorkspace, id: string): Claim | null {
  const state = stateOf(open, id);
  return state === null ? null : toClaim(state);
}

function stateOf(open: OpenWorkspace, id: string): RecordState | null {
  const board = new Scope();
  board.add(boardOf(open), null);
  return open.registers.get('claim', id, board);
}

/** Whether this machine took it: it is for it to have it confirmed. */
export function isOurs(open: OpenWorkspace, id: string): boolean {
  const taken = stateOf(open, id)?.fields.holder?.shown;
  return taken?.writer === open.store.writer;
}

/** The daemon as an author: what it does for an agent is nothing that the agent has done, and no step of its session. */
export const daemonOf = ({ workspace }: Pick<OpenWorkspace, 'workspace'>) => ({
  agent: 'hivemind',
  session: sessionId('hivemind', workspace.id),
  actor: { kind: 'daemon' as const, name: 'hivemind' },
});

/** The session at the root of the tree of agents that one belongs to: what its subagents do it does. */
export function rootOf({ owners }: Pick<OpenWorkspace, 'owners'>, session: string): string {
  let root = session;
  // Sessions of another machine may name each other in a ring.
  for (let depth = 0; depth < 32; depth += 1) {
    const parent = owners.get(root)?.parent ?? null;
    if (parent === null || parent === session) return root;
    root = parent;
  }
  return root;
}
