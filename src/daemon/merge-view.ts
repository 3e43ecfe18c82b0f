import { type Conflict, type ConflictSide, laterSide } from '../core/merge.ts';
import type { MergeConflict } from '../schema/records.ts';
import { branchName } from './lines.ts';
import { conflictId } from './merging.ts';
import type { OpenWorkspace } from './open-workspace.ts';

export const showConflict = (open: OpenWorkspace, conflict: Conflict): MergeConflict => ({
  id: conflictId(conflict),
  why: conflict.why,
  kind: conflict.kind,
  field: conflict.field,
  base: conflict.base?.value ?? null,
  ours: showSide(open, conflict.ours),
  theirs: showSide(open, conflict.theirs),
  latest: laterSide(conflict),
});

function showSide(
  open: OpenWorkspace,
  { key, title, value, with: following }: ConflictSide,
): MergeConflict['ours'] {
  const reason = following.reason?.shown.value;
  return {
    key,
    title,
    value: value.value,
    reason: typeof reason === 'string' ? reason : '',
    branch: branchName(open, value.branch),
    event: value.event,
    by: value.by,
    agent: value.agent,
    at: value.at,
  };
}
