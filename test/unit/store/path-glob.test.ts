import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPathMatcher } from '../../../src/store/path-glob.ts';
import { openRoom, range, type StoreRoom, spans } from '../../world/store.ts';

test.each<[glob: string, yes: string[], no: string[]]>([
  ['src', ['src', 'src/a.ts', 'src/store/a.ts'], ['srcs', 'lib/src', 'src2/a']],
  ['src/', ['src/a.ts'], ['srcs/a']],
  ['./src/*.ts', ['src/a.ts', 'src/.ts', 'src/a.ts/b'], ['src/store/a.ts', 'src/a.tsx']],
  ['src/**/*.ts', ['src/a.ts', 'src/store/lance/a.ts'], ['lib/src/a.ts', 'src/a.js']],
  ['**/parser.ts', ['parser.ts', 'a/parser.ts', '/a/b/parser.ts'], ['a/xparser.ts']],
  ['a**z', ['az', 'a/b/z', 'abcz', 'az/below'], ['a/b']],
  ['file-?.ts', ['file-1.ts', 'file-\u{1f600}.ts'], ['file-.ts', 'file-10.ts', 'file-/.ts']],
  ['*a*b', ['aab', 'xaxbxb'], ['a/b', 'ba']],
  ['**/x/**/y', ['x/y', 'a/x/b/c/y', 'x/x/y/y'], ['xy', 'y/x']],
  ['(a|b).[ts]+', ['(a|b).[ts]+'], ['a.t', '(a|b)X[ts]+']],
  ["it's", ["it's", "it's/a"], ['its']],
  ['*', ['a', '/a', 'a/b', ' '], ['', '\n']],
  ['', [], ['', 'a']],
  ['a\nb', [], ['a\nb', 'a', 'b']],
  ['b', ['a\nb', 'b\n'], []],
])('the glob %j says which paths it means', (glob, yes, no) => {
  const matches = createPathMatcher([glob]);
  expect(yes.filter((path) => !matches([path]))).toEqual([]);
  expect(no.filter((path) => matches([path]))).toEqual([]);
});

test('a long path does not keep a glob busy', () => {
  const path = 'a'.repeat(4_096);
  expect(createPathMatcher([`${'*a'.repeat(200)}*b`, `${'**/a*'.repeat(50)}/b`])([path])).toBe(false);
  expect(createPathMatcher([`${'*a'.repeat(200)}*`])([path])).toBe(true);
});

/** Few characters, so that globs meet paths; those that a regular expression or SQL could take for something else. */
const letters = [
  'a',
  'b',
  '/',
  '.',
  '-',
  'ä',
  '\u{1f600}',
  "'",
  '"',
  '\\',
  '\n',
  '[',
  ']',
  '^',
  '$',
  '|',
  '(',
  '{',
  '#',
  '<',
  '%',
  '_',
  '\r',
  '\t',
  '\ud800',
  'e\u0301',
];
const path = fc
  .oneof(
    fc.array(fc.constantFrom('a', 'b', '/', 'a/', '/b', '.ts'), { maxLength: 6 }),
    fc.array(fc.constantFrom(...letters), { maxLength: 6 }),
  )
  .map((parts) => parts.join(''));
const glob = fc
  .oneof(
    fc.array(fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?', '/**', '.ts'), { maxLength: 6 }),
    fc.array(fc.constantFrom(...letters, '*', '?', '**'), { maxLength: 5 }),
  )
  .map((parts) => parts.join(''));

let room: StoreRoom;
beforeAll(async () => {
  room = await openRoom();
});
afterAll(() => room.remove());

test('a sealed table and the memory understand the same by a glob', async () => {
  const lists = [[], [''], ...fc.sample(fc.array(path, { maxLength: 3 }), { numRuns: 600, seed: 20261121 })];
  await room.append(...lists.map((paths, index) => ({ ...room.eventOf(index + 1), paths, text: 'common' })));
  const inMemory = new Map<string, number[]>();
  const globs = fc.sample(fc.array(glob, { minLength: 1, maxLength: 2 }), { numRuns: 300, seed: 7 });
  const found = async (wanted: readonly string[]): Promise<number[]> =>
    (await room.store.find({ spans, paths: { globs: wanted } })).map(({ seq }) => seq);
  for (const wanted of globs) inMemory.set(JSON.stringify(wanted), await found(wanted));
  const sizes = [...inMemory.values()].map(({ length }) => length);
  expect(sizes.filter((size) => size > 0 && size < lists.length).length).toBeGreaterThan(50);
  await room.seal();
  expect(room.store.freshSize()).toBe(0);
  for (const wanted of globs)
    expect(await found(wanted), JSON.stringify(wanted)).toEqual(inMemory.get(JSON.stringify(wanted)));
  expect(await found(['**'])).toEqual(
    range(1, lists.length).filter((seq) => lists[seq - 1]?.some((one) => /[^\n]/.test(one))),
  );
  const [some] = globs.filter((wanted) => (inMemory.get(JSON.stringify(wanted)) ?? []).length > 20);
  const hits = await room.store.search(['common'], { spans, paths: { globs: some ?? [] } }, 1_000);
  expect(hits.map(({ event }) => event.seq).sort((a, b) => a - b)).toEqual(
    inMemory.get(JSON.stringify(some)),
  );
});
