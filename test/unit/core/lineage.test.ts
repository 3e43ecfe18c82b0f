import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveScope, scopeAt } from '../../../src/core/lineage.ts';
import { type BranchRecord, unbornBranch } from '../../../src/core/records/branch.ts';
import { Scope } from '../../../src/core/scope.ts';
import type { Cut } from '../../../src/schema/view.ts';
import { inSpans } from '../../../src/store/filter.ts';

interface Place {
  branch: string;
  writer: string;
  seq: number;
}

const board = 'board';

/** One step of a random history: write, fork, or merge, by one of two writers. */
const step = fc.record({
  act: fc.constantFrom('write', 'write', 'write', 'fork', 'merge'),
  writer: fc.constantFrom('a', 'b'),
  from: fc.nat(),
  to: fc.nat(),
});

interface World {
  events: Place[];
  lines: Map<string, BranchRecord>;
  /** Branch → the events that it sees, by the naive model: sets that are copied and united. */
  seen: Map<string, Set<Place>>;
}

function play(steps: readonly { act: string; writer: string; from: number; to: number }[]): World {
  const world: World = {
    events: [],
    lines: new Map([['main', line('main', null)]]),
    seen: new Map([['main', new Set()]]),
  };
  const seqs: Record<string, number> = { a: 0, b: 0 };
  const append = (branch: string, writer: string): Place => {
    seqs[writer] = (seqs[writer] ?? 0) + 1;
    const event = { branch, writer, seq: seqs[writer] };
    world.events.push(event);
    world.seen.get(branch)?.add(event);
    return event;
  };
  for (const { act, writer, from, to } of steps) {
    const names = [...world.lines.keys()];
    const source = names[from % names.length] ?? 'main';
    const target = names[to % names.length] ?? 'main';
    const cut = cutOf(world.events, source);
    if (act === 'write') append(source, writer);
    else if (act === 'fork') {
      const id = `b${names.length}`;
      world.lines.set(id, line(id, { branch: source, cut }));
      world.seen.set(id, new Set(world.seen.get(source)));
      append(id, writer);
    } else if (source !== target) {
      const { seq } = append(target, writer);
      const merges = world.lines.get(target)?.merges;
      merges?.push({ event: '', writer, seq, at: 0, by: '', source: { branch: source, cut } });
      for (const event of world.seen.get(source) ?? []) world.seen.get(target)?.add(event);
    }
  }
  return world;
}

const line = (id: string, parent: BranchRecord['parent']): BranchRecord => ({
  ...unbornBranch(id, 0, ''),
  parent,
});

function cutOf(events: readonly Place[], branch: string): Cut {
  const cut: Cut = {};
  for (const event of events) if (event.branch === branch) cut[event.writer] = event.seq;
  return cut;
}

const history = fc.array(step, { maxLength: 60 });

describe('lineage', () => {
  it('sees what the naive model sees, live and as it was, by the scope and by its spans', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { events, lines, seen } = play(steps);
        for (const [branch, expected] of seen) {
          const live = liveScope(lines, branch, board);
          const fixed = scopeAt(lines, { branch, cut: cutOf(events, branch) });
          for (const event of events) {
            expect(live.sees(event)).toBe(expected.has(event));
            expect(fixed.sees(event)).toBe(expected.has(event));
            expect(inSpans(live.spans(), event)).toBe(expected.has(event));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('sees as much at every earlier step as was seen then', () => {
    fc.assert(
      fc.property(history, fc.nat(), (steps, at) => {
        const early = play(steps.slice(0, at % (steps.length + 1)));
        const late = play(steps);
        for (const [branch, expected] of early.seen) {
          const scope = scopeAt(late.lines, { branch, cut: cutOf(early.events, branch) });
          for (const event of late.events) {
            const wasSeen = [...expected].some(
              ({ writer, seq }) => writer === event.writer && seq === event.seq,
            );
            expect(scope.sees(event)).toBe(wasSeen);
          }
        }
      }),
    );
  });

  it('is a lattice: what both see is the base, what one brings the other is the rest', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (steps, left, right) => {
        const { events, lines, seen } = play(steps);
        const names = [...seen.keys()];
        const [a, b] = [left, right].map((at) => {
          const branch = names[at % names.length] ?? 'main';
          return scopeAt(lines, { branch, cut: cutOf(events, branch) });
        }) as [Scope, Scope];
        const base = a.meet(b);
        const brings = a.without(b);
        expect(base.canonical()).toBe(b.meet(a).canonical());
        for (const event of events) {
          expect(base.sees(event)).toBe(a.sees(event) && b.sees(event));
          expect(inSpans(brings, event)).toBe(a.sees(event) && !b.sees(event));
        }
      }),
    );
  });

  it('goes as deep as a chain of forks goes, and ends in a ring of merges', () => {
    const lines = new Map([['b0', line('b0', null)]]);
    for (let depth = 1; depth < 20_000; depth += 1)
      lines.set(`b${depth}`, line(`b${depth}`, { branch: `b${depth - 1}`, cut: { a: depth } }));
    const scope = liveScope(lines, 'b19999', board);
    expect(scope.sees({ branch: 'b0', writer: 'a', seq: 1 })).toBe(true);
    expect(scope.sees({ branch: 'b0', writer: 'a', seq: 2 })).toBe(false);
    const ring = [line('x', null), line('y', null)] as const;
    const merge = (source: string) => ({
      event: '',
      writer: 'a',
      seq: 1,
      at: 0,
      by: '',
      source: { branch: source, cut: { a: 9 } },
    });
    ring[0].merges.push(merge('y'));
    ring[1].merges.push(merge('x'));
    const both = liveScope(new Map(ring.map((one) => [one.id, one])), 'x', board);
    expect(both.sees({ branch: 'y', writer: 'a', seq: 9 })).toBe(true);
  });

  it('a scope that sees all of a branch keeps seeing it, whatever is added', () => {
    const scope = new Scope();
    scope.add('b', null);
    scope.add('b', { a: 1 });
    expect(scope.sees({ branch: 'b', writer: 'z', seq: 99 })).toBe(true);
    expect(scope.reach('b', 'z')).toBeNull();
    expect(scope.covers('b', null)).toBe(true);
  });

  it('takes of two cuts, neither of which is the later, the farther of each writer', () => {
    const scope = new Scope();
    scope.add('b', { a: 5, z: 2 });
    scope.add('b', { a: 3, z: 7 });
    expect([scope.reach('b', 'a'), scope.reach('b', 'z')]).toEqual([5, 7]);
    expect(scope.covers('b', { a: 5, z: 7 })).toBe(true);
    expect(scope.covers('b', { a: 6 })).toBe(false);
  });
});
