import { scopeAt } from '../../core/lineage.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import { type ReviewRecord, reviewKey } from '../../core/records/review.ts';
import { type Standing, standingOf } from '../../core/review/standing.ts';
import type { Scope } from '../../core/scope.ts';
import { hash128 } from '../../schema/ids.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Cut, Standpoint } from '../../schema/view.ts';
import { headCut } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How far a branch goes at the moment, but for what the daemon has noted behind that. */
export function contentCut(open: OpenWorkspace, branch: string): Cut {
  const said = open.content.get(branch) ?? {};
  const cut: Cut = {};
  for (const [writer, seq] of Object.entries(headCut(open, branch)))
    if (said[writer] !== undefined) cut[writer] = Math.min(seq, said[writer]);
  return cut;
}

/** What a verdict on a branch is about: what is seen from it so far. */
const contentScope = (open: OpenWorkspace, branch: string): Scope =>
  scopeAt(open.branches, { branch, cut: contentCut(open, branch) });

/** Names what is seen: equal for equal views, on every machine. */
export const headOfScope = (scope: Scope): string => hash128('view', scope.canonical());

export const reviewHead = (open: OpenWorkspace, branch: string): string =>
  headOfScope(contentScope(open, branch));

export const reviewsOf = (open: OpenWorkspace, source: string, into: string): readonly ReviewRecord[] =>
  open.reviews.get(reviewKey(source, into)) ?? [];

/** What was said of a branch on its way into another, for what it is at this moment. */
export const standingNow = (open: OpenWorkspace, source: string, into: string): Standing =>
  standingOf(reviewsOf(open, source, into), reviewHead(open, source));

/**
 * Whether a branch has something to say that `target`, a fixed view of another, does not see. Its lineage is not followed:
 * who sees a branch up to somewhere sees all that is seen from there. One that has said nothing has what it was forked from.
 */
export function bringsContent(open: OpenWorkspace, branch: string, target: Scope): boolean {
  let at: Standpoint | null | undefined = { branch, cut: contentCut(open, branch) };
  // No longer than there are branches: what others wrote may run in a ring.
  for (let steps = open.branches.size; at && steps > 0; steps -= 1) {
    if (Object.keys(at.cut).length > 0) return !target.covers(at.branch, at.cut);
    at = open.branches.get(at.branch)?.parent;
  }
  return false;
}

/** Where a branch stands on its way into another. */
export function reviewState(
  { source, target }: Record<'source' | 'target', BranchRecord>,
  { brings, standing }: { brings: boolean; standing: Standing },
): OutputOf<'review.show'>['state'] {
  const isMerged = !brings && target.merges.some((merge) => merge.source.branch === source.id);
  return isMerged ? 'merged' : standing.state;
}
