import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MergeConflict } from '../../../../src/schema/records.ts';
import {
  type Action,
  openState,
  type ResolveState,
  reduceResolve,
  unsettledCount,
} from '../../../../src/tui/resolve/state.ts';
import { conflictOf, opposedConflict, sideOf, textConflict } from './conflicts.ts';

const open = (...conflicts: MergeConflict[]): ResolveState =>
  openState({ source: 'run-42/planner', into: 'main', conflicts });
const after = (state: ResolveState, ...actions: Action[]): ResolveState =>
  actions.reduce(reduceResolve, state);
const take = (side: 'ours' | 'theirs' | 'both'): Action => ({ type: 'take', side });
const typed = (text: string): Action[] => [
  { type: 'edit' },
  { type: 'key', edit: { edit: 'erase-all' } },
  { type: 'key', edit: { edit: 'insert', text } },
  { type: 'submit' },
];

test('a side is taken, taken otherwise, and undone', () => {
  const state = open(conflictOf('a'), conflictOf('b'));
  expect(after(state, take('ours')).settled.get('a')).toEqual({ take: 'ours' });
  expect(after(state, take('ours'), take('theirs')).settled.get('a')).toEqual({ take: 'theirs' });
  expect(after(state, take('ours'), { type: 'undo' }).settled.size).toBe(0);
  expect(after(state, { type: 'undo' }).message).toBe('this one is not settled');
});

test('both are kept of opposed decisions only, and those get no other value', () => {
  expect(after(open(opposedConflict('a')), take('both')).settled.get('a')).toEqual({ take: 'both' });
  expect(after(open(conflictOf('a')), take('both'))).toMatchObject({
    settled: new Map(),
    message: expect.stringContaining('a field has one value'),
  });
  expect(after(open(opposedConflict('a')), { type: 'edit' })).toMatchObject({
    mode: 'read',
    message: expect.stringContaining('o, t or b'),
  });
});

test('n goes round to what is not settled, and stops where nothing is left', () => {
  const state = after(
    open(conflictOf('a'), conflictOf('b'), conflictOf('c')),
    { type: 'move', by: 1 },
    take('ours'),
  );
  const next = after(state, { type: 'next-unsettled' });
  const round = after(next, take('ours'), { type: 'next-unsettled' });
  expect([next.at, round.at]).toEqual([2, 0]);
  expect(after(round, take('ours'), { type: 'next-unsettled' })).toMatchObject({
    at: 0,
    message: 'all settled: m merges',
  });
});

test('the rest is settled by latest, what is settled stays', () => {
  const state = after(
    open(conflictOf('a'), conflictOf('b', { latest: 'ours' }), conflictOf('c')),
    take('ours'),
    { type: 'latest' },
  );
  expect(Object.fromEntries(state.settled)).toEqual({
    a: { take: 'ours' },
    b: { take: 'ours' },
    c: { take: 'theirs' },
  });
});

test('merging waits until all are settled', () => {
  const state = open(conflictOf('a'), conflictOf('b'));
  expect(after(state, take('ours'), { type: 'merge' })).toMatchObject({
    mode: 'read',
    message: expect.stringMatching(/^1 not settled yet/),
  });
  expect(after(state, { type: 'latest' }, { type: 'merge' }).mode).toBe('merging');
});

test('conflicts that came meanwhile are shown first, and what is still one stays settled', () => {
  const state = after(
    open(conflictOf('a'), conflictOf('b')),
    { type: 'latest' },
    { type: 'merge' },
    {
      type: 'found',
      conflicts: [conflictOf('b'), conflictOf('c')],
    },
  );
  expect(state).toMatchObject({ mode: 'read', at: 1, settled: new Map([['b', { take: 'theirs' }]]) });
  expect(state.message).toMatch(/1 new/);
});

test('a merge that failed can be asked for again', () => {
  const state = after(
    open(conflictOf('a')),
    take('ours'),
    { type: 'merge' },
    { type: 'failed', message: 'no daemon' },
  );
  expect(state).toMatchObject({
    mode: 'read',
    message: 'no daemon',
    settled: new Map([['a', { take: 'ours' }]]),
  });
});

test('a value is chosen where there are only some', () => {
  const state = after(open(conflictOf('a')), { type: 'edit' });
  expect(state).toMatchObject({
    mode: 'choose',
    choice: 2,
    options: ['todo', 'doing', 'blocked', 'done', 'dropped'],
  });
  const chosen = after(state, { type: 'choose', by: 1 }, { type: 'choose', by: 1 }, { type: 'submit' });
  expect(chosen.settled.get('a')).toEqual({ value: 'dropped' });
  const round = after(state, ...Array.from({ length: 3 }, (): Action => ({ type: 'choose', by: 1 })), {
    type: 'submit',
  });
  expect(round.settled.get('a')).toEqual({ value: 'todo' });
});

test('text is typed, beginning with what is settled, else with ours', () => {
  const state = open(textConflict('a'));
  const insert: Action = { type: 'key', edit: { edit: 'insert', text: '!' } };
  expect(after(state, { type: 'edit' }, insert, { type: 'submit' }).settled.get('a')).toEqual({
    value: 'waits!',
  });
  expect(after(state, take('theirs'), { type: 'edit' }, insert, { type: 'submit' }).settled.get('a')).toEqual(
    {
      value: 'rewritten!',
    },
  );
  expect(after(state, ...typed('new'), { type: 'edit' }, insert, { type: 'read' }).settled.get('a')).toEqual({
    value: 'new',
  });
});

test('a value that the field does not take is refused, with the reason, and the typing goes on', () => {
  const title = after(open(textConflict('a', { field: 'title' })), ...typed(''));
  expect(title).toMatchObject({ mode: 'edit', settled: new Map() });
  expect(title.message).not.toBe('');
  const owner = open(textConflict('a', { field: 'owner', ours: sideOf('bob') }));
  expect(after(owner, ...typed('')).settled.get('a')).toEqual({ value: null });
  const paths = open(textConflict('a', { field: 'paths', ours: sideOf(['a.ts']) }));
  expect(after(paths, ...typed('[oops')).message).toBe('that is not JSON');
  expect(after(paths, ...typed('"a"'))).toMatchObject({ mode: 'edit', settled: new Map() });
  expect(after(paths, ...typed('["b.ts"]')).settled.get('a')).toEqual({ value: ['b.ts'] });
});

test('whatever is pressed, the shown conflict is one, and merging begins only when all are settled', () => {
  const action = fc.oneof<fc.Arbitrary<Action>[]>(
    fc.record({ type: fc.constant('move' as const), by: fc.integer({ min: -9, max: 9 }) }),
    fc.record({ type: fc.constant('take' as const), side: fc.constantFrom('ours', 'theirs', 'both') }),
    fc.record({ type: fc.constant('choose' as const), by: fc.constantFrom(1, -1) }),
    fc.constantFrom<Action>(
      { type: 'undo' },
      { type: 'next-unsettled' },
      { type: 'latest' },
      { type: 'edit' },
      { type: 'submit' },
      { type: 'merge' },
      { type: 'found', conflicts: [conflictOf('b'), conflictOf('new')] },
      { type: 'key', edit: { edit: 'insert', text: 'x' } },
    ),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      let state = open(conflictOf('a'), textConflict('b'), opposedConflict('c'));
      for (const next of actions) {
        state = reduceResolve(state, next);
        expect(state.conflicts[state.at]).toBeDefined();
        if (state.mode === 'merging' && next.type === 'merge') expect(unsettledCount(state)).toBe(0);
      }
    }),
  );
});
