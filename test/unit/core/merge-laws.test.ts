import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conflict, FindOpposed } from '../../../src/core/merge.ts';
import { compareEvents } from '../../../src/schema/event.ts';
import {
  interleave,
  type Machine,
  main,
  placeOf,
  replay,
  type State,
  startMachine,
} from '../../world/machine.ts';

/** A write of some record: few keys, fields and values, so that branches meet, agree, and change their minds. */
const write = fc.record({
  branch: fc.nat({ max: 2 }),
  record: fc.constantFrom('plan 1', 'plan 2', 'decision queue', 'decision cache', 'convention names'),
  field: fc.nat({ max: 2 }),
  value: fc.constantFrom('a', 'b', 'A.', 'c'),
});
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;
const writes = (most = 10): fc.Arbitrary<Write[]> => fc.array(write, { maxLength: most });

const types: Record<string, string> = {
  plan: 'plan.changed',
  decision: 'memory.decided',
  convention: 'memory.agreed',
};

function setOf(kind: string, key: string, field: number, value: string): Record<string, unknown> {
  if (kind === 'plan')
    return (
      [{ title: value }, { owner: value }, { note: value, state: value === 'a' ? 'done' : 'doing' }][field] ??
      {}
    );
  const state = field === 2 ? 'withdrawn' : 'standing';
  const [title, choice] = kind === 'decision' ? ['subject', 'choice'] : ['name', 'rule'];
  return { [title]: key, [choice]: value, reason: `${value}${field}`, state };
}

function play(machine: Machine, branches: readonly string[], list: readonly Write[]): void {
  for (const { branch, record, field, value } of list) {
    const [kind = '', key = ''] = record.split(' ');
    const body = { key, set: setOf(kind, key, field, value) };
    machine.write(branches[branch % branches.length] ?? main, types[kind] ?? '', body);
  }
}

/** Some history of main, then a branch, then both go on. */
const history = fc.record({ before: writes(), after: writes(16), clock: fc.constantFrom(0, 1) });
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

/** Different decisions of which one says c and the other a cannot both be followed. */
const findOpposed: FindOpposed = (ours, theirs) =>
  ours.flatMap((our, ourAt) =>
    theirs.flatMap((their, theirAt): [number, number][] =>
      [our.choice, their.choice].sort().join() === 'a,c' ? [[ourAt, theirAt]] : [],
    ),
  );

function grow(
  { before, after, clock }: History,
  how: { findOpposed?: FindOpposed } = {},
): { machine: Machine; branch: string } {
  let ms = 0;
  const machine = startMachine('m', { ...how, clock: () => (ms += clock) });
  born(machine);
  play(machine, [main], before);
  const branch = machine.fork(main);
  play(machine, [main, branch], after);
  return { machine, branch };
}

const born = (machine: Machine): unknown =>
  machine.write(main, 'branch.created', { branch: main, name: 'main' });

const contestedIn = (state: State): string[] =>
  Object.entries(state).flatMap(([record, fields]) =>
    Object.entries(fields).flatMap(([field, { contested }]) =>
      contested.length > 0 ? [`${record}/${field}`] : [],
    ),
  );

const strategies = fc.constantFrom('ours' as const, 'theirs' as const, 'latest' as const);

const idsOf = ({ conflicts }: { conflicts: readonly { id: string }[] }): string[] =>
  conflicts.map(({ id }) => id);

describe('merging', () => {
  it('into a base that has not changed is a fast-forward', () => {
    fc.assert(
      fc.property(history, strategies, ({ before, after, clock }, strategy) => {
        const { machine, branch } = grow({ before, after: [], clock }, { findOpposed });
        play(machine, [branch], after);
        const merge = machine.merge(branch, main, strategy);
        expect([merge.decided, merge.conflicts]).toEqual([[], []]);
        expect(machine.state(main)).toEqual(machine.state(branch));
      }),
    );
  });

  it('gives the same in both directions when nothing conflicts, and the same conflicts when something does', () => {
    let agreed = 0;
    fc.assert(
      fc.property(history, (given) => {
        const { machine, branch } = grow(given, { findOpposed });
        const other = replay('n', machine.log, { findOpposed });
        const [into, from] = [machine.merge(branch, main, 'manual'), other.merge(main, branch, 'manual')];
        expect(idsOf(into)).toEqual(idsOf(from));
        if (into.conflicts.length > 0) return;
        agreed += 1;
        expect(machine.state(main)).toEqual(other.state(branch));
      }),
      { numRuns: 300 },
    );
    expect(agreed).toBeGreaterThan(10);
  });

  it('twice is once', () => {
    fc.assert(
      fc.property(history, strategies, (given, strategy) => {
        const { machine, branch } = grow(given, { findOpposed });
        machine.merge(branch, main, strategy);
        const before = machine.state(main);
        const again = machine.merge(branch, main, strategy);
        expect(again).toMatchObject({ brings: 0, changes: [], decided: [], conflicts: [] });
        expect(machine.state(main)).toEqual(before);
      }),
    );
  });

  it('leaves nothing contested that was not, and takes the side that the strategy says', () => {
    fc.assert(
      fc.property(history, strategies, (given, strategy) => {
        const { machine, branch } = grow(given, { findOpposed });
        const [ours, theirs] = [machine.state(main), machine.state(branch)];
        expect([...contestedIn(ours), ...contestedIn(theirs)]).toEqual([]);
        const { conflicts, changes } = machine.merge(branch, main, strategy);
        const merged = machine.state(main);
        expect(contestedIn(merged)).toEqual([]);
        const withdrawn = new Set<string>();
        const keepsOurs = (conflict: Conflict): boolean =>
          strategy === 'ours' || (strategy === 'latest' && isLater(conflict));
        // What has lost in its own field contradicts nobody any more.
        const gone = new Set(
          conflicts
            .filter(({ why, field }) => why === 'changed' && field === 'choice')
            .map((conflict) =>
              keepsOurs(conflict) ? `theirs ${conflict.theirs.key}` : `ours ${conflict.ours.key}`,
            ),
        );
        for (const conflict of conflicts.filter(({ why }) => why === 'opposed')) {
          if (gone.has(`ours ${conflict.ours.key}`) || gone.has(`theirs ${conflict.theirs.key}`)) continue;
          const isOurs = keepsOurs(conflict);
          gone.add(isOurs ? `theirs ${conflict.theirs.key}` : `ours ${conflict.ours.key}`);
          const loser = `decision/${isOurs ? conflict.theirs.key : conflict.ours.key}`;
          withdrawn.add(loser);
          expect(merged[loser]?.state?.value).toBe('withdrawn');
        }
        for (const conflict of conflicts.filter(({ why }) => why === 'changed')) {
          const [record, field] = placeOf(conflict);
          const side = keepsOurs(conflict) ? ours : theirs;
          if (field === 'state' && withdrawn.has(record)) continue;
          expect(merged[record]?.[field]?.value).toEqual(side[record]?.[field]?.value);
          if (field === 'choice' || field === 'rule')
            expect(merged[record]?.reason?.value).toEqual(side[record]?.reason?.value);
        }
        for (const { kind, key, field, after } of changes)
          if (!withdrawn.has(`${kind}/${key}`))
            expect(merged[`${kind}/${key}`]?.[field]?.value).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  it('is told by the log alone: any order of arrival, and any restart, give the same state', () => {
    fc.assert(
      fc.property(
        history,
        strategies,
        fc.infiniteStream(fc.nat()),
        fc.nat(),
        (given, strategy, dice, stop) => {
          const { machine, branch } = grow(given, { findOpposed });
          machine.merge(branch, main, strategy);
          const other = replay('n', machine.log);
          play(other, [main, branch], given.before);
          const late = interleave([machine.log, other.log.slice(machine.log.length)], dice);
          const third = startMachine('o');
          for (const [at, event] of late.entries()) {
            if (at === stop % late.length) third.restart();
            third.take(event);
          }
          for (const line of [main, branch]) expect(third.state(line)).toEqual(other.state(line));
        },
      ),
    );
  });
});

const isLater = ({ ours, theirs }: Parameters<typeof placeOf>[0]): boolean =>
  compareEvents(ours.value, theirs.value) > 0;

describe('merges of merges', () => {
  it('that cross find the same conflicts from either side, and none where both took the same', () => {
    fc.assert(
      fc.property(history, writes(4), strategies, fc.boolean(), (given, then, strategy, isSame) => {
        const { machine, branch } = grow(given, { findOpposed });
        const before = machine.fork(main);
        machine.merge(branch, main, 'ours');
        machine.merge(before, branch, isSame ? 'theirs' : 'ours');
        if (!isSame) play(machine, [main, branch], then);
        const other = replay('n', machine.log, { findOpposed });
        const [into, from] = [machine.prepare(branch, main), other.prepare(main, branch)];
        expect(idsOf(into)).toEqual(idsOf(from));
        if (isSame) expect(idsOf(into)).toEqual([]);
        const known = [...contestedIn(machine.state(main)), ...contestedIn(machine.state(branch))];
        expect(known).toEqual([]);
        machine.merge(branch, main, strategy);
        expect(contestedIn(machine.state(main))).toEqual([]);
        expect(machine.prepare(branch, main)).toMatchObject({ brings: 0, conflicts: [], decided: [] });
        machine.merge(main, branch, 'manual');
        expect(machine.state(branch)).toEqual(machine.state(main));
      }),
      { numRuns: 300 },
    );
  });

  it('bring all that went into them, once', () => {
    fc.assert(
      fc.property(history, writes(), strategies, (given, then, strategy) => {
        const { machine, branch } = grow(given, { findOpposed });
        const third = machine.fork(main);
        play(machine, [main, branch, third], then);
        machine.merge(branch, third, strategy);
        machine.merge(third, main, strategy);
        expect(machine.prepare(branch, main)).toMatchObject({ brings: 0, conflicts: [], decided: [] });
        expect(contestedIn(machine.state(main))).toEqual([]);
        machine.merge(main, third, strategy);
        expect(machine.state(third)).toEqual(machine.state(main));
      }),
      { numRuns: 200 },
    );
  });

  it('leave standing what another wrote and they had not seen', () => {
    let lost = 0;
    fc.assert(
      fc.property(history, writes(6), strategies, (given, late, strategy) => {
        const { machine, branch } = grow(given, { findOpposed });
        const other = replay('n', machine.log, { clock: () => 9 });
        const known = machine.log.length;
        play(other, [main], late);
        machine.merge(branch, main, strategy);
        const [mine, theirs] = [machine.log.slice(known), other.log.slice(known)];
        for (const event of theirs) machine.take(event);
        for (const event of mine) other.take(event);
        expect(machine.state(main)).toEqual(other.state(main));
        const last = new Map<string, unknown>();
        for (const { record, field, value } of late) {
          const [kind = '', key = ''] = record.split(' ');
          for (const [name, one] of Object.entries(setOf(kind, key, field, value)))
            last.set(`${kind}/${key} ${name}`, one);
        }
        for (const [place, value] of last) {
          const [record = '', field = ''] = place.split(' ');
          const found = machine.state(main)[record]?.[field];
          const standing = found?.contested.length === 0 ? [JSON.stringify(found.value)] : found?.contested;
          const same = (one: unknown): string => String(one).toLowerCase().replace(/\./g, '');
          expect(standing?.map(same)).toContain(same(JSON.stringify(value)));
          if ((found?.contested.length ?? 0) > 1) lost += 1;
        }
      }),
      { numRuns: 200 },
    );
    expect(lost).toBeGreaterThan(10);
  });
});
