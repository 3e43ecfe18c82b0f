import type { BranchRecord } from '../core/records/branch.ts';
import type { Scope } from '../core/scope.ts';
import type { BranchSummary } from '../schema/records.ts';
import { branchName, countWithout, fixedScope, mainLine } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { unseenReviews } from './review/unseen.ts';

/** A branch as it is shown; ahead and behind are counted against what `against` sees (main, as it is now). */
export function summarize(
  open: OpenWorkspace,
  line: BranchRecord,
  against: Scope = fixedScope(open, mainLine(open).id),
): BranchSummary {
  const { id, name, parent, agent, createdAt, createdBy, deletedAt } = line;
  const scope = fixedScope(open, id);
  const events = [...(open.reach.get(id)?.values() ?? [])].reduce((sum, { size }) => sum + size, 0);
  return {
    id,
    name,
    parent: parent === null ? null : branchName(open, parent.branch),
    agent,
    createdAt,
    createdBy,
    deletedAt,
    events,
    ahead: countWithout(open, scope, against),
    behind: countWithout(open, against, scope) - unseenReviews(open, against, scope),
    lastAt: lastAt(open, line),
  };
}

/** Epoch milliseconds of the last event on a branch, or of its birth. */
export const lastAt = ({ heads }: OpenWorkspace, { id, createdAt }: BranchRecord): number =>
  heads.get(id)?.at ?? createdAt;
