import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCursor, parseCursor } from '../../../src/core/live-cursor.ts';

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const writer = hex(32).map((digits) => `wr_${digits}`);
const seq = fc.integer({ min: 1, max: 1e12 });
const cut = fc.dictionary(writer, seq, { maxKeys: 4, noNullPrototype: true });

test('a place comes back as it was said', () => {
  const inside = fc.option(
    fc.record(
      { to: cut, at: fc.record({ hlc: hex(16), writer, seq }, { noNullPrototype: true }) },
      { noNullPrototype: true },
    ),
  );
  fc.assert(
    fc.property(cut, inside, (from, way) => {
      const cursor = { from, inside: way };
      expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
    }),
  );
});

test('what is no place is none, whatever it is', () => {
  for (const text of [
    '',
    'x',
    '0>',
    '0>0',
    '0@0',
    'wr_1:1',
    `wr_${'a'.repeat(32)}:1e3`,
    `wr_${'a'.repeat(32)}:-1`,
  ])
    expect(parseCursor(text), text).toBeNull();
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('wr_', 'a', ':', ',', '>', '@', '.', '1', '0') }),
      (text) => {
        const cursor = parseCursor(text);
        expect(cursor === null || typeof cursor.from === 'object').toBe(true);
      },
    ),
  );
});
