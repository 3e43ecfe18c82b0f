import { orderSum } from '../../core/replay/order-sum.ts';
import { countOf, type Steps } from '../../core/replay/steps.ts';
import type { Track } from '../../core/replay/track.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { Recent } from '../recent.ts';

/** How the steps of a replay were ordered when they were told last. */
interface Known {
  order: string;
  size: number;
  sum: number;
  track: WeakRef<Track>;
}

/** Replays whose orders are remembered; one that was forgotten gets another token, and its pages are read anew. */
const mostOrders = 1_000;
const orders = new WeakMap<OpenWorkspace, Recent<string, Known>>();

/** A token of the order of a replay's steps (`key` says of which): another one once a step that had a number has another. */
export function orderOf(open: OpenWorkspace, key: string, steps: Steps): string {
  const kept = orders.get(open) ?? new Recent(mostOrders);
  orders.set(open, kept);
  const before = kept.get(key);
  const known = before !== undefined && goesOn(before, steps) ? before : null;
  const to = countOf(steps);
  const sum = orderSum(steps, { from: known?.size ?? 0, to, sum: known?.sum ?? 0 });
  const order = known?.order ?? `${to.toString(36)}-${(sum >>> 0).toString(36)}`;
  kept.set(key, { order, size: to, sum, track: new WeakRef(steps.track) });
  return order;
}

/** Whether the steps begin with those that were known. */
function goesOn({ track, size, sum }: Known, steps: Steps): boolean {
  // A track that is followed only gets steps behind its last.
  if (steps.places === null && track.deref() === steps.track) return true;
  return size <= countOf(steps) && orderSum(steps, { from: 0, to: size, sum: 0 }) === sum;
}
