import { expect, test } from 'vitest';
import { addedLines, linesShared, placeOf, scoreLine } from '../../../../src/core/git/edited-lines.ts';

const edit = (...hunks: string[][]) => ({ body: { hunks: hunks.map((lines) => ({ lines })) } });
const place = (lines: string[], at: number) => {
  const found = placeOf(lines, at);
  if (found === null) throw new Error('there is no such line');
  return found;
};

test('of two edits that wrote the same line the one with the same neighbours explains it better', () => {
  const file = ['function a() {', '  return compute(1);', '}', 'function b() {', '  return compute(1);', '}'];
  const first = edit(['+function a() {', '+  return compute(1);', '+}']);
  const second = edit([' }', '+function b() {', '+  return compute(1);', '+}']);
  expect(scoreLine(first, place(file, 2))).toBeGreaterThan(scoreLine(second, place(file, 2)));
  expect(scoreLine(second, place(file, 5))).toBeGreaterThan(scoreLine(first, place(file, 5)));
});

test('a line that was there before, or was taken away, was not written', () => {
  const file = ['const kept = 1;'];
  expect(scoreLine(edit([' const kept = 1;']), place(file, 1))).toBe(0);
  expect(scoreLine(edit(['-const kept = 1;']), place(file, 1))).toBe(0);
  expect(scoreLine(edit(['+\tconst kept = 1;\r']), place(file, 1))).toBe(1);
});

test('a lone bracket is known by its neighbours only', () => {
  expect(scoreLine(edit(['+}']), place(['}'], 1))).toBe(0);
  expect(scoreLine(edit(['+  last();', '+}']), place(['  last();', '}'], 2))).toBeGreaterThan(1);
});

test('the text of a created file counts; bodies of any form do no harm', () => {
  const created = { body: { content: 'one line here\nanother line' } };
  expect(scoreLine(created, place(['another line'], 1))).toBe(1);
  for (const hunks of [null, 7, [null], [{ lines: 'x' }], [{ lines: [1, null] }]])
    expect(scoreLine({ body: { hunks } }, place(['abc'], 1))).toBe(0);
  expect(placeOf(['a'], 2)).toBeNull();
});

test('lines that an edit shares with a commit', () => {
  const added = addedLines(
    'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1,3 @@\n+  const shared = 1;\n+}\n+other\n',
  );
  expect(linesShared(edit(['+const shared = 1;', '+}', ' other']), added)).toBe(1);
  expect(linesShared(edit(['+}']), added)).toBe(0);
});
