import type { PlanItem } from '../../schema/records.ts';

/** A plan with its ties both ways. Two machines may have tied items into a ring, so every walk is guarded. */
export interface PlanNet {
  items: ReadonlyMap<string, PlanItem>;
  /** Item → those that are a part of it. */
  parts: ReadonlyMap<string, readonly PlanItem[]>;
  /** Item → those that depend on it. */
  dependants: ReadonlyMap<string, readonly PlanItem[]>;
}

export const isOpen = ({ state }: Pick<PlanItem, 'state'>): boolean =>
  state !== 'done' && state !== 'dropped';

export function netOf(items: readonly PlanItem[]): PlanNet {
  const parts = new Map<string, PlanItem[]>();
  const dependants = new Map<string, PlanItem[]>();
  for (const item of items) {
    if (item.parent !== null) tie(parts, item.parent, item);
    for (const id of item.dependsOn) tie(dependants, id, item);
  }
  return { items: new Map(items.map((item) => [item.id, item])), parts, dependants };
}

function tie(ties: Map<string, PlanItem[]>, id: string, item: PlanItem): void {
  const known = ties.get(id);
  if (known === undefined) ties.set(id, [item]);
  else known.push(item);
}

export const partsOf = ({ parts }: PlanNet, id: string): readonly PlanItem[] => parts.get(id) ?? [];

export const dependantsOf = ({ dependants }: PlanNet, id: string): readonly PlanItem[] =>
  dependants.get(id) ?? [];

/** What an item is a part of, the nearest first. */
export function wholesOf({ items }: PlanNet, id: string): PlanItem[] {
  const wholes: PlanItem[] = [];
  const seen = new Set([id]);
  for (let at = items.get(id)?.parent ?? null; at !== null && !seen.has(at); ) {
    seen.add(at);
    const whole = items.get(at);
    if (whole === undefined) break;
    wholes.push(whole);
    at = whole.parent;
  }
  return wholes;
}

/** Everything below an item, at whatever depth. */
export function allPartsOf(net: PlanNet, id: string): PlanItem[] {
  const found: PlanItem[] = [];
  const seen = new Set([id]);
  const waiting = [...partsOf(net, id)];
  for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
    if (seen.has(item.id)) continue;
    seen.add(item.id);
    found.push(item);
    waiting.push(...partsOf(net, item.id));
  }
  return found;
}

/** Ids that an item waits for: what it and its wholes depend on, and its own parts. */
export const waitsFor = (net: PlanNet, id: string): string[] => [
  ...(net.items.get(id)?.dependsOn ?? []),
  ...inheritedBy(net, id).flatMap(({ needs }) => needs),
  ...partsOf(net, id).map((part) => part.id),
];

/** What an item waits for because its wholes depend on it; a whole that depends on one of its parts lets that part go first. */
export function inheritedBy(net: PlanNet, id: string): { whole: PlanItem; needs: string[] }[] {
  const wholes = wholesOf(net, id);
  const own = new Set([id, ...wholes.map((whole) => whole.id)]);
  return wholes.map((whole) => ({ whole, needs: whole.dependsOn.filter((need) => !own.has(need)) }));
}

/** The ring by which an item waits for itself, as ids that begin and end with it; null: there is none. */
export function ringThrough(net: PlanNet, id: string): string[] | null {
  const cameFrom = new Map<string, string>();
  const waiting = [id];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift())
    for (const next of waitsFor(net, at)) {
      if (next === id) return [id, ...trailTo(cameFrom, at, id), id];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      waiting.push(next);
    }
  return null;
}

/** How `at` was reached from `start`, without `start` itself. */
function trailTo(cameFrom: ReadonlyMap<string, string>, at: string, start: string): string[] {
  const trail: string[] = [];
  for (let step: string | undefined = at; step !== undefined && step !== start; step = cameFrom.get(step))
    trail.unshift(step);
  return trail;
}

/** Rings that are there already, made by writes that had not seen each other; each once, from its least id. */
export function ringsIn(net: PlanNet): string[][] {
  const rings: string[][] = [];
  const told = new Set<string>();
  for (const id of [...net.items.keys()].sort()) {
    if (told.has(id)) continue;
    const ring = ringThrough(net, id);
    if (ring === null) continue;
    for (const member of ring) told.add(member);
    rings.push(ring);
  }
  return rings;
}
