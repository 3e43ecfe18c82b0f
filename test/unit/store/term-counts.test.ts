import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TermCounts } from '../../../src/store/term-counts.ts';

const anyTerm = fc.oneof(
  fc.constantFrom('error', 'src/parser.ts', '日本'),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const anyEvents = fc.array(fc.array(anyTerm, { maxLength: 12 }), { maxLength: 30 });

test('it never counts less than there is, and lengths exactly', () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const counts = new TermCounts();
      const truth = new Map<string, number>();
      for (const terms of events) {
        counts.add(terms);
        for (const term of new Set(terms)) truth.set(term, (truth.get(term) ?? 0) + 1);
      }
      expect(counts.events).toBe(events.length);
      expect(counts.length).toBe(events.flat().length);
      for (const [term, count] of truth) expect(counts.of(term)).toBeGreaterThanOrEqual(count);
      const saved = { events: counts.events, length: counts.length, counters: counts.counters() };
      const again = new TermCounts(saved);
      for (const term of truth.keys()) expect(again.of(term)).toBe(counts.of(term));
      expect(again.averageLength).toBe(counts.averageLength);
    }),
    { numRuns: 25 },
  );
});

test('among a hundred thousand terms nearly all counts are exact', () => {
  const counts = new TermCounts();
  const termOf = (number: number): string => `term${number}`;
  for (let event = 0; event < 10_000; event += 1)
    counts.add(Array.from({ length: 10 }, (_, index) => termOf(event * 10 + index)));
  let wrong = 0;
  for (let number = 0; number < 100_000; number += 1) if (counts.of(termOf(number)) !== 1) wrong += 1;
  expect(wrong).toBeLessThan(5_000);
  for (let copies = 0; copies < 50; copies += 1) counts.add(['common', 'common']);
  expect(counts.of('common')).toBeGreaterThanOrEqual(50);
  expect(counts.of('common')).toBeLessThan(55);
});

test('saved counters are those of the moment, not of later', () => {
  const counts = new TermCounts();
  counts.add(['a']);
  const saved = { events: 1, length: 1, counters: counts.counters() };
  counts.add(['a']);
  expect(new TermCounts(saved).of('a')).toBe(1);
});
