import { expect, test } from 'vitest';
import { errorLine } from '../../../../src/core/recall/outcome.ts';
import { eventOf } from '../recall-events.ts';

test.each([
  [
    'ℹ tests 3\nℹ fail 1\n\n✖ failing tests:\n✖ reads rows\n  AssertionError: not equal',
    'AssertionError: not equal',
  ],
  ['# errors 0\nTypeError: rows is not iterable', 'TypeError: rows is not iterable'],
  ['2 failed', '2 failed'],
  ['all is well', 'all is well'],
])('the line that says why: %j', (output, line) => {
  expect(errorLine(eventOf(1, { status: 'failed', body: { output } }))).toBe(line);
});
