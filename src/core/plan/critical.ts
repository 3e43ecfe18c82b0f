import type { PlanItem } from '../../schema/records.ts';
import { isOpen, type PlanNet, waitsFor } from './net.ts';

/**
 * The longest chain of open items each of which waits for the one before it: what decides how soon all can be done.
 * Items in a ring, and what waits for them, are in no chain. Of chains as long the one that ends at the least id.
 */
export function criticalPath(net: PlanNet): string[] {
  const open = [...net.items.values()].filter(isOpen).sort((a, b) => (a.id < b.id ? -1 : 1));
  const before = new Map<string, string | null>();
  const length = new Map<string, number>();
  let last: string | null = null;
  for (const id of inOrder(net, open)) {
    const chain = openNeeds(net, id).reduce<{ id: string | null; length: number }>(
      (best, need) => {
        const reach = length.get(need) ?? 0;
        return reach > best.length ? { id: need, length: reach } : best;
      },
      { id: null, length: 0 },
    );
    before.set(id, chain.id);
    length.set(id, chain.length + 1);
    if (last === null || chain.length + 1 > (length.get(last) ?? 0)) last = id;
  }
  const path: string[] = [];
  for (let at = last; at !== null; at = before.get(at) ?? null) path.unshift(at);
  return path.length > 1 ? path : [];
}

function openNeeds(net: PlanNet, id: string): string[] {
  const needs = waitsFor(net, id).filter((need) => {
    const item = net.items.get(need);
    return item !== undefined && isOpen(item);
  });
  return [...new Set(needs)].sort();
}

/** Each item behind all that it waits for; without those that wait for a ring. */
function inOrder(net: PlanNet, open: readonly PlanItem[]): string[] {
  const left = new Map<string, number>();
  const waiters = new Map<string, string[]>();
  for (const { id } of open) {
    const needs = openNeeds(net, id);
    left.set(id, needs.length);
    for (const need of needs) waiters.set(need, [...(waiters.get(need) ?? []), id]);
  }
  const order = open.filter(({ id }) => left.get(id) === 0).map(({ id }) => id);
  // The list grows while it is read.
  for (const done of order)
    for (const waiter of waiters.get(done) ?? []) {
      const remaining = (left.get(waiter) ?? 0) - 1;
      left.set(waiter, remaining);
      if (remaining === 0) order.push(waiter);
    }
  return order;
}
