import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { meet, readClaimed, sharedPaths } from '../../../../src/core/claims/overlap.ts';
import { createPathMatcher } from '../../../../src/store/path-glob.ts';

const meets = (a: string, b: string): boolean => meet(readClaimed(a), readClaimed(b));

test.each([
  ['src/a.ts', 'src/a.ts', true],
  ['src/a.ts', './src//a.ts/', true],
  ['src', 'src/store/a.ts', true],
  ['src/store', 'src/store2/a.ts', false],
  ['', 'anything/at/all', true],
  ['.', 'a', true],
  ['/', '/etc/passwd', true],
  ['/etc', 'etc', false],
  ['a/../b', 'b', true],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/a.js', false],
  ['src/*.ts', 'src/deep/a.ts', false],
  ['src/**/*.ts', 'src/a.ts', true],
  ['src/**/*.ts', 'src/deep/er/a.ts', true],
  ['src/**/*.ts', 'src', true],
  ['src/*.ts', 'src/*.js', false],
  ['src/a*', 'src/*b.ts', true],
  ['src/**', 'src/store/*', true],
  ['**/test.ts', 'src/**', true],
  ['lib/**', 'src/**', false],
  ['src/?.ts', 'src/a.ts', true],
  ['src/?.ts', 'src/ab.ts', false],
  ['app/[id]/page.tsx', 'app/[id]/page.tsx', true],
  ['app/[id]/page.tsx', 'app/i/page.tsx', false],
])('%s and %s', (a, b, isSame) => {
  expect(meets(a, b)).toBe(isSame);
  expect(meets(b, a)).toBe(isSame);
});

const name = fc
  .string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 3 })
  .filter((one) => !/^\.+$/.test(one));
const part = fc.oneof(
  name,
  fc.constant('**'),
  fc
    .string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 4 })
    .filter((one) => !one.includes('**')),
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

it('says of a glob and a path what a search for the glob says', () => {
  fc.assert(
    fc.property(glob, path, (pattern, file) => {
      // A glob that ends in folders of any number names what is in them, and for a claim the folder too.
      fc.pre(!pattern.endsWith('**'));
      const isFound = createPathMatcher([pattern])([file]);
      if (isFound) expect(meets(pattern, file)).toBe(true);
      // A file that lies deeper than the glob is not above it.
      else if (file.split('/').length >= pattern.split('/').length && !pattern.includes('**'))
        expect(meets(pattern, file)).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});

it('never overlooks a path that two globs share, and is the same from both sides', () => {
  fc.assert(
    fc.property(glob, glob, path, (a, b, file) => {
      if (createPathMatcher([a])([file]) && createPathMatcher([b])([file])) expect(meets(a, b)).toBe(true);
      expect(meets(a, b)).toBe(meets(b, a));
    }),
    { numRuns: 5_000 },
  );
});

it('is not kept at it by hostile paths', () => {
  const hostile = [
    `${'*a'.repeat(120)}b`,
    '**/'.repeat(80),
    `${'a/'.repeat(2_000)}b`,
    `${'?*'.repeat(120)}x`,
    'a'.repeat(4_096),
    `${'a'.repeat(254)}c`,
  ];
  const many = Array.from({ length: 200 }, (_, at) => hostile[at % hostile.length] ?? '');
  expect(sharedPaths(many, many).length).toBe(200);
});
