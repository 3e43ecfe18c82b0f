import type { Cut, Standpoint } from '../schema/view.ts';
import type { BranchRecord } from './records/branch.ts';
import { Scope } from './scope.ts';

type Lines = ReadonlyMap<string, BranchRecord>;

/**
 * What is seen from a branch as it was at `cut`: its own events, what its parent saw where it was forked, and what the
 * branches that were merged by then saw. It is the pointwise maximum of all of these, so their order does not matter.
 */
export function scopeAt(lines: Lines, { branch, cut }: Standpoint): Scope {
  const scope = new Scope();
  expand(lines, branch, cut, scope);
  return scope;
}

/** What is seen from a branch now and from now on; `board` is in every view. */
export function liveScope(lines: Lines, branch: string, board: string): Scope {
  const scope = new Scope();
  expand(lines, branch, null, scope);
  scope.add(board, null);
  return scope;
}

function expand(lines: Lines, branch: string, cut: Cut | null, into: Scope): void {
  // A list, not recursion: a lineage may be deeper than the stack.
  const waiting: { branch: string; cut: Cut | null }[] = [{ branch, cut }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // What is covered brings nothing that has not been brought: a greater cut sees all that a smaller one does.
    if (into.covers(next.branch, next.cut)) continue;
    into.add(next.branch, next.cut);
    const line = lines.get(next.branch);
    if (line === undefined) continue;
    if (line.parent !== null) waiting.push(line.parent);
    for (const merge of line.merges)
      if (next.cut === null || (next.cut[merge.writer] ?? 0) >= merge.seq) waiting.push(merge.source);
  }
}
