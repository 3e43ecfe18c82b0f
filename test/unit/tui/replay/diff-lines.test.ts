import { expect, test } from 'vitest';
import type { DiffLine } from '../../../../src/core/step-view.ts';
import { colouringFor } from '../../../../src/tui/replay/colouring.ts';
import { diffLines } from '../../../../src/tui/replay/diff-lines.ts';

const diff: DiffLine[] = [
  { kind: 'hunk', text: '@@ -1,2 +1,2 @@' },
  { kind: 'context', text: ' /* a note' },
  { kind: 'remove', text: "-that ends */ const a = 'old';" },
  { kind: 'add', text: "+that ends */ const a = 'new', depth = 12;" },
];

test('both sides of a diff have the colours of their language, and every character once', async () => {
  const lines = diffLines(diff, 80, await colouringFor('src/a.ts'));
  expect(lines.map(({ text }) => text)).toEqual(diff.map(({ text }) => text));
  const [, note, removed, added] = lines;
  expect(note?.parts?.find(({ text }) => text.includes('a note'))?.tone).toBe('comment');
  expect(removed?.parts?.[0]).toEqual({ text: '-', tone: 'remove' });
  // What the line means depends on the one before it, on its side.
  expect(added?.parts?.find(({ text }) => text.includes('that ends'))?.tone).toBe('comment');
  const tones = Object.fromEntries((added?.parts ?? []).map(({ text, tone }) => [text.trim(), tone]));
  expect(tones).toMatchObject({ '+': 'add', const: 'keyword', "'new'": 'string', '12': 'number' });
});

test('a wrapped line keeps its colours and loses nothing', async () => {
  const colouring = await colouringFor('a.py');
  const long: DiffLine[] = [{ kind: 'add', text: `+\treturn "${'word '.repeat(30)}" # why` }];
  const lines = diffLines(long, 20, colouring);
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.every(({ text }) => text.length <= 20)).toBe(true);
  expect(lines.map(({ text }) => text).join('')).toBe(`+  return "${'word '.repeat(30)}" # why`);
  expect(lines.flatMap(({ parts = [] }) => parts).map(({ tone }) => tone)).toEqual(
    expect.arrayContaining(['add', 'keyword', 'string', 'comment']),
  );
});

test('what is too long, or of no known language, is coloured as a whole', async () => {
  const colouring = await colouringFor('a.ts');
  const wide: DiffLine[] = [{ kind: 'add', text: `+${'const '.repeat(400)}` }];
  const many = Array.from({ length: 2001 }, (): DiffLine => ({ kind: 'add', text: '+const a = 1;' }));
  for (const each of [wide, many])
    expect(
      diffLines(each, 80, colouring).every(({ parts, tone }) => parts === undefined && tone === 'add'),
    ).toBe(true);
  expect(await colouringFor('a.unheard-of')).toBeNull();
  expect(await colouringFor(`${'x'.repeat(5000)}.${'y'.repeat(5000)}`)).toBeNull();
  expect(await colouringFor('__proto__')).toBeNull();
});
