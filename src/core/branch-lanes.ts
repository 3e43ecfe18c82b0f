import type { OutputOf } from '../schema/operation.ts';

type Graph = OutputOf<'branch.graph'>;
export type BranchNode = Graph['branches'][number];
export type BranchMerge = Graph['merges'][number];

/** What goes through a row of one lane. */
export type Cell =
  | 'none'
  | 'through'
  | 'tip'
  | 'merge'
  /** A line to the side passes, over a lane or over nothing. */
  | 'cross'
  | 'pass'
  /** A lane that a merge came from begins here, or goes on below. */
  | 'from'
  | 'from-through'
  /** A lane ends here, where it was forked, and its parent goes on. */
  | 'forked'
  | 'parent';

/** A row of the graph, the latest first. `right`: the line to the side goes on to the lane at the right of a cell. */
export interface LaneRow {
  what: 'tip' | 'merge' | 'fork';
  branch: BranchNode;
  /** The branch that a merge came from, or the one that this was forked from. */
  other: BranchNode | null;
  merge: BranchMerge | null;
  at: number;
  cells: Cell[];
  /** Lanes of the two ends of the line to the side; null: there is none. */
  side: readonly [from: number, to: number] | null;
}

interface Moment {
  what: LaneRow['what'];
  branch: BranchNode;
  other: BranchNode | null;
  merge: BranchMerge | null;
  at: number;
}

/** The rows of a graph as `git log --graph` has them: each branch a lane from its tip down to where it was forked. */
export function laneRows(graph: Pick<Graph, 'branches' | 'merges'>): LaneRow[] {
  // The first lane is kept for what all else was forked from, so that it is a straight line.
  const main = graph.branches.find(({ forkedAt }) => forkedAt === null)?.id ?? null;
  const lanes: Lanes = { ids: [main], begun: new Set() };
  return momentsOf(graph).flatMap((moment) => rowOf(moment, lanes) ?? []);
}

const ranks: Record<LaneRow['what'], number> = { tip: 0, merge: 1, fork: 2 };

/** What happened, the latest first; clocks of several machines may differ, but nothing forks from what is not there yet. */
function momentsOf({ branches, merges }: Pick<Graph, 'branches' | 'merges'>): Moment[] {
  const byId = new Map(branches.map((branch) => [branch.id, branch]));
  const known = merges.filter(({ source, into }) => byId.has(source) && byId.has(into));
  const born = birthsOf(branches, known, byId);
  const last = new Map(branches.map(({ id, lastAt }) => [id, Math.max(lastAt, born.get(id) ?? lastAt)]));
  for (const { into, at } of known) last.set(into, Math.max(last.get(into) ?? at, at));
  const moments = branches.flatMap((branch): Moment[] => {
    const tip: Moment = { what: 'tip', branch, other: null, merge: null, at: last.get(branch.id) ?? 0 };
    const parent = branch.parent === null ? undefined : byId.get(branch.parent);
    if (parent === undefined) return [tip];
    return [tip, { what: 'fork', branch, other: parent, merge: null, at: born.get(branch.id) ?? 0 }];
  });
  const joined = known.flatMap((merge): Moment[] => {
    const [branch, other] = [byId.get(merge.into), byId.get(merge.source)];
    return branch === undefined || other === undefined
      ? []
      : [{ what: 'merge', branch, other, merge, at: merge.at }];
  });
  return [...moments, ...joined].sort((a, b) => b.at - a.at || ranks[a.what] - ranks[b.what]);
}

/** When each branch was forked: not after anything that is said of it, or of one that was forked from it. */
function birthsOf(
  branches: readonly BranchNode[],
  merges: readonly BranchMerge[],
  byId: ReadonlyMap<string, BranchNode>,
): Map<string, number> {
  const born = new Map(branches.map(({ id, forkedAt, lastAt }) => [id, forkedAt ?? lastAt]));
  const lower = (id: string, at: number): void => {
    const seen = new Set<string>();
    for (let next: string | null = id; next !== null && !seen.has(next); ) {
      seen.add(next);
      const known = born.get(next);
      if (known === undefined || (known <= at && next !== id)) return;
      born.set(next, Math.min(known, at));
      next = byId.get(next)?.parent ?? null;
    }
  };
  for (const { source, into, at } of merges) {
    lower(source, at);
    lower(into, at);
  }
  for (const [id, at] of born) lower(id, at);
  return born;
}

interface Lanes {
  /** Branch of each lane; null: it is free. */
  ids: (string | null)[];
  /** Branches whose lane is drawn from here on. */
  begun: Set<string>;
}

/** The lane of a branch; the first free one where it has none yet. */
function laneOf({ ids, begun }: Lanes, id: string): { lane: number; isNew: boolean } {
  const isNew = !begun.has(id);
  begun.add(id);
  const known = ids.indexOf(id);
  if (known !== -1) return { lane: known, isNew };
  const free = ids.indexOf(null);
  const lane = free === -1 ? ids.length : free;
  ids[lane] = id;
  return { lane, isNew };
}

function rowOf(moment: Moment, lanes: Lanes): LaneRow | null {
  const { what, branch, other } = moment;
  if (what === 'tip') {
    const { lane } = laneOf(lanes, branch.id);
    return { ...moment, cells: cellsOf(lanes).with(lane, 'tip'), side: null };
  }
  if (other === null) return null;
  return what === 'merge' ? mergeRow(moment, other, lanes) : forkRow(moment, other, lanes);
}

function mergeRow(moment: Moment, other: BranchNode, lanes: Lanes): LaneRow {
  const into = laneOf(lanes, moment.branch.id).lane;
  const source = laneOf(lanes, other.id);
  const cells = joined(cellsOf(lanes), into, source.lane);
  cells[into] = 'merge';
  cells[source.lane] = source.isNew ? 'from' : 'from-through';
  return { ...moment, cells, side: [into, source.lane] };
}

function forkRow(moment: Moment, parent: BranchNode, lanes: Lanes): LaneRow | null {
  const own = lanes.ids.indexOf(moment.branch.id);
  if (own === -1) return null;
  const known = lanes.ids.indexOf(parent.id);
  if (known === -1) {
    // Nothing was done on the parent since: its line is the one below.
    lanes.ids[own] = parent.id;
    lanes.begun.add(parent.id);
    return { ...moment, cells: cellsOf(lanes), side: null };
  }
  const cells = joined(cellsOf(lanes), own, known);
  cells[known] = lanes.begun.has(parent.id) ? 'parent' : 'from';
  cells[own] = 'forked';
  lanes.begun.add(parent.id);
  lanes.ids[own] = null;
  while (lanes.ids.at(-1) === null) lanes.ids.pop();
  return { ...moment, cells, side: [known, own] };
}

const cellsOf = ({ ids, begun }: Lanes): Cell[] =>
  ids.map((id) => (id === null || !begun.has(id) ? 'none' : 'through'));

/** A line to the side crosses what stands between its ends. */
function joined(cells: Cell[], a: number, b: number): Cell[] {
  const [first, last] = [Math.min(a, b), Math.max(a, b)];
  return cells.map((cell, at) => (at <= first || at >= last ? cell : cell === 'through' ? 'cross' : 'pass'));
}
