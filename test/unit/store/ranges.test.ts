import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RangeSet } from '../../../src/store/ranges.ts';

const writers = ['wr_a', 'wr_b', '__proto__'];
const highest = 40;

/** What a RangeSet is, said in the simplest way. */
class Model {
  places = new Set<string>();
  add = (writer: string, seq: number): boolean => {
    const isNew = !this.has(writer, seq);
    this.places.add(`${writer} ${seq}`);
    return isNew;
  };
  has = (writer: string, seq: number): boolean => this.places.has(`${writer} ${seq}`);
  seqsOf = (writer: string): number[] =>
    Array.from({ length: highest + 2 }, (_, index) => index + 1).filter((seq) => this.has(writer, seq));
  prefix = (writer: string): number => {
    let seq = 0;
    while (this.has(writer, seq + 1)) seq += 1;
    return seq;
  };
}

const anyWriter = fc.constantFrom(...writers);
const anySeq = fc.integer({ min: 1, max: highest });
const step = fc.oneof(
  fc.tuple(fc.constant('add' as const), anyWriter, anySeq, anySeq),
  fc.tuple(fc.constant('next' as const), anyWriter, anySeq, anySeq),
  fc.tuple(fc.constant('interval' as const), anyWriter, anySeq, anySeq),
);
const steps = fc.array(step, { maxLength: 40 });

function build(taken: typeof step extends fc.Arbitrary<infer S> ? S[] : never): {
  set: RangeSet;
  model: Model;
} {
  const set = new RangeSet();
  const model = new Model();
  for (const [kind, writer, one, other] of taken) {
    const [from, to] = [Math.min(one, other), Math.max(one, other)];
    if (kind === 'interval') {
      set.addInterval(writer, from, to);
      for (let seq = from; seq <= to; seq += 1) model.add(writer, seq);
    } else {
      const seq = kind === 'next' ? Math.min(highest, set.last(writer) + 1) : one;
      expect(set.add(writer, seq)).toBe(model.add(writer, seq));
    }
  }
  return { set, model };
}

function expectSame(set: RangeSet, model: Model): void {
  expect(set.size).toBe(model.places.size);
  for (const writer of writers) {
    const seqs = model.seqsOf(writer);
    expect(set.prefix(writer)).toBe(model.prefix(writer));
    expect(set.last(writer)).toBe(seqs.at(-1) ?? 0);
    for (let seq = 1; seq <= highest + 1; seq += 1) expect(set.has(writer, seq)).toBe(model.has(writer, seq));
    for (const [from, to] of [
      [1, highest],
      [5, 5],
      [7, 23],
      [highest, highest + 1],
    ] as const)
      expect(set.count(writer, from, to)).toBe(seqs.filter((seq) => seq >= from && seq <= to).length);
  }
}

test('it is a set of places, whatever it is made of and in whatever order', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const { set, model } = build(taken);
      expectSame(set, model);
    }),
    { numRuns: 300 },
  );
});

test('its intervals are ascending, do not touch, and are as it says when they come back from JSON', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const { set, model } = build(taken);
      for (const intervals of Object.values(set.toJSON()))
        for (const [index, [from, to]] of intervals.entries()) {
          expect(from).toBeLessThanOrEqual(to);
          expect(from).toBeGreaterThan((intervals[index - 1]?.[1] ?? -1) + 1);
        }
      expectSame(RangeSet.of(JSON.parse(JSON.stringify(set.toJSON()))), model);
    }),
    { numRuns: 200 },
  );
});

test('what is in one and not in the other, and what is in either', () => {
  fc.assert(
    fc.property(steps, steps, (some, others) => {
      const [left, right] = [build(some), build(others)];
      const rest = new Model();
      for (const place of left.model.places) if (!right.model.places.has(place)) rest.places.add(place);
      expectSame(left.set.without(right.set), rest);
      const both = new Model();
      both.places = new Set([...left.model.places, ...right.model.places]);
      expectSame(RangeSet.of(left.set.toJSON(), right.set.toJSON()), both);
      expectSame(left.set, left.model);
      expectSame(right.set, right.model);
    }),
    { numRuns: 200 },
  );
});
