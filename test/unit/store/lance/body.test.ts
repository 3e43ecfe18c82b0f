import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBody, unpackBody } from '../../../../src/store/lance/body.ts';

const text = 'The quick brown fox jumps over the lazy dog, and back again: 日本語 😀 "quoted" \\ \u0000 end.';

/** Strings that stand in the text, and others. */
const anyString = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.tuple(fc.nat(text.length), fc.nat(text.length)).map(([from, length]) => text.slice(from, from + length)),
  fc.constant(text),
);
const anyKey = fc.oneof(
  fc.constantFrom(
    '$text',
    '$plain',
    '$redaction',
    '$$redaction',
    '__proto__',
    'constructor',
    'toString',
    '0',
    '',
  ),
  fc.string({ maxLength: 5 }),
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    anyString,
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300),
    fc.tuple(fc.nat(text.length), fc.nat(30)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(anyKey, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
const anyBody = fc
  .array(fc.tuple(anyKey, anyValue), { maxLength: 5 })
  .map((entries): Record<string, unknown> => Object.fromEntries(entries));

const expectBack = (body: Record<string, unknown>, from = text): void => {
  const packed = packBody(body, from);
  expect(JSON.stringify(unpackBody(packed, from).body)).toBe(JSON.stringify(body));
};

test('a body comes back as it was, whatever its keys and values look like', () => {
  fc.assert(
    fc.property(anyBody, (body) => expectBack(body)),
    { numRuns: 1000 },
  );
});

test('a body comes back as it was from any depth', () => {
  const innermost = fc.oneof(
    anyString,
    fc.tuple(fc.nat(5), fc.nat(9)).map((place) => ({ $text: place })),
    anyString.map((value) => ({ $plain: { $text: value } })),
    anyString.map((value) => ({ $text: value })),
  );
  const wraps = fc.array(fc.constantFrom('list', 'plain', 'text', 'field'), { minLength: 55, maxLength: 80 });
  fc.assert(
    fc.property(innermost, wraps, (inner, around) => {
      let value: unknown = inner;
      for (const wrap of around)
        if (wrap === 'list') value = [value];
        else if (wrap === 'field') value = { a: value };
        else value = { [`$${wrap}`]: value };
      expectBack({ value });
    }),
    { numRuns: 500 },
  );
});

test('what stands in the text is not stored again', () => {
  const long = text.repeat(100);
  const packed = packBody({ input: long, list: [long.slice(7, 900)], other: 'x'.repeat(50) }, long);
  expect(packed.length).toBeLessThan(200);
  expectBack({ input: long, list: [long.slice(7, 900)], other: 'x'.repeat(50) }, long);
});

test('the version of the redaction rules comes back, and takes nothing from the body', () => {
  fc.assert(
    fc.property(anyBody, fc.nat(1000), (body, version) => {
      const { body: back, redaction } = unpackBody(packBody(body, text, version), text);
      expect(redaction).toBe(version);
      expect(JSON.stringify(back)).toBe(JSON.stringify(body));
    }),
  );
});

test('a body of before versions were kept has none', () => {
  expect(unpackBody('{"a":1}', '')).toEqual({ body: { a: 1 } });
  expect(unpackBody('{"$redaction":2}', '')).toEqual({ body: {}, redaction: 2 });
});
