import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, LineReader, lineLimitBytes } from '../../../src/wire/ndjson.ts';

/** Reads `body` in pieces of the given sizes, the rest as one. */
function readInPieces(body: Buffer, sizes: readonly number[]): Line[] {
  const reader = new LineReader(1);
  const lines: Line[] = [];
  let from = 0;
  for (const size of [...sizes, body.length]) {
    lines.push(...reader.read(body.subarray(from, from + size)));
    from += size;
  }
  return [...lines, ...reader.end()];
}

const short = (line: Line): unknown[] => [line.number, 'value' in line ? line.value : line.refused];

test('lines have the numbers that they have in the body; blank ones are passed over, the last may be unended', () => {
  const body = Buffer.from('{"a":1}\n\n  \r\n[2]\r\n"three"\n4');
  expect(readInPieces(body, []).map(short)).toEqual([
    [1, { a: 1 }],
    [4, [2]],
    [5, 'three'],
    [6, 4],
  ]);
});

test('however a body is cut into pieces, its lines are the same', () => {
  const line = fc.oneof(
    fc.json({ maxDepth: 1 }),
    fc.constantFrom('', '{', 'é日本\u{1f600}', '"é日本\u{1f600}"', 'nul', '\u0000', ' '),
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 40 }),
      fc.boolean(),
      (lines, sizes, hasEnd) => {
        const body = Buffer.from(lines.join('\n') + (hasEnd ? '\n' : ''));
        expect(readInPieces(body, sizes).map(short)).toEqual(readInPieces(body, []).map(short));
      },
    ),
    { numRuns: 500 },
  );
});

test('a line that is no UTF-8 or no JSON is refused by itself', () => {
  const body = Buffer.concat([
    Buffer.from('"good"\n"bad '),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"\n{"a":\n"ü good"\n'),
  ]);
  expect(readInPieces(body, [9]).map(short)).toEqual([
    [1, 'good'],
    [2, 'the line is not UTF-8'],
    [3, 'the line is not JSON'],
    [4, 'ü good'],
  ]);
});

test.each([
  ['and others follow', '\n"next"\n', [[2, 'next']]],
  ['at the end', '', []],
])('a line that is too long is refused, and nothing of it kept: %s', (_name, after, others) => {
  const reader = new LineReader(1);
  for (let sent = 0; sent <= lineLimitBytes; sent += 1 << 20) {
    expect(reader.read(Buffer.alloc(1 << 20, 0x61))).toEqual([]);
    expect(reader.keptBytes).toBeLessThanOrEqual(lineLimitBytes);
  }
  expect(reader.keptBytes).toBe(0);
  const lines = [...reader.read(Buffer.from(after)), ...reader.end()];
  expect(lines.map(short)).toEqual([[1, `the line is longer than ${lineLimitBytes} bytes`], ...others]);
});

test('a line without an end is an error, not an endless buffer', () => {
  const reader = new LineReader(5);
  const send = (): void => {
    for (let sent = 0; sent < 80; sent += 1) reader.read(Buffer.alloc(1 << 20, 0x61));
  };
  expect(send).toThrowError(/line 5 has no end/);
});

test('nesting of any depth is read', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(readInPieces(Buffer.from(`${deep}\n1\n`), [70_000])).toHaveLength(2);
});
