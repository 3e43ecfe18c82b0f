import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseReport, replacements } from '../../../../src/core/git/report.ts';
import { noteOf, sessionsIn, unite } from '../../../../src/core/git/session-lines.ts';

const sha = (digit: string): string => digit.repeat(40);
const payload = (fields: Record<string, string>): string =>
  Object.entries({ 'hivemind-git': '1', ...fields })
    .map(([name, value]) => `${name}=${value}\0`)
    .join('');

test('a report is read field by field, also with a path as nobody names one', () => {
  const cwd = '/a b\n=c\'"$(x)';
  const report = parseReport(
    `${payload({ hook: 'post-checkout', cwd, dir: '.git', head: sha('a'), ref: "refs/heads/o'x" })}session.claude-code=s1\0session.codex=\0arg=${sha('0')}\0arg=\0arg=1\0`,
  );
  expect(report).toMatchObject({ cwd, head: sha('a'), branch: "o'x", args: [sha('0'), '', '1'] });
  expect([...(report?.callers ?? [])]).toEqual([['claude-code', 's1']]);
});

test('pairs without those that are none; several old ones of one new', () => {
  const lines = [
    `${sha('a')} ${sha('c')}`,
    `${sha('b')} ${sha('c')} extra`,
    `${sha('d')} ${sha('d')}`,
    `${sha('0')} ${sha('e')}`,
    'garbage',
  ];
  const report = parseReport(payload({ hook: 'post-rewrite', cwd: '/r', pairs: lines.join('\n') }));
  expect([...replacements(report?.pairs ?? [])]).toEqual([[sha('c'), [sha('a'), sha('b')]]]);
});

test('what is no report is none, whatever it is', () => {
  for (const text of [
    '',
    '{}',
    payload({ hook: 'pre-push', cwd: '/r' }),
    payload({ hook: 'post-commit', cwd: 'r' }),
  ])
    expect(parseReport(text)).toBeNull();
  fc.assert(fc.property(fc.string(), (text) => parseReport(text) === null));
});

test('sessions in messages and notes: each once, wherever it stands, and no other words', () => {
  const [one, two] = [`ses_${'1'.repeat(32)}`, `ses_${'2'.repeat(32)}`];
  const message = `subject\n\nHivemind-Session: ${one}\n\n# second\n\nHivemind-Session: ${two}\nHivemind-Session: ${one}\nHivemind-Session: ses_short\n x Hivemind-Session: ${two}`;
  expect(sessionsIn(message)).toEqual([one, two]);
  expect(sessionsIn(noteOf([two, one, two]))).toEqual([one, two]);
  expect(unite([{ session: one, by: 'edits' }], [{ session: one, by: 'note' }])).toEqual([
    { session: one, by: 'edits' },
  ]);
});
