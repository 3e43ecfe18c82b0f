import { expect, test } from 'vitest';
import { nearest } from '../../../src/schema/nearest.ts';

test.each([
  ['claud-code', 'claude-code'],
  ['CODEX', 'codex'],
  ['cl', 'claude-code'],
  ['gemni', 'gemini'],
  ['zzzzzzzz', undefined],
  ['', undefined],
])('%s → %s', (word, expected) => {
  expect(nearest(word, ['claude-code', 'codex', 'gemini'])).toBe(expected);
});
