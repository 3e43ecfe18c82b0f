import fc from 'fast-check';

/** Names and values that have broken somebody's quoting, path, terminal or comparison before. */
const known = [
  "' OR '1'='1",
  "x' OR '1'='1' --",
  "'; DROP TABLE events; --",
  "it''s",
  "\\' OR 1=1 --",
  '" OR ""="',
  '`id`; $(touch pwned)',
  '%27%20OR%201=1',
  "NULL) OR (session LIKE '%",
  '%',
  '_',
  '*',
  '../../x',
  '..',
  '.',
  '/etc/passwd',
  '..\\..\\x',
  'C:\\CON',
  'CON',
  'nul.txt',
  '~',
  '-',
  '--help',
  '--workspace=right',
  'right',
  'a/b',
  'a\u0000b',
  '\u0000',
  'a\nb\r\nc',
  '\u001b[31mred\u001b]0;title\u0007',
  'abc\u202etxt.exe',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\ud800',
  'x\udfffy',
  'Caf\u00e9',
  'Cafe\u0301',
  '\u212b',
  '\u00c5',
  '\uff07 OR 1=1',
  'İı',
  '👩‍💻',
  '日本語',
  'مرحبا',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '{"$gt":""}',
  '[]',
  'null',
  'undefined',
  'NaN',
  '-1',
  '9'.repeat(400),
  ' ',
  '\t',
  '',
  'A'.repeat(10_000),
  "'".repeat(2_000),
  '🙂'.repeat(2_500),
  '<script>alert(1)</script>',
  '{{7*7}}',
];

const hostileString = fc.oneof(
  fc.constantFrom(...known),
  fc.tuple(fc.constantFrom(...known), fc.constantFrom(...known)).map(([a, b]) => `${a}${b}`.slice(0, 12_000)),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom("'", '"', '\\', '-', ' ', 'O', 'R', '=', '1', '%', ')', '('),
    maxLength: 30,
  }),
);

/** `count` values, each once, the known ones first as far as there is room for them: the same for the same seed. */
export function hostileValues(count: number, seed: number): string[] {
  const drawn = fc.sample(hostileString, { numRuns: count * 2, seed });
  const half =
    fc.sample(fc.shuffledSubarray(known, { minLength: known.length }), { numRuns: 1, seed })[0] ?? [];
  return [...new Set([...half.slice(0, Math.ceil(count * 0.7)), ...drawn])].slice(0, count);
}
