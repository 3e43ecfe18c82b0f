import type { Claim, PlanItem } from '../../schema/records.ts';
import { allPartsOf, dependantsOf, inheritedBy, isOpen, type PlanNet } from './net.ts';

/** Where an item stands with those who look for work. */
export type Footing = 'ready' | 'parts-open' | 'stalled' | 'held' | 'doing' | 'waiting' | 'closed';

export interface Readiness {
  item: PlanItem;
  footing: Footing;
  /** In words, what makes it so. */
  why: string[];
  /** Open items that depend on it. */
  unblocks: PlanItem[];
}

export interface Surroundings {
  net: PlanNet;
  /** Item → the claim by which somebody does it now. */
  held: ReadonlyMap<string, Claim>;
  /** Item → the latest claim of it that ran out. */
  ranOut: ReadonlyMap<string, Claim>;
  /** Ids of items that were taken off the plan: nobody waits for them. */
  removed: ReadonlySet<string>;
}

/** What priority an item has of which none is said. */
export const usualPriority = 2;

export function readinessOf(item: PlanItem, around: Surroundings): Readiness {
  const unblocks = dependantsOf(around.net, item.id).filter(isOpen);
  return { item, ...footingOf(item, around), unblocks };
}

function footingOf(item: PlanItem, around: Surroundings): Pick<Readiness, 'footing' | 'why'> {
  const claim = around.held.get(item.id);
  if (!isOpen(item)) return { footing: 'closed', why: [`it is ${item.state}`] };
  if (claim !== undefined)
    return { footing: 'held', why: [`${claim.holder} is doing it (${claim.standing})`] };
  if (item.state === 'doing') return stalledOr(item, around);
  const hindrances = hindrancesOf(item, around);
  if (hindrances.length > 0) return { footing: 'waiting', why: hindrances };
  const open = allPartsOf(around.net, item.id).filter(isOpen).length;
  const why = [dependenciesText(item, around), `priority ${item.priority ?? usualPriority}`];
  if (open > 0) return { footing: 'parts-open', why: [`${count(open, 'part')} of it still open`, ...why] };
  return { footing: 'ready', why };
}

function stalledOr(item: PlanItem, { ranOut }: Surroundings): Pick<Readiness, 'footing' | 'why'> {
  const last = ranOut.get(item.id);
  if (last === undefined)
    return { footing: 'doing', why: [`${item.owner ?? item.by} is doing it, as the plan says`] };
  return { footing: 'stalled', why: [`it is doing, and the claim of ${last.holder} ran out`] };
}

/** What is in the way of an item, also by way of what it is a part of. */
function hindrancesOf(item: PlanItem, around: Surroundings): string[] {
  const own = [
    ...(item.state === 'blocked' ? ['it is blocked'] : []),
    ...obstaclesOf(item, item.dependsOn, around),
  ];
  const above = inheritedBy(around.net, item.id).flatMap(({ whole, needs }) => [
    ...(whole.state === 'blocked' || !isOpen(whole)
      ? [`"${whole.title}", of which it is a part, is ${whole.state}`]
      : []),
    ...obstaclesOf(whole, needs, around).map((why) => `"${whole.title}", of which it is a part: ${why}`),
  ]);
  return [...own, ...above];
}

const obstaclesOf = ({ blockers }: PlanItem, needs: readonly string[], around: Surroundings): string[] => [
  ...needs.flatMap((id) => waitText(id, around) ?? []),
  ...blockers.map(({ text }) => `blocked by: ${text}`),
];

/** Why a dependency is in the way; null: it is not. */
function waitText(id: string, { net, removed }: Surroundings): string | null {
  const needed = net.items.get(id);
  if (needed === undefined) return removed.has(id) ? null : `depends on ${id}, which is not seen here`;
  return isOpen(needed) ? `depends on "${needed.title}", which is ${needed.state}` : null;
}

function dependenciesText({ dependsOn }: PlanItem, { net }: Surroundings): string {
  const names = dependsOn
    .flatMap((id) => net.items.get(id) ?? [])
    .map(({ title, state }) => `"${title}" is ${state}`);
  return names.length === 0 ? 'it depends on nothing' : names.join(', ');
}

const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? '' : 's'}`;

const offered: readonly Footing[] = ['ready', 'parts-open', 'stalled'];

/** What can be begun, in the order in which it should be: by priority, then rank, then age. */
export function nextOf(items: readonly PlanItem[], around: Surroundings): Readiness[] {
  return items
    .map((item) => readinessOf(item, around))
    .filter(({ footing }) => offered.includes(footing))
    .sort((a, b) => offered.indexOf(a.footing) - offered.indexOf(b.footing) || byUrgency(a.item, b.item));
}

export function byUrgency(a: PlanItem, b: PlanItem): number {
  const byPriority = (a.priority ?? usualPriority) - (b.priority ?? usualPriority);
  const [first, second] = [a.rank ?? Number.POSITIVE_INFINITY, b.rank ?? Number.POSITIVE_INFINITY];
  if (byPriority !== 0) return byPriority;
  // Infinity less Infinity is no number.
  if (first !== second) return first < second ? -1 : 1;
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}
