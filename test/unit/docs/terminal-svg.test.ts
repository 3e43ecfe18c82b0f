import { expect, test } from 'vitest';
import { readAnsi } from '../../../scripts/pictures/ansi.ts';
import { terminalSvg } from '../../../scripts/pictures/terminal-svg.ts';

test('a look holds until the next one, across lines', () => {
  const [first = [], second = []] = readAnsi(
    '\u001b[1;31mred\u001b[0m plain\u001b[38;5;12m\nblue\u001b[39m \u001b[48;2;1;2;3mx',
  );
  expect(first.map(({ text, foreground, bold }) => [text, foreground, bold])).toEqual([
    ['red', 1, true],
    [' plain', null, false],
  ]);
  expect(second.map(({ text, foreground, background }) => [text, foreground, background])).toEqual([
    ['blue', 12, null],
    [' ', null, null],
    ['x', null, '#010203'],
  ]);
});

test('what a terminal shows is text in the picture, never markup', () => {
  const svg = terminalSvg(
    '</text><script>x()</script> & "q"\u001b]0;title\u0007\u001b[2Jend',
    '$ <a>',
    'a "b" <c>',
  );
  expect(svg).toContain('&lt;/text&gt;&lt;script&gt;x()&lt;/script&gt; &amp; "q"');
  expect(svg).toContain('aria-label="a &quot;b&quot; &lt;c&gt;"');
  for (const text of ['<script', '<a>', '\u001b', 'title']) expect(svg).not.toContain(text);
});

test('every cell has its place, also behind wide letters', () => {
  const x = [...terminalSvg('ab\u001b[1m日本\u001b[0mc', 't', 'd').matchAll(/x="([\d.]+)" y="58"/g)].map(
    ([, at]) => Number(at),
  );
  expect(x).toEqual([18, 18 + 2 * 8.4, 18 + 6 * 8.4].map((at) => Math.round(at * 10) / 10));
});
