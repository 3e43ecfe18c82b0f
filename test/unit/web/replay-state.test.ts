import { expect, test } from 'vitest';
import { momentFrom } from '../../../src/web/page/screens/replay/moment.ts';
import { openState, pauseMs, reduceViewer } from '../../../src/web/page/screens/replay/state.ts';

const total = (count: number) => ({ type: 'total', total: count }) as const;

test('a step that a link names is wanted until it is known whether it is there', () => {
  const opened = reduceViewer(openState(41), { type: 'jump', to: 41 });
  expect(opened.at).toBe(41);
  expect(reduceViewer(opened, total(100)).at).toBe(41);
  expect(reduceViewer(opened, total(10)).at).toBe(9);
  expect(reduceViewer(opened, total(0)).at).toBe(0);
});

test('nobody gets out of the steps, and playing ends with them', () => {
  const state = reduceViewer(openState(0), total(3));
  expect(reduceViewer(state, { type: 'move', by: -1 }).at).toBe(0);
  expect(reduceViewer(state, { type: 'jump', to: Number.MAX_SAFE_INTEGER }).at).toBe(2);
  let playing = reduceViewer(state, { type: 'play' });
  for (let times = 0; times < 3; times += 1) playing = reduceViewer(playing, { type: 'tick' });
  expect([playing.at, playing.isPlaying]).toEqual([2, false]);
});

test('waits are cut to a second, and faster by the speed from 1 to 16', () => {
  expect([pauseMs(0, 3_600_000, 1), pauseMs(0, 400, 4), pauseMs(0, 10, 16), pauseMs(500, 0, 1)]).toEqual([
    1000, 100, 40, 40,
  ]);
  let state = openState(0);
  for (let times = 0; times < 6; times += 1) state = reduceViewer(state, { type: 'speed', by: 1 });
  expect(state.speed).toBe(16);
  for (let times = 0; times < 6; times += 1) state = reduceViewer(state, { type: 'speed', by: -1 });
  expect(state.speed).toBe(1);
});

test('a time of the day is that of the day of the step', () => {
  const day = new Date(2026, 4, 2, 9, 0).getTime();
  expect(momentFrom('14:30', day)).toBe(new Date(2026, 4, 2, 14, 30).toISOString());
  expect(momentFrom('2h', day)).toBe('2h');
});

test('where steps have other numbers the step that is shown goes with them, and goes on playing', () => {
  const playing = reduceViewer(reduceViewer(openState(5), total(20)), { type: 'play' });
  const renumbered = reduceViewer(playing, { type: 'renumber', by: 3 });
  expect([renumbered.at, renumbered.isPlaying]).toEqual([8, true]);
  expect(reduceViewer(playing, { type: 'renumber', by: 40 }).at).toBe(19);
});
