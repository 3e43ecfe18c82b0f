import { expect, it } from 'vitest';
import { type BranchRecord, branches } from '../../../src/core/records/branch.ts';
import { eventOf } from './recall-events.ts';

const branch = `br_${'1'.repeat(32)}`;

function folded(agent?: string): BranchRecord | undefined {
  const records = new Map<string, BranchRecord>();
  const body = { branch, name: 'worktree/red', ...(agent === undefined ? {} : { agent }) };
  branches.fold(records, eventOf(1, { type: 'branch.created', body }));
  return records.get(branch);
}

it('a branch is for the agent that it was made for, and for none where git was the first to come', () => {
  expect(folded('codex')).toMatchObject({ name: 'worktree/red', agent: 'codex' });
  expect(folded('git')).toMatchObject({ name: 'worktree/red', agent: null });
  expect(folded()).toMatchObject({ agent: null });
});
