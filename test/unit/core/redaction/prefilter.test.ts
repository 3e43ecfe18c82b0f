import { rules as secretlintPreset } from '@secretlint/secretlint-rule-preset-recommend';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textRules } from '../../../../src/core/redact-rules.ts';
import { createPrefilter } from '../../../../src/core/redaction/prefilter.ts';

const keywords = textRules.flatMap((rule) => rule.keywords);
const upperAscii = (text: string): string => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

it('wants exactly the rules that have a keyword in the text, in either case', () => {
  const prefilter = createPrefilter(textRules);
  const piece = fc.oneof(
    fc.constantFrom(...keywords),
    fc.constantFrom(...keywords).map(upperAscii),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      const naive = textRules.flatMap((rule, index) =>
        rule.keywords.some((keyword) => lower.includes(keyword)) ? [index] : [],
      );
      expect(prefilter(text)).toEqual(naive);
    }),
    { numRuns: 1000 },
  );
});

it('every keyword is ASCII, in lower case, and long enough for the table', () => {
  for (const keyword of keywords) expect(keyword).toMatch(/^[^A-Z\u0080-\uffff]{3,}$/);
});

it('every rule of the secretlint preset runs, or is left out on purpose', () => {
  const leftOut = ['gcp', 'privatekey', 'npm', 'basicauth', 'database-connection-string', 'filter-comments'];
  const names = secretlintPreset.map((rule) => rule.meta.id.replace(/^.*secretlint-rule-/, ''));
  const ours = new Set(textRules.map((rule) => rule.name));
  expect(names.filter((name) => !ours.has(name)).sort()).toEqual(leftOut.sort());
});
