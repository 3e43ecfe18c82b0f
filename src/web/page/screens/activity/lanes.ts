import type { OutputOf } from '../../../../schema/operation.ts';
import { agoText } from '../../parts/when.tsx';

export type Graph = OutputOf<'branch.graph'>;
type Node = Graph['branches'][number];

export interface Lane extends Node {
  parentName: string | null;
  isMain: boolean;
  /** Where it begins and where it was last active, in percent of the width. */
  x0: number;
  x1: number;
  /** Pixels from above. */
  y: number;
  mergedInto: { name: string; at: number }[];
}

/** A line between two lanes: a fork, or a merge. */
export interface Joint {
  id: string;
  x: number;
  y0: number;
  y1: number;
  isMerge: boolean;
  /** Of a merge: what it was, in words, and the name of its source. */
  told: string;
  source: string;
}

export const laneHeightPx = 28;

/** Every branch on a lane of its own, children below their parents, over the time in which they were active. */
export function layOut({ branches, merges }: Graph): {
  lanes: Lane[];
  links: Joint[];
  from: number;
  to: number;
} {
  const byId = new Map(branches.map((branch) => [branch.id, branch]));
  const begins = branches.map(({ forkedAt, lastAt }) => forkedAt ?? lastAt);
  const from = Math.min(...begins, ...merges.map(({ at }) => at));
  const to = Math.max(from + 1, ...branches.map(({ lastAt }) => lastAt), ...merges.map(({ at }) => at));
  // A little room at both ends, for the marks.
  const x = (at: number): number => 1 + 97 * Math.min(1, Math.max(0, (at - from) / (to - from)));
  const nameOf = (id: string): string => byId.get(id)?.name ?? id.slice(-8);
  const lanes = inOrder(branches).map((branch, place): Lane => {
    const own = merges.filter(({ source }) => source === branch.id);
    return {
      ...branch,
      parentName: branch.parent === null ? null : nameOf(branch.parent),
      isMain: branch.forkedAt === null,
      x0: branch.forkedAt === null ? 0 : x(branch.forkedAt),
      x1: x(Math.max(branch.lastAt, ...own.map(({ at }) => at))),
      y: (place + 0.5) * laneHeightPx,
      mergedInto: own.map(({ into, at }) => ({ name: nameOf(into), at })),
    };
  });
  const laneOf = new Map(lanes.map((lane) => [lane.id, lane]));
  const forks = lanes.flatMap(({ id, name, parent, forkedAt, y }): Joint[] => {
    const above = parent === null ? undefined : laneOf.get(parent);
    if (above === undefined || forkedAt === null) return [];
    return [{ id: `fork ${id}`, x: x(forkedAt), y0: above.y, y1: y, isMerge: false, told: '', source: name }];
  });
  const joins = merges.flatMap(({ event, source, into, at, by }): Joint[] => {
    const [one, other] = [laneOf.get(source), laneOf.get(into)];
    if (one === undefined || other === undefined) return [];
    const told = `${one.name} was merged into ${other.name} ${agoText(at)} by ${by}`;
    return [{ id: event, x: x(at), y0: one.y, y1: other.y, isMerge: true, told, source: one.name }];
  });
  return { lanes, links: [...forks, ...joins], from, to };
}

/** Main first, each branch before those that were forked from it, earlier ones before later ones. */
function inOrder(branches: readonly Node[]): Node[] {
  const known = new Set(branches.map(({ id }) => id));
  const children = Map.groupBy(branches, ({ parent }) =>
    parent !== null && known.has(parent) ? parent : null,
  );
  const ordered: Node[] = [];
  const waiting = [...(children.get(null) ?? [])].sort(byBirth).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    ordered.push(next);
    waiting.push(...[...(children.get(next.id) ?? [])].sort(byBirth).reverse());
  }
  return ordered;
}

const byBirth = (a: Node, b: Node): number => (a.forkedAt ?? 0) - (b.forkedAt ?? 0);
