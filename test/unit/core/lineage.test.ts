import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseView,
  forkView,
  liveSpans,
  mergeViews,
  seesEvent,
  viewSpans,
} from '../../../src/core/lineage.ts';
import type { Branch } from '../../../src/schema/records.ts';
import type { View } from '../../../src/schema/view.ts';
import { inSpans } from '../../../src/store/filter.ts';

const names = ['a', 'b', 'c'];
const view: fc.Arbitrary<View> = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names), fc.integer({ min: 1, max: 9 })))
  .map((entries) => {
    const made: View = {};
    for (const [branch, writer, seq] of entries) made[branch] = { ...made[branch], [writer]: seq };
    return made;
  });

/** All events that a view over `names` could tell apart. */
const everything = names.flatMap((branch) =>
  names.flatMap((writer) => Array.from({ length: 10 }, (_, index) => ({ branch, writer, seq: index + 1 }))),
);
type Place = (typeof everything)[number];

describe('views', () => {
  it.each([
    ['merge', mergeViews],
    ['base', baseView],
  ])('%s in any order, grouping and number of times are one', (_, combine) => {
    fc.assert(
      fc.property(view, view, view, (a, b, c) => {
        expect(combine(a, b)).toEqual(combine(b, a));
        expect(combine(combine(a, b), c)).toEqual(combine(a, combine(b, c)));
        expect(combine(a, a)).toEqual(a);
        expect(combine(combine(a, b), b)).toEqual(combine(a, b));
      }),
    );
  });

  it('a merge sees what either sees, its base what both see', () => {
    fc.assert(
      fc.property(view, view, (a, b) => {
        const [merged, base] = [mergeViews(a, b), baseView(a, b)];
        for (const event of everything) {
          const [inA, inB] = [seesEvent(a, event), seesEvent(b, event)];
          expect(seesEvent(merged, event)).toBe(inA || inB);
          expect(seesEvent(base, event)).toBe(inA && inB);
        }
        // What is absorbed changes nothing: merging twice, or taking the base with a merge.
        expect(mergeViews(a, base)).toEqual(a);
        expect(baseView(a, merged)).toEqual(a);
      }),
    );
  });

  it('as runs of events say the same', () => {
    fc.assert(
      fc.property(view, (seen) => {
        const spans = viewSpans(seen);
        for (const event of everything) expect(inSpans(spans, event)).toBe(seesEvent(seen, event));
      }),
    );
  });

  it('leave their arguments as they are', () => {
    fc.assert(
      fc.property(view, view, (a, b) => {
        const before = JSON.stringify([a, b]);
        mergeViews(a, b);
        baseView(a, b);
        expect(JSON.stringify([a, b])).toBe(before);
      }),
    );
  });
});

type Step = { kind: 'append' | 'fork'; at: number; writer: string };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('append', 'append', 'append', 'fork'),
  at: fc.nat(20),
  writer: fc.constantFrom('w1', 'w2'),
});

/** A branch beside what it is said to see: the naive model keeps the set of events itself. */
interface Grown {
  branch: Branch;
  own: Place[];
  inherited: ReadonlySet<Place>;
}

const branchOf = (id: string, from: View): Branch => ({ id, name: id, createdAt: 0, from });

/** Runs the steps; every writer numbers its events over all branches. */
function grow(steps: readonly Step[]): { forest: Grown[]; events: Place[] } {
  const forest: Grown[] = [{ branch: branchOf('main', {}), own: [], inherited: new Set() }];
  const events: Place[] = [];
  for (const { kind, at, writer } of steps) {
    const parent = forest[at % forest.length];
    if (parent === undefined) throw new Error('the forest is empty');
    if (kind === 'append') {
      const seq = events.filter((event) => event.writer === writer).length + 1;
      const event = { branch: parent.branch.id, writer, seq };
      parent.own.push(event);
      events.push(event);
    } else {
      const head = Object.fromEntries(parent.own.map((event) => [event.writer, event.seq]));
      const branch = branchOf(`fork-${forest.length}`, forkView(parent.branch, head));
      forest.push({ branch, own: [], inherited: new Set([...parent.inherited, ...parent.own]) });
    }
  }
  return { forest, events };
}

describe('branches', () => {
  it('see what their parent saw when they were forked, and all of their own, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { forest, events } = grow(steps);
        for (const { branch, own, inherited } of forest) {
          const live = liveSpans(branch);
          const recorded = viewSpans(branch.from);
          for (const event of events) {
            expect(seesEvent(branch.from, event)).toBe(inherited.has(event));
            expect(inSpans(recorded, event)).toBe(inherited.has(event));
            expect(inSpans(live, event)).toBe(inherited.has(event) || own.includes(event));
          }
        }
      }),
    );
  });

  it('two of one forest have as their base what both inherited or made', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(20), fc.nat(20), (steps, left, right) => {
        const { forest, events } = grow(steps);
        const [a, b] = [forest[left % forest.length], forest[right % forest.length]];
        if (a === undefined || b === undefined) throw new Error('the forest is empty');
        const viewOf = ({ branch, own }: Grown): View =>
          forkView(branch, Object.fromEntries(own.map((event) => [event.writer, event.seq])));
        const sees = ({ own, inherited }: Grown, event: Place): boolean =>
          inherited.has(event) || own.includes(event);
        const base = baseView(viewOf(a), viewOf(b));
        for (const event of events) expect(seesEvent(base, event)).toBe(sees(a, event) && sees(b, event));
      }),
    );
  });
});
