import type { MergeConflict } from '../../../../src/schema/records.ts';
import { at0 } from '../../cli/records.ts';

type Side = MergeConflict['ours'];

export const sideOf = (value: unknown, more: Partial<Side> = {}): Side => ({
  key: 'itm_1',
  title: 'Move sessions',
  value,
  reason: '',
  branch: 'main',
  event: `evt_${'1'.repeat(32)}`,
  by: 'ann',
  agent: 'claude-code',
  at: at0,
  ...more,
});

/** A conflict about the state of a plan item. */
export const conflictOf = (id: string, more: Partial<MergeConflict> = {}): MergeConflict => ({
  id,
  why: 'changed',
  kind: 'plan',
  field: 'state',
  base: 'todo',
  ours: sideOf('blocked'),
  theirs: sideOf('done', { branch: 'run-42/planner', by: 'planner' }),
  latest: 'theirs',
  ...more,
});

export const textConflict = (id: string, more: Partial<MergeConflict> = {}): MergeConflict =>
  conflictOf(id, { field: 'note', base: null, ours: sideOf('waits'), theirs: sideOf('rewritten'), ...more });

export const opposedConflict = (id: string): MergeConflict =>
  conflictOf(id, {
    why: 'opposed',
    kind: 'decision',
    field: 'choice',
    base: null,
    ours: sideOf('Use tabs', { title: 'indentation', reason: 'shorter' }),
    theirs: sideOf('Never use tabs', { title: 'white space', branch: 'run-42/planner' }),
    latest: 'ours',
  });
