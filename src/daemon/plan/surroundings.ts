import { isOpen, netOf } from '../../core/plan/net.ts';
import type { Surroundings } from '../../core/plan/readiness.ts';
import type { Scope } from '../../core/scope.ts';
import type { Claim, PlanItem } from '../../schema/records.ts';
import { claimOf, heldClaims } from '../claims/held.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { isRemoved } from './items.ts';

/** What decides about what can be begun, as it is at `nowMs` (epoch milliseconds). */
export function surroundingsOf(
  open: OpenWorkspace,
  scope: Scope,
  { items, nowMs }: { items: readonly PlanItem[]; nowMs: number },
): Surroundings {
  const net = netOf(items);
  const held = heldByItem(open, nowMs);
  const unknown = items.flatMap(({ dependsOn }) => dependsOn).filter((id) => !net.items.has(id));
  const removed = new Set(unknown.filter((id) => isRemoved(open, scope, id)));
  const ranOut = new Map<string, Claim>();
  for (const item of items) {
    if (item.state !== 'doing' || !isOpen(item) || held.has(item.id)) continue;
    const last = lastClaimOf(open, item.id);
    if (last !== null) ranOut.set(item.id, last);
  }
  return { net, held, ranOut, removed };
}

/** Item → the claim by which somebody does it; of two the first that was taken. */
export function heldByItem(open: OpenWorkspace, nowMs: number): Map<string, Claim> {
  const held = new Map<string, Claim>();
  for (const claim of heldClaims(open, nowMs))
    if (claim.item !== null && !held.has(claim.item)) held.set(claim.item, claim);
  return held;
}

function lastClaimOf(open: OpenWorkspace, item: string): Claim | null {
  let last: Claim | null = null;
  for (const key of open.itemClaims.of(item)) {
    const claim = claimOf(open, key);
    if (claim !== null && (last === null || later(claim, last))) last = claim;
  }
  return last;
}

const later = (a: Claim, b: Claim): boolean =>
  a.createdAt === b.createdAt ? a.id > b.id : a.createdAt > b.createdAt;
