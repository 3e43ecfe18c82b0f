import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../../src/schema/event.ts';
import {
  type Action,
  childOf,
  openState,
  PAGE_STEPS,
  pauseMs,
  type ReplayState,
  reduceReplay,
  stepAt,
  wantedPage,
} from '../../../src/tui/state.ts';
import { childSession, eventOf, replayPage, sessionOf } from '../cli/records.ts';

const ROWS = 8;

const failing =
  (...failures: number[]) =>
  (index: number): Event =>
    eventOf(index, failures.includes(index) ? { status: 'failed' } : {});

/** Does what the viewer does: loads what is wanted until nothing is. Returns the pages it loaded. */
function settle(state: ReplayState, total: number, step = eventOf): { state: ReplayState; loaded: number[] } {
  const loaded: number[] = [];
  let settled = state;
  for (let page = wantedPage(settled, ROWS); page !== null; page = wantedPage(settled, ROWS)) {
    loaded.push(page);
    settled = reduceReplay(settled, {
      type: 'loaded',
      page,
      output: replayPage(total, page * PAGE_STEPS, PAGE_STEPS, step),
    });
  }
  return { state: settled, loaded };
}

const open = (total: number, step = eventOf): ReplayState =>
  openState(replayPage(total, 0, PAGE_STEPS, step), 0);
const after = (state: ReplayState, ...actions: Action[]): ReplayState => actions.reduce(reduceReplay, state);

test('steps go forward and back and stop at both ends', () => {
  const state = open(3);
  expect(after(state, { type: 'move', by: -1 }).at).toBe(0);
  expect(after(state, { type: 'move', by: 1 }, { type: 'move', by: 1 }, { type: 'move', by: 1 }).at).toBe(2);
});

test('the end of a hundred thousand steps loads one page, not all', () => {
  const { state, loaded } = settle(
    after(open(100_000), { type: 'jump', to: Number.MAX_SAFE_INTEGER }),
    100_000,
  );
  expect(state.at).toBe(99_999);
  expect(loaded).toEqual([499]);
  expect(stepAt(state, 99_999)?.text).toBe('npm run step-99999');
});

test('the page ahead is asked for before its steps are shown', () => {
  const state = after(open(1000), { type: 'jump', to: PAGE_STEPS - 3 });
  expect(wantedPage(state, ROWS)).toBe(1);
});

test('the next failure is found across pages, and few pages are kept', () => {
  const step = failing(3456);
  const sought = after(open(5000, step), { type: 'seek', target: 'failure', direction: 1 });
  expect(sought.message).toBe('searching… step 201');
  const { state } = settle(sought, 5000, step);
  expect(state).toMatchObject({ at: 3456, seek: null, message: '' });
  expect(state.pages.size).toBeLessThanOrEqual(6);
});

test('the previous failure, then none before it', () => {
  const step = failing(2, 7);
  const found = after(
    open(10, step),
    { type: 'jump', to: 9 },
    { type: 'seek', target: 'failure', direction: -1 },
  );
  const again = after(found, { type: 'seek', target: 'failure', direction: -1 });
  const none = after(again, { type: 'seek', target: 'failure', direction: -1 });
  expect([found.at, again.at, none.at, none.message]).toEqual([7, 2, 2, 'no earlier failure']);
});

test('a search ignores case, goes on with n, and says when there is no more', () => {
  const typed: Action[] = [
    { type: 'mode', mode: 'search' },
    { type: 'type', text: 'STEP-1x' },
    { type: 'erase' },
    { type: 'submit' },
  ];
  const first = after(open(15), ...typed);
  const second = after(first, { type: 'seek', target: 'match', direction: 1 });
  const last = after(
    second,
    ...Array.from({ length: 5 }, (): Action => ({ type: 'seek', target: 'match', direction: 1 })),
  );
  expect([first.at, first.mode, second.at, last.at, last.message]).toEqual([
    1,
    'read',
    10,
    14,
    'no later “step-1”',
  ]);
});

test('a key stops a search under way', () => {
  const sought = after(
    open(5000),
    { type: 'seek', target: 'failure', direction: 1 },
    { type: 'move', by: 1 },
  );
  expect(sought).toMatchObject({ at: 1, seek: null, message: '' });
});

test('a failed page is said once, and asked for again only after a key', () => {
  const failed = after(open(1000), { type: 'jump', to: 999 }, { type: 'failed', message: 'no daemon' });
  expect([failed.message, wantedPage(failed, ROWS)]).toEqual(['no daemon', null]);
  expect(wantedPage(after(failed, { type: 'move', by: 0 }), ROWS)).toBe(4);
});

test('playing waits as long as the step took, within a second, and stops at the end', () => {
  const times = [0, 300, 60_000, 60_001];
  const playing = after(
    open(4, (index) => eventOf(index, { at: times[index] ?? 0 })),
    { type: 'play' },
  );
  const steps = [
    playing,
    after(playing, { type: 'tick' }),
    after(playing, { type: 'tick' }, { type: 'tick' }),
  ];
  expect(steps.map(pauseMs)).toEqual([300, 1000, 60]);
  const ended = after(playing, ...Array.from({ length: 4 }, (): Action => ({ type: 'tick' })));
  expect(ended).toMatchObject({ at: 3, playing: false });
  expect(pauseMs(ended)).toBe(null);
});

test('scrolling stays inside the detail, and a new step starts at its top', () => {
  const scrolled = after(open(3), { type: 'scroll', by: 50, most: 12 });
  expect(scrolled.scroll).toBe(12);
  expect(after(scrolled, { type: 'move', by: 1 }).scroll).toBe(0);
});

test('a child session is marked with its role and its depth, even in a ring', () => {
  const [a, b] = [`ses_${'a'.repeat(32)}`, `ses_${'b'.repeat(32)}`];
  const children = [sessionOf({ id: a, parent: b, role: 'planner' }), sessionOf({ id: b, parent: a })];
  const ring = { ...open(1), children };
  expect(childOf(ring, eventOf(0, { session: a }))).toEqual({ depth: 2, role: 'planner' });
  expect(childOf(open(1), eventOf(0, { session: childSession }))).toEqual({
    depth: 1,
    role: 'general-purpose',
  });
  expect(childOf(open(1), eventOf(0))).toBe(null);
});

test('whatever is pressed, the shown step exists and can be loaded', () => {
  const action = fc.oneof<fc.Arbitrary<Action>[]>(
    fc.record({ type: fc.constant('move' as const), by: fc.integer({ min: -900, max: 900 }) }),
    fc.record({ type: fc.constant('jump' as const), to: fc.integer({ min: -5, max: 5000 }) }),
    fc.record({
      type: fc.constant('seek' as const),
      target: fc.constantFrom('match' as const, 'failure' as const),
      direction: fc.constantFrom(1 as const, -1 as const),
    }),
    fc.constantFrom<Action>(
      { type: 'play' },
      { type: 'tick' },
      { type: 'submit' },
      { type: 'type', text: '7' },
    ),
  );
  const step = failing(0, 611, 1499);
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), fc.integer({ min: 0, max: 1500 }), (actions, total) => {
      let state = open(total, step);
      for (const next of actions) state = settle(reduceReplay(state, next), total, step).state;
      expect(state.at).toBeGreaterThanOrEqual(0);
      expect(stepAt(state, state.at)?.seq).toBe(total === 0 ? undefined : state.at + 1);
      expect(state.seek).toBe(null);
    }),
    { numRuns: 60 },
  );
});
