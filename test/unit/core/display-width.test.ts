import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth, pad, truncate, wrapLines } from '../../../src/core/display-width.ts';

test.each([
  ['abc', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['👍', 2],
  ['한글', 4],
  ['é…', 2],
])('%s takes %i cells', (text, cells) => {
  expect(displayWidth(text)).toBe(cells);
});

test('a wide character is never cut in half', () => {
  expect(truncate('日本語', 4)).toBe('日…');
  expect(pad(truncate('日本語', 4), 4)).toBe('日… ');
});

test('truncated text fits, and wrapped lines hold all of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (raw, cells) => {
      const text = raw.replaceAll(/\s/g, '_');
      const lines = wrapLines(text, cells);
      expect(displayWidth(truncate(text, cells))).toBeLessThanOrEqual(cells);
      expect(lines.every((line) => displayWidth(line) <= cells)).toBe(true);
      expect(lines.join('')).toBe(text);
    }),
  );
});

test('lines break between words where they can, and nothing is lost', () => {
  expect(wrapLines('the parser test failed', 12)).toEqual(['the parser ', 'test failed']);
  expect(wrapLines('a-very-long-word-without-any', 10)).toEqual(['a-very-lon', 'g-word-wit', 'hout-any']);
  expect(wrapLines('', 10)).toEqual(['']);
});
