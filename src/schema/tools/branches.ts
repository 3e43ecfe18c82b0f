import { does, type Tool } from './tool.ts';

export const branch = {
  says: 'Branches of the memory, unseen by others until they are merged.',
  isDefault: true,
  usual: 'list',
  isDestructive: false,
  actions: {
    list: does('branch.list', '', ['limit'], ['current', 'branches', 'total']),
    show: does('branch.show', '', ['name'], ['branch', 'lineage', 'merges', 'kinds']),
    create: does('branch.create', '', ['name', 'from'], ['branch']),
    diff: does(
      'branch.diff',
      'what it would bring',
      ['name', 'into'],
      ['ahead', 'behind', 'kinds', 'changes', 'conflicts', 'verdicts'],
    ),
    switch: does('branch.switch', 'use it in this worktree', ['name'], ['branch']),
  },
  fields: { name: '', from: 'Branch or event', into: '', limit: '' },
} as const satisfies Tool;

export const merge = {
  says: 'Merge a branch of the memory (into main).',
  isDefault: true,
  usual: 'status',
  isDestructive: true,
  actions: {
    status: does('merge.status', 'those that stopped', [], ['stopped']),
    preview: does(
      'merge.run',
      'nothing is written',
      ['name', 'into', 'strategy'],
      ['outcome', 'events', 'changes', 'conflicts', 'verdicts'],
      { fixed: { 'dry-run': true } },
    ),
    run: does(
      'merge.run',
      '',
      ['name', 'into', 'strategy', 'resolutions', 'message'],
      ['outcome', 'event', 'events', 'changes', 'conflicts', 'verdicts'],
    ),
    abort: does('merge.abort', '', ['name', 'into'], ['aborted']),
  },
  fields: {
    name: '',
    into: '',
    strategy: '',
    resolutions: 'Conflict id → {"take":"ours"|"theirs"|"both"} or {"value":…}',
    message: '',
  },
} as const satisfies Tool;
