import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWithout, fixedScope, scopeOf } from '../../../src/daemon/lines.ts';
import type { OpenWorkspace } from '../../../src/daemon/open-workspace.ts';
import { saveRecords } from '../../../src/daemon/records.ts';
import { compareEvents, type Event } from '../../../src/schema/event.ts';
import { interleave, type Machine, main, mergedKinds, startMachine } from '../../world/machine.ts';

/** What one of two machines does, on a branch that it knows; `sync`: it takes in some of what the other has. */
const step = fc.record({
  by: fc.nat({ max: 1 }),
  act: fc.constantFrom(
    'write',
    'write',
    'write',
    'talk',
    'fork',
    'merge',
    'merge',
    'merge',
    'rename',
    'delete',
    'restore',
    'stop',
    'sync',
    'sync',
  ),
  branch: fc.nat(),
  into: fc.nat(),
  value: fc.nat({ max: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const strategies = ['latest', 'ours', 'theirs', 'manual'] as const;

/** Birth or merge → ids of the events that its machine saw from there, as sets that are united. */
type Brought = Map<string, Set<string>>;

function seenIn({ log }: Machine, branch: string, brought: Brought): Set<string> {
  const own = log.filter((event) => event.branch === branch || event.body.branch === branch);
  const here = own.filter((event) => event.branch === branch).map(({ id }) => id);
  return new Set([...here, ...own.flatMap(({ id }) => [...(brought.get(id) ?? [])])]);
}

function play(steps: readonly Step[], brought: Brought): [Machine, Machine] {
  let ms = 0;
  // Much happens in the same moment, and one of the clocks goes back at first.
  const machines: [Machine, Machine] = [
    startMachine('a', { clock: () => ms++ >> 3 }),
    startMachine('b', { clock: () => Math.max(0, 5 - ms) + (ms >> 3) }),
  ];
  machines[0].write(main, 'branch.created', { branch: main, name: 'main' });
  give(machines[0], machines[1], 1);
  for (const one of steps) act(machines, one, brought);
  return machines;
}

/** Hands over the next of the other's own events, so many. */
function give(from: Machine, to: Machine, count: number): void {
  const known = to.open.store.seenUpTo(from.open.store.writer);
  const own = from.log.filter(({ writer }) => writer === from.open.store.writer);
  for (const event of own.slice(known, known + count)) to.take(event);
}

function act(
  machines: [Machine, Machine],
  { by, act: what, branch, into, value }: Step,
  brought: Brought,
): void {
  const [machine, other] = by === 0 ? machines : [machines[1], machines[0]];
  const lines = [...machine.open.branches.keys()];
  const at = lines[branch % lines.length] ?? main;
  const target = lines[into % lines.length] ?? main;
  const acts: Record<Step['act'], () => unknown> = {
    write: () =>
      machine.write(at, 'plan.changed', { key: `p${into % 2}`, set: { title: `t${value}`, owner: at } }),
    talk: () => machine.write(at, 'session.titled', { title: `talk ${value}` }),
    // Of few branches that meet often more is to be learned than of many.
    fork: () => lines.length < 4 && machine.fork(at),
    merge: () => at !== target && machine.merge(at, target, strategies[value] ?? 'latest'),
    rename: () => machine.write(at, 'branch.renamed', { branch: at, name: `name ${value}` }),
    delete: () => machine.write(at, 'branch.deleted', { branch: at }),
    restore: () => machine.write(at, 'branch.restored', { branch: at }),
    stop: () => machine.write(at, 'merge.stopped', { source: at, into: target, conflicts: [{ id: 'c' }] }),
    sync: () => give(other, machine, value * 3),
  };
  const seen = seenIn(machine, at, brought);
  const before = machine.log.length;
  acts[what]();
  const told = machine.log
    .slice(before)
    .find(({ type }) => type === 'branch.created' || type === 'merge.committed');
  if (told !== undefined && what !== 'sync') brought.set(told.id, seen);
}

/** Everything that is folded, in an order of its own. */
function foldedIn(open: OpenWorkspace): unknown {
  const { writes, branches, sessions, reach, observed, heads, latest } = saveRecords(open);
  const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const lines = branches.map(([id, line]) => [
    id,
    {
      ...line,
      merges: [...line.merges].sort(compareMerges),
      stopped: Object.entries(line.stopped).sort(byText),
    },
  ]);
  return {
    lines: lines.sort(byText),
    writes: [...writes].sort(byText),
    sessions: sessions
      .map(([id, { order, counts, ...part }]) => [id, part, sorted(order), sorted(counts)])
      .sort(byText),
    reach: reach.map(([id, writers]) => [id, [...writers].sort(byText)]).sort(byText),
    observed: [...observed].sort(byText),
    heads: [...heads].sort(byText),
    latest,
  };
}

const sorted = (object: object): unknown => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));

const compareMerges = (a: { event: string }, b: { event: string }): number => (a.event < b.event ? -1 : 1);

/** What the doors make of it, for each branch. */
function shownIn({ open, state }: Machine): unknown {
  const lines = [...open.branches.keys()].sort();
  return lines.map((id) => ({
    id,
    state: state(id),
    rows: mergedKinds.map((kind) =>
      open.registers.all(kind, scopeOf(open, id)).map(({ key, fields }) => [key, sorted(fields)]),
    ),
    visible: countWithout(open, scopeOf(open, id)),
    ahead: lines.map((other) => countWithout(open, fixedScope(open, id), fixedScope(open, other))),
  }));
}

test('two machines agree on everything once all has arrived, in whatever order and with whatever restarts', () => {
  let merges = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 20, maxLength: 80 }),
      fc.infiniteStream(fc.nat()),
      fc.nat(),
      (steps, dice, stop) => {
        const brought: Brought = new Map();
        const [a, b] = play(steps, brought);
        give(a, b, Number.POSITIVE_INFINITY);
        give(b, a, Number.POSITIVE_INFINITY);
        const logs = [a, b].map((one) => one.log.filter(({ writer }) => writer === one.open.store.writer));
        const late = startMachine('c');
        const all = interleave(logs, dice);
        for (const [at, event] of all.entries()) {
          if (at === stop % all.length) late.restart();
          late.take(event);
        }
        merges += all.filter(({ type }) => type === 'merge.committed').length;
        for (const other of [b, late]) {
          expect(foldedIn(other.open)).toEqual(foldedIn(a.open));
          expect(shownIn(other)).toEqual(shownIn(a));
        }
        for (const line of late.open.branches.keys()) {
          const isSeen = (event: Event): boolean => fixedScope(late.open, line).sees(event);
          expect(new Set(all.filter(isSeen).map(({ id }) => id))).toEqual(seenIn(late, line, brought));
        }
        a.restart();
        expect(shownIn(a)).toEqual(shownIn(b));
        expect([...all].sort(compareEvents)).toEqual([...a.log].sort(compareEvents));
      },
    ),
    { numRuns: 150 },
  );
  expect(merges).toBeGreaterThan(100);
});
