import { expect, test } from 'vitest';
import { reduceReplay } from '../../../../src/tui/replay/reduce.ts';
import { type Action, type ReplayState, stepAt } from '../../../../src/tui/replay/state.ts';
import { wantedSteps } from '../../../../src/tui/replay/window.ts';
import { eventOf } from '../../cli/records.ts';
import { madeReplay } from './steps.ts';

const { opened, page } = madeReplay(1000);
const after = (state: ReplayState, ...actions: Action[]): ReplayState => actions.reduce(reduceReplay, state);
const at = (step: number): ReplayState => after(opened.state, { type: 'move', by: step });

/** Three older steps have come in: all have other numbers. */
const shifted = (from: number): Action => ({
  type: 'loaded',
  era: 0,
  after: from,
  output: { ...page(from, 10), total: 1003, order: 'second' },
});

const found = (state: ReplayState, step: number | null, event = step ?? 0): Action => ({
  type: 'found',
  number: state.ask?.number ?? -1,
  output: {
    workspace: 'w',
    step,
    event: step === null ? null : eventOf(event),
    searched: null,
    total: 1003,
    order: 'second',
  },
});

test('when older steps come in, the one that is shown stays, under its new number', () => {
  const shown = { ...at(40), scroll: 3, playing: true };
  const asking = after(shown, shifted(100));
  expect([asking.ask?.wanted, asking.steps.size, wantedSteps(asking, 8)]).toEqual([
    { event: eventOf(40).id },
    0,
    null,
  ]);
  const kept = after(asking, found(asking, 43, 40));
  expect([kept.at, kept.scroll, kept.playing, kept.total, stepAt(kept, 43)?.id]).toEqual([
    43,
    3,
    true,
    1003,
    eventOf(40).id,
  ]);
  expect(wantedSteps(kept, 8)).toEqual({ after: 0, limit: 200 });
});

test('one that was not loaded yet is as far from its neighbour as it was, also after a key', () => {
  const asking = after(at(150), shifted(150), { type: 'move', by: 1 });
  expect(asking.ask).toMatchObject({ wanted: { event: eventOf(99).id }, behind: 52 });
  expect(after(asking, found(asking, 102, 99)).at).toBe(154);
});

test('what was asked under the numbers of before is not taken, and a search by them is said to be over', () => {
  const asking = after(at(40), shifted(100));
  expect(after(asking, { type: 'loaded', era: 0, after: 0, output: page(0, 10) })).toBe(asking);
  const searching = after(at(40), { type: 'seek', target: 'failure', direction: 'next' });
  expect(after(searching, shifted(100)).message).toContain('search again');
});

test('a search that tells the new numbers shows the step; one that finds nothing keeps the one that is shown', () => {
  const searching = after(at(40), { type: 'seek', target: 'failure', direction: 'next' });
  const there = after(searching, found(searching, 500));
  expect([there.at, there.order, [...there.steps.keys()]]).toEqual([500, 'second', [500]]);
  const none = after(searching, found(searching, null));
  expect([none.message, none.ask?.wanted]).toEqual(['no later failure', { event: eventOf(40).id }]);
});
