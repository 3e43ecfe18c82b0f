import { expect, test } from 'vitest';
import { textOf, topicsAt } from '../../../src/cli/help/topics.ts';
import { renderMarkdown } from '../../../src/cli/render/markdown.ts';
import { colourPaint, plainPaint } from '../../../src/cli/render/paint.ts';
import type { View } from '../../../src/cli/render/view.ts';
import { displayWidth } from '../../../src/core/display-width.ts';
import { packageRoot } from '../../world/home.ts';

const viewOf = (width: number): View => ({ paint: plainPaint, now: 0, width });
const topics = topicsAt(packageRoot);

test.each(topics.map((topic) => [topic.name, topic] as const))(
  'the guide %s fits a terminal, and nothing of it is cut',
  (_, topic) => {
    const markdown = textOf(topic);
    for (const width of [60, 80, 200]) {
      const text = renderMarkdown(markdown, viewOf(width));
      // Commands are copied from a guide, so that their lines stay whole: they are the ones with four spaces.
      const prose = text.split('\n').filter((line) => !line.startsWith('    '));
      for (const line of prose) expect(displayWidth(line)).toBeLessThanOrEqual(Math.min(width, 100));
      expect(text.split('…').length).toBeLessThanOrEqual(markdown.split('…').length);
      for (const [, code = ''] of markdown.matchAll(/^```\w*\n([^\n]+)/gm)) expect(text).toContain(code);
    }
  },
);

test('lists, tables and links are words on lines', () => {
  const markdown = [
    '# Title `x`',
    'A *word* and **another**, [a guide](recall.md#part), <https://a.example>.',
    '1. one\n   - deep `code`\n2. two',
    '| a | b |\n| --- | --- |\n| 1 | 2 |',
    '> quoted',
    '```sh\nhivemind stats\n```',
  ].join('\n\n');
  expect(renderMarkdown(markdown, viewOf(60))).toMatchInlineSnapshot(`
    "TITLE X

    A word and another, a guide (hivemind help guide recall),
    https://a.example.

    1. one
       • deep code
    2. two

    A  B
    1  2

    │ quoted

        hivemind stats"
  `);
});

test('a table that is too wide is shown row by row', () => {
  const cell = 'words '.repeat(20).trim();
  const text = renderMarkdown(`| a | b |\n| --- | --- |\n| key | ${cell} |`, viewOf(60));
  expect(text.split('\n')[0]).toBe('key');
  expect(text.match(/words/g)).toHaveLength(20);
});

test('sequences in the text are inert, with and without colour', () => {
  const text = 'a\u001b[2Jb **c\u009b1m** `d\u202e` \n\n```\n\u001b]0;x\u0007code\n```';
  const plain = renderMarkdown(text, viewOf(60));
  for (const sign of ['\u001b', '\u009b', '\u202e', '\u0007']) expect(plain).not.toContain(sign);
  expect(renderMarkdown(text, { ...viewOf(60), paint: colourPaint })).not.toContain('[2J');
});
