import { findOpposed } from '../core/opposed.ts';
import type { BranchRecord } from '../core/records/branch.ts';
import type { OutputOf } from '../schema/operation.ts';
import type { Span } from '../schema/view.ts';
import { showConflict } from './merge-view.ts';
import { type PreparedMerge, prepareMerge } from './merging.ts';
import type { OpenWorkspace } from './open-workspace.ts';

type Shown = Pick<
  OutputOf<'branch.diff'>,
  'ahead' | 'behind' | 'kinds' | 'changes' | 'conflicts' | 'verdicts'
>;

export interface Incoming {
  merge: PreparedMerge;
  /** The events that would become visible. */
  spans: readonly Span[];
  shown: Shown;
}

/** What merging a branch would bring, with every conflict open. */
export async function incomingOf(
  open: OpenWorkspace,
  sides: Record<'source' | 'target', BranchRecord>,
): Promise<Incoming> {
  const { rules } = open.settings.current;
  const merge = prepareMerge(open, { ...sides, strategy: 'manual', resolutions: {}, rules, findOpposed });
  const spans = merge.sides.theirs.without(merge.sides.ours);
  const kinds = spans.length === 0 ? new Map<string, number>() : await open.store.countTypes({ spans });
  const shown = {
    ahead: merge.brings,
    behind: merge.behind,
    kinds: sorted(kinds),
    changes: merge.changes,
    conflicts: merge.unresolved.map((conflict) => showConflict(open, conflict)),
    verdicts: merge.verdicts,
  };
  return { merge, spans, shown };
}

/** Counts by the names of what is counted, in their order. */
export const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
