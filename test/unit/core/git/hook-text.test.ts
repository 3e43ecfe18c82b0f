import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  callerIn,
  callText,
  hasBlock,
  hookFile,
  insertBlock,
  isOurHook,
  quoteShell,
  removeBlock,
  withoutCall,
} from '../../../../src/core/git/hook-text.ts';
import { gitHooks } from '../../../../src/core/git/report.ts';

const line = fc.oneof(
  fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', '')),
  fc.constantFrom(
    '#!/bin/sh',
    'exit 0',
    '# >>> hivemind git >>>',
    '[ -x /a ] && /a post-commit "$@" || :',
    '\r',
  ),
);
const text = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends ? '\n' : ''));
const path = fc
  .string({ minLength: 1, maxLength: 30, unit: 'binary-ascii' })
  .map((name) => `/${name.replace(/[\n\0]/g, "'")}`);

test('a block goes out byte for byte as it came in, and putting it in twice is once', () => {
  fc.assert(
    fc.property(text, fc.array(line, { maxLength: 3 }), fc.boolean(), (before, lines, isScript) => {
      fc.pre(!hasBlock(before));
      const after = insertBlock(before, lines, isScript);
      expect(hasBlock(after)).toBe(true);
      expect(removeBlock(after)).toBe(before);
      expect(insertBlock(after, lines, isScript)).toBe(after);
    }),
  );
});

test('whoever is called is known again, whatever the path, and nobody else is', () => {
  fc.assert(
    fc.property(path, fc.option(path), fc.constantFrom(...gitHooks), fc.boolean(), (shim, home, hook, is) => {
      const caller = { shim, home, isBesideFlag: is && hook === 'prepare-commit-msg' };
      const file = hookFile(caller, hook);
      expect(callerIn(file, hook)).toEqual(caller);
      expect(callerIn(file, 'pre-push')).toBeNull();
      expect(isOurHook(file, hook)).toBe(true);
      expect(isOurHook(`${file}echo more\n`, hook)).toBe(false);
      expect(callerIn(withoutCall(file, hook), hook)).toBeNull();
    }),
  );
});

test('a line that only looks like ours is not', () => {
  expect(callerIn('[ -x /a ] && /b post-commit "$@" || :', 'post-commit')).toBeNull();
  expect(callerIn('  [ -x /a ] && /a post-commit "$@" || :', 'post-commit')).toBeNull();
  expect(callText({ shim: '/a b', home: '/c' }, 'post-merge')).toBe(
    `[ -x '/a b' ] && HIVEMIND_HOME=/c '/a b' post-merge "$@" || :`,
  );
  expect(quoteShell("it's $(x)")).toBe(`'it'\\''s $(x)'`);
});
