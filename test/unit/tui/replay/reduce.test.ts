import fc from 'fast-check';
import { expect, test } from 'vitest';
import { whoOf } from '../../../../src/core/replay/who.ts';
import type { Event } from '../../../../src/schema/event.ts';
import { pauseMs } from '../../../../src/tui/replay/playing.ts';
import { reduceReplay } from '../../../../src/tui/replay/reduce.ts';
import { type Action, openState, type ReplayState, stepAt } from '../../../../src/tui/replay/state.ts';
import { PAGE_STEPS, wantedSteps } from '../../../../src/tui/replay/window.ts';
import { childSession, eventOf, sessionOf } from '../../cli/records.ts';
import { madeReplay } from './steps.ts';

const ROWS = 8;
const open = (total: number, step = eventOf): ReplayState => madeReplay(total, step).opened.state;
const after = (state: ReplayState, ...actions: Action[]): ReplayState => actions.reduce(reduceReplay, state);

/** Does what the viewer does: asks and loads until nothing is wanted. */
async function settle(from: ReplayState, total: number, step = eventOf, most = PAGE_STEPS) {
  const { page, find } = madeReplay(total, step);
  const loaded: number[] = [];
  let state = from;
  for (;;) {
    const { ask, era } = state;
    if (ask !== null) {
      const output = await find(state.choice, ask.wanted);
      state = reduceReplay(state, { type: 'found', number: ask.number, output });
    }
    const wanted = wantedSteps(state, ROWS);
    if (wanted === null) return { state, loaded };
    loaded.push(wanted.after);
    const output = page(wanted.after, Math.min(most, wanted.limit));
    state = reduceReplay(state, { type: 'loaded', era, after: wanted.after, output });
  }
}

test('steps go forward and back and stop at both ends', () => {
  const forward: Action = { type: 'move', by: 1 };
  expect(after(open(3), { type: 'move', by: -1 }).at).toBe(0);
  expect(after(open(3), forward, forward, forward).at).toBe(2);
});

test('the end of a hundred thousand steps loads one page, not all', async () => {
  const end = after(open(100_000), { type: 'jump', to: Number.MAX_SAFE_INTEGER });
  const { state, loaded } = await settle(end, 100_000);
  expect([state.at, loaded]).toEqual([99_999, [99_800]]);
  expect(stepAt(state, 99_999)?.text).toBe('npm run step-99999');
});

test('steps that come fewer than they were asked for are asked for again, and few are kept', async () => {
  const { state } = await settle(after(open(5000), { type: 'jump', to: 2500 }), 5000, eventOf, 3);
  for (let step = 2500 - ROWS; step <= 2500 + ROWS; step += 1)
    expect(stepAt(state, step)?.text).toContain(`${step}`);
  let walked = state;
  for (let at = 0; at < 5000; at += 150)
    walked = (await settle(after(walked, { type: 'jump', to: at }), 5000)).state;
  expect(walked.steps.size).toBeLessThanOrEqual(1200);
});

test('steps that are gone are said, and not asked for without end', () => {
  const { opened, page } = madeReplay(1000);
  const gone = { ...page(400, 0), total: 1000 };
  const state = after(
    opened.state,
    { type: 'jump', to: 400 },
    { type: 'loaded', era: 0, after: 400, output: gone },
  );
  expect([state.message, wantedSteps(state, ROWS)]).toEqual([
    'these steps are not in the store any more',
    null,
  ]);
});

test('the next failure and the previous, then none before it', async () => {
  const step = (index: number): Event =>
    eventOf(index, [2, 3456].includes(index) ? { status: 'failed' } : {});
  const next: Action = { type: 'seek', target: 'failure', direction: 'next' };
  const previous: Action = { type: 'seek', target: 'failure', direction: 'previous' };
  const first = (await settle(after(open(5000, step), next), 5000, step)).state;
  const second = (await settle(after(first, next), 5000, step)).state;
  const back = (await settle(after(second, previous), 5000, step)).state;
  const none = (await settle(after(back, previous), 5000, step)).state;
  expect([first.at, second.at, back.at, none.at, none.message]).toEqual([
    2,
    3456,
    2,
    2,
    'no earlier failure',
  ]);
});

const typed = (mode: 'search' | 'time' | 'number' | 'fork', text: string): Action[] => [
  { type: 'mode', mode },
  { type: 'type', text: `${text}x` },
  { type: 'erase' },
  { type: 'submit' },
];

test('a search goes on with n, and a long one from where it came to', async () => {
  const first = (await settle(after(open(15), ...typed('search', 'STEP-1')), 15)).state;
  const again = (await settle(after(first, { type: 'seek', target: 'match', direction: 'next' }), 15)).state;
  expect([first.at, first.mode, again.at]).toEqual([1, 'read', 10]);
  const asking = after(open(5000), ...typed('search', 'rare'));
  const output = { workspace: 'w', step: null, event: null, searched: 2000, total: 5000, order: 'first' };
  const further = reduceReplay(asking, { type: 'found', number: asking.ask?.number ?? -1, output });
  expect([further.ask?.wanted.from, further.message]).toEqual([2000, 'searching… step 2001']);
  const stopped = after(further, { type: 'move', by: 1 });
  expect(reduceReplay(stopped, { type: 'found', number: further.ask?.number ?? -1, output })).toBe(stopped);
});

test('a number and a time are gone to, and what is neither is said', async () => {
  expect(after(open(5000), ...typed('number', '4001')).at).toBe(4000);
  expect(after(open(5000), ...typed('number', '99999999')).at).toBe(4999);
  expect(after(open(5000), ...typed('number', 'four')).message).toContain('no number');
  const step = (index: number): Event => eventOf(index, { at: Date.UTC(2026, 4, 4) + index * 60_000 });
  const later = (await settle(after(open(500, step), ...typed('time', '+90min')), 500, step)).state;
  const back = (await settle(after(later, ...typed('time', '-1h')), 500, step)).state;
  const end = (await settle(after(later, ...typed('time', '+9d')), 500, step)).state;
  expect([later.at, back.at, end.at, end.message]).toEqual([90, 30, 499, 'that is behind the last step']);
  expect(after(open(5), ...typed('time', 'soon')).message).toContain('14:05');
});

test('a choice asks for the step that is shown, and what was loaded without it is not taken', () => {
  const { opened, page } = madeReplay(1000);
  const chosen = after(
    opened.state,
    { type: 'mode', mode: 'filter' },
    { type: 'pick', kind: 'edit' },
    { type: 'submit' },
  );
  expect(chosen).toMatchObject({ choice: { only: ['edit'], agents: [] }, era: 1, mode: 'read' });
  expect(chosen.ask?.wanted).toEqual({ event: eventOf(0).id });
  expect(after(chosen, { type: 'loaded', era: 0, after: 0, output: page(0, 100) })).toMatchObject({
    steps: new Map(),
  });
  const left = after(
    opened.state,
    { type: 'mode', mode: 'filter' },
    { type: 'pick', kind: 'edit' },
    { type: 'mode', mode: 'read' },
  );
  expect([left.era, left.choice.only]).toEqual([0, []]);
});

test('a failed page is said once, and asked for again only after a key', () => {
  const failed = after(open(1000), { type: 'jump', to: 999 }, { type: 'failed', message: 'no daemon' });
  expect([failed.message, wantedSteps(failed, ROWS)]).toEqual(['no daemon', null]);
  expect(wantedSteps(after(failed, { type: 'move', by: 0 }), ROWS)).toEqual({ after: 800, limit: 200 });
});

test('playing waits as long as the step took, within a second, by its speed, and stops at the end', () => {
  const times = [0, 320, 60_000, 60_001];
  const step = (index: number): Event => eventOf(index, { at: times[index] ?? 0 });
  const playing = after(open(4, step), { type: 'play' });
  const second = after(playing, { type: 'tick' });
  expect([playing, second, after(second, { type: 'tick' })].map(pauseMs)).toEqual([320, 1000, 16]);
  const faster: Action = { type: 'speed', by: 1 };
  expect(pauseMs(after(playing, faster, faster))).toBe(80);
  expect(after(playing, faster, faster, faster, faster, faster, faster).speed).toBe(16);
  expect(after(playing, { type: 'speed', by: -1 }).speed).toBe(1);
  const ended = after(playing, ...Array.from({ length: 4 }, (): Action => ({ type: 'tick' })));
  expect(ended).toMatchObject({ at: 3, playing: false });
});

test('a branch is asked for from the step, once', () => {
  const asked = after(open(3), { type: 'move', by: 1 }, ...typed('fork', 'what-if'));
  expect(asked.fork).toMatchObject({ name: 'what-if', event: eventOf(1).id });
  expect(after(asked, { type: 'forked', message: 'done' })).toMatchObject({ fork: null, message: 'done' });
});

test('a child session is marked with its role and its depth, even in a ring; of several each with its end', () => {
  const [a, b] = [`ses_${'a'.repeat(32)}`, `ses_${'b'.repeat(32)}`];
  const ring = new Map(
    [sessionOf({ id: a, parent: b, role: 'planner' }), sessionOf({ id: b, parent: a })].map((one) => [
      one.id,
      one,
    ]),
  );
  expect(whoOf(eventOf(0, { session: a }), 'ses_root', ring)).toEqual({ depth: 2, name: 'planner' });
  const { session, sessions } = open(1);
  expect(whoOf(eventOf(0, { session: childSession }), session?.id ?? null, sessions)).toEqual({
    depth: 1,
    name: 'general-purpose',
  });
  expect(whoOf(eventOf(0), session?.id ?? null, sessions)).toBe(null);
  expect(whoOf(eventOf(0, { session: a }), null, ring)).toEqual({
    depth: 0,
    name: 'claude-code·aaaa planner',
  });
});

test('whatever is pressed, the shown step exists', () => {
  const action = fc.oneof<fc.Arbitrary<Action>[]>(
    fc.record({ type: fc.constant('move' as const), by: fc.integer({ min: -900, max: 900 }) }),
    fc.record({ type: fc.constant('jump' as const), to: fc.integer({ min: -5, max: 5000 }) }),
    fc.record({
      type: fc.constant('mode' as const),
      mode: fc.constantFrom('search', 'number', 'time', 'filter', 'read'),
    }),
    fc.record({
      type: fc.constant('type' as const),
      text: fc.constantFrom('7', 'step', ':', '-2h', '99999'),
    }),
    fc.record({ type: fc.constant('pick' as const), kind: fc.constantFrom('edit', 'failure') }),
    fc.record({ type: fc.constantFrom('submit', 'erase', 'play', 'tick', 'knowledge', 'pick-all') }),
  );
  fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 30 }),
      fc.integer({ min: 0, max: 3000 }),
      async (actions, total) => {
        let state = openState(madeReplay(total).page(0, 100), { after: 0, at: 0 });
        for (const one of actions) state = (await settle(reduceReplay(state, one), total)).state;
        expect(state.at).toBeGreaterThanOrEqual(0);
        expect(state.at).toBeLessThan(Math.max(1, total));
        if (total > 0) expect(stepAt(state, state.at)).toBeDefined();
      },
    ),
  );
});
