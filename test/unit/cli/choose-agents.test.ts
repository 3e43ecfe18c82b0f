import { expect, test } from 'vitest';
import { chosenBy } from '../../../src/cli/choose-agents.ts';

const installed = ['claude-code', 'codex', 'opencode'].map((agent) => ({ agent }));

test.each([
  ['', ['claude-code', 'codex', 'opencode']],
  ['all', ['claude-code', 'codex', 'opencode']],
  [' 2 ', ['codex']],
  ['3, 1', ['opencode', 'claude-code']],
  ['codex', ['codex']],
  ['none', []],
])('%j chooses %j', (answer, wanted) => {
  expect(chosenBy(answer, installed).map(({ agent }) => agent)).toEqual(wanted);
});

test.each(['0', '4', 'curl', '1 9', '-1'])('%j is no choice', (answer) => {
  expect(() => chosenBy(answer, installed)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});
