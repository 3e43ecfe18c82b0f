import { beforeEach, expect, test } from 'vitest';
import type { AppError } from '../../src/schema/app-error.ts';
import { eventually } from '../world/home.ts';
import { giveTeam, hears, type Machine, numbers, patienceMs } from '../world/team.ts';

const given = giveTeam();
let a: Machine;
let b: Machine;
beforeEach(async () => {
  const { team } = given();
  [a, b] = [await team.machine(), await team.machine()];
});

/** Two times this is more than a table takes before it is closed. */
const many = 4_500;

const sealedOf = async (machine: Machine): Promise<string> =>
  (await machine.stats()).tables
    .filter(({ state }) => state === 'sealed')
    .map(({ name }) => name)
    .join();

test('one machine seals what both have written; the other goes over to the new tables and reads on', async () => {
  await a.join();
  await a.drained();
  await b.join();
  await Promise.all([a.say('left', 1, many), b.say('right', 1, many)]);
  // Whoever sees that the table is full when it writes closes it.
  for (const machine of [a, b]) {
    expect(await hears(machine, 'left', many)).toEqual(numbers(many));
    expect(await hears(machine, 'right', many)).toEqual(numbers(many));
  }
  expect(await a.say('left', many + 1, 1)).toBe(1);
  await eventually(async () => (await sealedOf(a)) !== '', 'a sealed table', patienceMs);
  await eventually(async () => (await sealedOf(a)) === (await sealedOf(b)), 'the same tables', patienceMs);
  for (const machine of [a, b]) {
    expect(await hears(machine, 'left', many + 1)).toEqual(numbers(many + 1));
    expect(await hears(machine, 'right', many)).toEqual(numbers(many));
    expect(await machine.recall('left')).toBe('found');
    expect((await machine.status()).events).toBe(2 * many + 2);
  }
  const merges = await Promise.all([a, b].map(async (one) => (await one.stats()).upkeep.last));
  expect(merges.filter((last) => last !== null)).toHaveLength(1);

  // What is not in memory any more cannot be read without the bucket, and that is what is said.
  await b.line.refuse();
  expect(['found', 'UNAVAILABLE']).toContain(await b.recall('left'));
  const read = await b.heard('right').catch((error: AppError) => error.code);
  expect(['UNAVAILABLE', numbers(many)]).toContainEqual(read);
  await b.line.listen();
  expect(await hears(b, 'left', many + 1)).toEqual(numbers(many + 1));
});
