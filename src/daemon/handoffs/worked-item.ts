import type { Scope } from '../../core/scope.ts';
import type { PlanItem } from '../../schema/records.ts';
import { heldClaims, rootOf } from '../claims/held.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { itemNamed, itemsIn } from '../plan/items.ts';

/**
 * The plan item that is given over: the one that is named, else the one that the session has claimed, else the only one
 * under way that is linked to it.
 */
export function workedItem(
  open: OpenWorkspace,
  scope: Scope,
  {
    wanted,
    derive,
    session,
    nowMs,
  }: { wanted: string | undefined; derive: boolean; session: string | null; nowMs: number },
): PlanItem | null {
  if (wanted !== undefined) return itemNamed(itemsIn(open, scope), wanted);
  if (!derive || session === null) return null;
  const root = rootOf(open, session);
  const claimed = heldClaims(open, nowMs).find((claim) => claim.session === root && claim.item !== null);
  const plan = itemsIn(open, scope);
  const found = plan.find(({ id }) => id === claimed?.item);
  if (found !== undefined) return found;
  const linked = plan.filter(
    ({ links, state }) => links.includes(session) && (state === 'doing' || state === 'blocked'),
  );
  return linked.length === 1 ? (linked[0] ?? null) : null;
}
