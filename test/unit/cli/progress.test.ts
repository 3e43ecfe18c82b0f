import { expect, test } from 'vitest';
import { createProgress, progressText } from '../../../src/cli/progress.ts';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 60, write: (text: string) => written.push(text) } };
}

test('bar, percentage, time left, message; in the width that there is', () => {
  const text = progressText({ done: 50, total: 200, message: 'reading\u001b[2J a.jsonl' }, 5000, 80);
  expect(text).toBe(`${'█'.repeat(5)}${'░'.repeat(15)}  25 %  15.0 s left  reading a.jsonl`);
  expect(progressText({ done: 1, total: 2, message: 'x'.repeat(100) }, 0, 40)).toHaveLength(40);
});

test.each([[0], [-5], [Number.NaN]])('a total of %d is nought per cent', (total) => {
  expect(progressText({ done: 3, total, message: '' }, 10, 40)).toContain('  0 %');
});

test('on a terminal one line draws itself again and goes away', () => {
  const { written, stream } = recorder(true);
  let now = 0;
  const line = createProgress(stream, () => now);
  line.report({ done: 1, total: 4, message: 'a' });
  now = 10;
  line.report({ done: 2, total: 4, message: 'too soon' });
  now = 100;
  line.report({ done: 3, total: 4, message: 'b' });
  line.clear();
  expect(written.map((text) => text.includes('\n'))).toEqual([false, false, false]);
  expect(written.join('')).not.toContain('too soon');
  expect(written.at(-1)).toBe('\r\u001b[K');
});

test('a terminal that does not know its width gets a line all the same', () => {
  const { written, stream } = recorder(true);
  createProgress({ ...stream, columns: 0 }, () => 0).report({ done: 1, total: 2, message: 'a' });
  expect(written.join('')).toContain('50 %');
});

test('elsewhere plain lines, few of them, and the last one', () => {
  const { written, stream } = recorder(false);
  let now = 0;
  const line = createProgress(stream, () => now);
  for (now = 0; now < 7000; now += 100) line.report({ done: now, total: 7000, message: 'a' });
  line.report({ done: 7000, total: 7000, message: 'a' });
  line.clear();
  expect(written).toEqual(['0 %  a\n', '71 %  a\n', '100 %  a\n']);
});
