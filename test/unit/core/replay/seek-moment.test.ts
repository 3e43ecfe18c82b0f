import { expect, test } from 'vitest';
import { seekMoment } from '../../../../src/core/replay/seek-moment.ts';

const here = new Date(2026, 4, 4, 13, 30, 20).getTime();

test('a time of the day is one of the day of the step', () => {
  expect(seekMoment('14:05', here)).toBe(new Date(2026, 4, 4, 14, 5).getTime());
  expect(seekMoment(' 9:15:30 ', here)).toBe(new Date(2026, 4, 4, 9, 15, 30).getTime());
  expect(seekMoment('25:00', here)).toBeNull();
});

test('so much before or behind the step, or a date', () => {
  expect(seekMoment('-2h', here)).toBe(here - 7_200_000);
  expect(seekMoment('+10min', here)).toBe(here + 600_000);
  expect(seekMoment('2026-05-01', here)).toBe(new Date(2026, 4, 1).getTime());
  for (const none of ['', '+', 'soon', '-soon', '+999999w', '1e9']) expect(seekMoment(none, here)).toBeNull();
});
