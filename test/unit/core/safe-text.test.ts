import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeLine, safeText } from '../../../src/core/safe-text.ts';

const ESC = '\u001b';

test.each([
  ['colour', `${ESC}[31mred${ESC}[0m`, 'red'],
  ['an 8-bit CSI', '\u009b2Jx', 'x'],
  ['a window title', `${ESC}]0;evil\u0007after`, 'after'],
  ['a hyperlink', `${ESC}]8;;http://evil${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
  ['a device control string', `${ESC}P+q544e${ESC}\\x`, 'x'],
  ['an unfinished title', `${ESC}]0;half`, '0;half'],
  ['cursor moves', `a${ESC}[1;1Hb${ESC}7c${ESC}(Bd`, 'abcd'],
  ['bells, backspaces and NUL', 'a\u0007\u0008\u0000b', 'ab'],
  ['a carriage return that overwrites', 'safe\rrm -rf', 'safe\nrm -rf'],
  ['Windows line ends', 'a\r\nb', 'a\nb'],
  ['bidirectional overrides', 'a\u202eb\u2066c\u200fd', 'abcd'],
  ['tabs and newlines, which stay', 'a\tb\nc', 'a\tb\nc'],
  ['other scripts and emoji, which stay', '日本語 é 👩', '日本語 é 👩'],
])('%s', (_, hostile, safe) => {
  expect(safeText(hostile)).toBe(safe);
});

test('no text leaves a control character behind', () => {
  const latin = fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code));
  const hostile = fc.string({
    unit: fc.oneof(latin, fc.constantFrom('\u001b', '[', ']', ';', '\u2028', '\u202e')),
  });
  const isControl = (text: string): boolean =>
    /[\p{Cc}\p{Zl}\p{Bidi_Control}]/u.test(text.replaceAll(/[\n\t]/g, ''));
  fc.assert(fc.property(hostile, (text) => !isControl(safeText(text))));
});

test('a megabyte of openers is read once, not once per opener', () => {
  const openers = `${ESC}]\u009d\u0090`.repeat(250_000);
  expect(safeText(openers)).toBe('');
});

test('safeLine is one line', () => {
  expect(safeLine('  a\n\tb  ')).toBe('a b');
});
