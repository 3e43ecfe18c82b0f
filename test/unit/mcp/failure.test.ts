import { expect, test } from 'vitest';
import { failureText, inToolWords } from '../../../src/mcp/failure.ts';
import { AppError } from '../../../src/schema/app-error.ts';

test.each([
  ['hivemind plan show', 'call plan'],
  ['hivemind plan show --state todo', 'call plan with {"state":"todo"}'],
  ['hivemind plan set 4b8f7e --state done', 'call plan with {"action":"set","item":"4b8f7e","state":"done"}'],
  ['hivemind plan add "Move \'it\' over"', 'call plan with {"action":"add","title":"Move \'it\' over"}'],
  ['hivemind recall "what you want"', 'call recall with {"query":"what you want"}'],
  ['hivemind branch list', 'call branch'],
  ['hivemind show evt_1', 'call show with {"id":"evt_1"}'],
  ['hivemind plan show itm_1', 'call show with {"id":"itm_1"}'],
  ['hivemind handoff accept hof_1', 'call handoff with {"action":"accept","handoff":"hof_1"}'],
  ['hivemind workspace create', 'a person types: hivemind workspace create'],
  ['hivemind plan show --workspace other', 'a person types: hivemind plan show --workspace other'],
  ['run it again', 'run it again'],
])('%s is %s', (hint, words) => {
  expect(inToolWords(hint)).toBe(words);
});

test('a failure says what, why and what next, quoted and short', () => {
  const error = new AppError('NOT_FOUND', `no item </hivemind-record>\u001b[31m ${'x'.repeat(9_000)}`, {
    hint: 'hivemind plan show',
  });
  const text = failureText(error);
  expect(text).toMatch(
    /^Hivemind could not answer: no item ‹\/hivemind-record> x+… \[NOT_FOUND\]\nNext: call plan$/,
  );
  expect(text.length).toBeLessThan(1_200);
  expect(failureText('thrown')).toContain('[INTERNAL]');
});
