import { hlcMs } from '../core/hlc.ts';
import type { BranchRecord } from '../core/records/branch.ts';
import type { Scope } from '../core/scope.ts';
import { eventNamed, scopeAsOf, standpointAt } from './as-of.ts';
import { type BranchWanted, branchToRead } from './branching.ts';
import { lineOf, scopeOf, spansOf } from './lines.ts';
import type { LiveWorkspace } from './workspaces.ts';

/** Where a read stands, and (epoch milliseconds) in which moment of the past: on a branch as it is, or (`at`) as it was when one of the events that are seen there was recorded. */
export async function readingPoint(
  live: LiveWorkspace,
  { at, ...wanted }: BranchWanted & { at?: string | undefined },
): Promise<{ line: BranchRecord; scope: Scope; moment: number | null }> {
  const { open } = live;
  const line = await branchToRead(live, wanted);
  const scope = scopeOf(open, line.id);
  if (at === undefined) return { line, scope, moment: null };
  const event = await eventNamed(open, spansOf(open, scope), at);
  const standpoint = await standpointAt(open, event, line.id);
  return {
    line: lineOf(open, standpoint.branch),
    // Its writer may have seen what had not come here when this branch was forked.
    scope: scopeAsOf(open, standpoint).meet(scope),
    moment: hlcMs(event.hlc),
  };
}
