import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { heldClaims, lostClaims } from '../../../../src/daemon/claims/held.ts';
import { releaseClaim, takeClaim } from '../../../../src/daemon/claims/take.ts';
import { mainLine } from '../../../../src/daemon/lines.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import type { Claim } from '../../../../src/schema/records.ts';
import { type ClaimMachine, type Line, makeMachine, type World } from './machines.ts';

const minute = 60_000;
const world: World = { nowMs: Date.UTC(2026, 0, 1) };
const machines: ClaimMachine[] = [];
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hm-book-'));
  // One clock goes fast and one slow.
  for (const aheadMs of [0, 10 * minute, -7 * minute])
    machines.push(await makeMachine(world, directory, aheadMs));
}, 60_000);
afterAll(async () => {
  for (const { room } of machines) await room.remove();
  rmSync(directory, { recursive: true });
});

/** What one thing is called, and what it cannot be had beside. */
const things = ['a', 'a/x', 'b', 'item'] as const;
type Thing = (typeof things)[number];
const clash = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

type Step =
  | { do: 'take'; machine: number; who: number; thing: Thing; minutes: number }
  | { do: 'race'; thing: Thing; minutes: number }
  | { do: 'release'; machine: number; who: number }
  | { do: 'wait'; minutes: number }
  | { do: 'line'; machine: number; line: Line }
  | { do: 'retry'; machine: number };

const machine = fc.nat({ max: 2 });
const who = fc.nat({ max: 1 });
const thing = fc.constantFrom(...things);
const minutes = fc.constantFrom(1, 5, 20);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('take' as const), machine, who, thing, minutes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('race' as const), thing, minutes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), machine, who }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(0.01, 1, 4, 30) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('line' as const),
      machine,
      line: fc.constantFrom<Line>('well', 'cut', 'deaf'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retry' as const), machine }) },
);

const at = (index: number): ClaimMachine => machines[index] as ClaimMachine;
const heldAt = (index: number, run: number): Claim[] =>
  heldClaims(at(index).live.open, at(index).live.now()).filter(({ why }) => why === `run ${run}`);

async function take(
  run: number,
  index: number,
  person: number,
  wanted: Thing,
  forMinutes: number,
): Promise<void> {
  const { live } = at(index);
  const name = `run ${run} machine ${index} person ${person}`;
  await takeClaim(live, {
    what: wanted === 'item' ? { item: `itm_${run}` } : { paths: [`run${run}/${wanted}`] },
    holder: name,
    branch: mainLine(live.open).id,
    why: `run ${run}`,
    ttlMs: forMinutes * minute,
    author: { agent: 'tester', session: sessionId('tester', name), actor: { kind: 'human', name } },
  });
}

async function go(run: number, one: Step): Promise<void> {
  if (one.do === 'take') return take(run, one.machine, one.who, one.thing, one.minutes);
  if (one.do === 'race')
    return void (await Promise.all(machines.map((_, index) => take(run, index, 0, one.thing, one.minutes))));
  if (one.do === 'wait') world.nowMs += one.minutes * minute;
  if (one.do === 'line') at(one.machine).line = one.line;
  if (one.do === 'retry') await at(one.machine).live.confirmer.retry();
  if (one.do !== 'release') return;
  const name = `run ${run} machine ${one.machine} person ${one.who}`;
  const author = {
    agent: 'tester',
    session: sessionId('tester', name),
    actor: { kind: 'human' as const, name },
  };
  for (const claim of heldAt(one.machine, run))
    if (claim.session === author.session) await releaseClaim(at(one.machine).live, claim, author);
}

const thingsOf = ({ paths, item }: Claim): string[] => (item === null ? paths : [item]);

/** The confirmed ones of everybody, as each machine believes of its own. */
function expectExclusive(run: number): void {
  const confirmed = machines
    .flatMap((_, index) => heldAt(index, run))
    .filter(({ standing }) => standing === 'confirmed');
  for (const one of confirmed)
    for (const other of confirmed)
      if (one.session !== other.session)
        for (const mine of thingsOf(one))
          for (const theirs of thingsOf(other)) expect(clash(mine, theirs)).toBe(false);
}

/** What has come of the claims of a run: it must be seen that all of it happens. */
function outcomes(run: number): string[] {
  return machines.flatMap(({ live }, index) => [
    ...heldAt(index, run).map(({ standing }) => standing),
    ...lostClaims(live.open, live.now()).flatMap(({ why, state }) => (why === `run ${run}` ? [state] : [])),
  ]);
}

let runs = 0;
it('nothing is ever confirmed for two at one time, and what is provisional comes to an end', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      runs += 1;
      const run = runs;
      for (const one of steps) {
        await go(run, one);
        expectExclusive(run);
        for (const outcome of outcomes(run)) seen.add(outcome);
      }
      for (const one of machines) one.line = 'well';
      for (const one of machines) await one.live.confirmer.retry();
      expectExclusive(run);
      expect(outcomes(run)).not.toContain('provisional');
      // Whatever is left is over before the next run.
      world.nowMs += 60 * minute;
    }),
    { numRuns: 60 },
  );
  expect(seen).toEqual(new Set(['confirmed', 'provisional', 'lost']));
}, 240_000);
