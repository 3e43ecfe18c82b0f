import { expect, test } from 'vitest';
import { durationText } from '../../../src/core/amount-text.ts';
import { viewStep } from '../../../src/core/step-view.ts';
import { eventOf } from '../cli/records.ts';

test('a tool call shows its command, its error and its output', () => {
  const step = viewStep(
    eventOf(0, {
      status: 'failed',
      text: 'npm test',
      body: {
        tool: 'Bash',
        input: { command: 'npm test', timeout: 5 },
        error: 'Exit code 1',
        output: 'x',
        exitCode: 1,
        durationMs: 2300,
      },
    }),
  );
  expect(step).toMatchObject({ kind: 'Bash', title: 'npm test', failed: true, facts: ['exit 1', '2.3 s'] });
  expect(step.sections).toEqual([
    { label: 'input', text: 'npm test\n{\n  "timeout": 5\n}' },
    { label: 'error', text: 'Exit code 1' },
    { label: 'output', text: 'x' },
  ]);
});

test('an edit shows its hunks as a diff', () => {
  const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-old', '+new', ' same'] };
  const step = viewStep(
    eventOf(0, {
      type: 'file.edited',
      body: { tool: 'Edit', path: 'a.ts', change: 'updated', hunks: [hunk] },
    }),
  );
  expect(step.title).toBe('updated a.ts');
  expect(step.sections).toEqual([
    {
      label: 'diff',
      diff: [
        { kind: 'hunk', text: '@@ -1,1 +1,1 @@' },
        { kind: 'remove', text: '-old' },
        { kind: 'add', text: '+new' },
        { kind: 'context', text: ' same' },
      ],
    },
  ]);
});

test('a created file shows its content as added', () => {
  const step = viewStep(
    eventOf(0, {
      type: 'file.edited',
      body: { tool: 'Write', path: 'a', change: 'created', content: 'one\ntwo\n' },
    }),
  );
  expect(step.sections).toEqual([
    {
      label: 'new file',
      diff: [
        { kind: 'add', text: '+one' },
        { kind: 'add', text: '+two' },
      ],
    },
  ]);
});

test('garbage in a body is shown or left out, never thrown', () => {
  const garbage = {
    hunks: [null, 7, { lines: 'x', oldStart: { toString: 1 } }, { lines: [1, '+\u001b[2Jok'] }],
    cut: { output: null },
    tool: 5,
  };
  const step = viewStep(eventOf(0, { type: 'file.edited', body: garbage }));
  expect(JSON.stringify(step)).not.toContain('\\u001b');
  expect(step.facts).toEqual(['output cut, ? bytes in all']);
});

test('an event of unknown type shows its text and its body', () => {
  const step = viewStep(eventOf(0, { type: 'plan.changed', text: 'new plan', body: { item: 1 } }));
  expect(step.kind).toBe('plan.changed');
  expect(step.sections).toEqual([
    { label: 'text', text: 'new plan' },
    { label: 'body', text: '{\n  "item": 1\n}' },
  ]);
});

test.each([
  [340, '340 ms'],
  [2500, '2.5 s'],
  [200_000, '3 min 20 s'],
])('%i ms', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});

test('a review shows what it says, about what, and nothing that a terminal would obey', () => {
  const step = viewStep(
    eventOf(0, {
      type: 'merge.reviewed',
      text: 'asked for changes in side: no\u001b[2J bound',
      body: {
        verdict: 'changes-requested',
        comment: 'no\u001b[2J bound',
        place: { path: 'src/\u202ea.ts', line: 3, commit: 'a'.repeat(40) },
      },
    }),
  );
  expect(step).toMatchObject({ kind: 'review', failed: false });
  expect(step.sections.map(({ label }) => label)).toEqual(['verdict', 'about', 'comment']);
  expect(step.sections[0]).toEqual({ label: 'verdict', text: 'changes requested' });
  expect(step.sections[1]).toMatchObject({ text: expect.stringMatching(/a\.ts:3 · commit a{12}$/) });
  expect(JSON.stringify(step)).not.toMatch(/\\u001b|\u202e/);
});
