import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AppError } from '../../src/schema/app-error.ts';
import { eventually } from '../world/home.ts';
import { type S3, startS3 } from '../world/s3.ts';
import { hears, type Machine, makeTeam, numbers, patienceMs, type Team } from '../world/team.ts';

let found: S3 | { skip: string };
let s3: S3;
let team: Team;
let a: Machine;
let b: Machine;
beforeAll(async () => {
  found = await startS3();
  if (!('skip' in found)) s3 = found;
}, 300_000);
beforeEach(async (context) => {
  if ('skip' in found) return context.skip(found.skip);
  team = makeTeam(s3);
  [a, b] = [await team.machine(), await team.machine()];
});
afterEach(() => team?.remove());
afterAll(() => s3?.stop());

const homeOf = ({ home }: Machine): string => join(home.dir, '.hivemind');

test('a copied home gets a writer id of its own: both go on, nothing is doubled or lost', async () => {
  await a.join();
  expect(await a.say('before', 1, 20)).toBe(20);
  await a.drained();
  // Some events have not left the machine when it is copied.
  await a.line.refuse();
  expect(await a.say('before', 21, 20)).toBe(20);
  await a.home.json(['daemon', 'stop']);
  mkdirSync(homeOf(b), { recursive: true });
  execFileSync('cp', ['-a', `${homeOf(a)}/.`, homeOf(b)]);
  await a.line.listen();
  await Promise.all([a.start(), b.start()]);
  expect(await a.say('mine', 1, 30)).toBe(30);
  expect(await b.say('theirs', 1, 30)).toBe(30);
  expect(await a.writer()).not.toBe(await b.writer());
  for (const machine of [a, b]) {
    expect(await hears(machine, 'before', 40)).toEqual(numbers(40));
    expect(await hears(machine, 'mine', 30)).toEqual(numbers(30));
    expect(await hears(machine, 'theirs', 30)).toEqual(numbers(30));
  }
  for (const machine of [a, b])
    await eventually(async () => (await machine.status()).events === 101, '101 events', patienceMs);
});

test('a home that has lost its journal gets a new writer id, and none of its numbers is used twice', async () => {
  await a.join();
  await b.join();
  expect(await a.say('before', 1, 50)).toBe(50);
  await a.drained();
  const before = await a.writer();
  const directory = await a.directory();
  await a.home.kill();
  rmSync(join(directory, 'journal'), { recursive: true });
  await a.start();
  expect(await a.say('after', 1, 50)).toBe(50);
  expect(await a.writer()).not.toBe(before);
  for (const machine of [a, b]) {
    expect(await hears(machine, 'before', 50)).toEqual(numbers(50));
    expect(await hears(machine, 'after', 50)).toEqual(numbers(50));
    expect((await machine.status()).events).toBe(101);
  }
});

test('a home that was put back to an older state goes on under a new writer id', async () => {
  await a.join();
  await b.join();
  expect(await a.say('before', 1, 20)).toBe(20);
  await a.drained();
  const directory = await a.directory();
  await a.home.json(['daemon', 'stop']);
  const saved = join(a.home.dir, 'saved');
  cpSync(join(directory, 'journal'), saved, { recursive: true });
  await a.start();
  expect(await a.say('before', 21, 20)).toBe(20);
  await a.drained();
  await a.home.json(['daemon', 'stop']);
  rmSync(join(directory, 'journal'), { recursive: true });
  cpSync(saved, join(directory, 'journal'), { recursive: true });
  await a.start();
  expect(await a.say('after', 1, 20)).toBe(20);
  for (const machine of [a, b]) {
    expect(await hears(machine, 'before', 40)).toEqual(numbers(40));
    expect(await hears(machine, 'after', 20)).toEqual(numbers(20));
  }
});

const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];

test.for(['+1h', '-1h', '+10m', '-10m'])(
  'a clock that is wrong by %s: every session in its order, and visible once the store takes the signatures',
  async (offset, context) => {
    if (library === undefined) return context.skip('libfaketime is not installed');
    await a.join();
    await b.join();
    expect(await b.say('common', 1, 10)).toBe(10);
    expect(await hears(a, 'common', 10)).toEqual(numbers(10));
    const wrong = {
      LD_PRELOAD: library,
      FAKETIME: offset,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
    await b.home.json(['daemon', 'stop']);
    const started = await b.home.hivemind(['daemon', 'start'], { env: wrong });
    expect(started.exitCode).toBe(0);
    expect(await b.say('common', 11, 20)).toBe(20);
    expect(await a.say('right', 1, 20)).toBe(20);
    if (offset.endsWith('h')) {
      // S3 refuses what is signed by a clock that is more than 15 minutes wrong.
      await eventually(
        async () => /clock|time|403/i.test(String((await b.status()).store?.trouble)),
        'a word about the clock',
        patienceMs,
      );
      await b.home.json(['daemon', 'stop']);
      await b.start();
    }
    expect(await b.say('common', 31, 10)).toBe(10);
    for (const machine of [a, b]) {
      expect(await hears(machine, 'common', 40)).toEqual(numbers(40));
      expect(await hears(machine, 'right', 20)).toEqual(numbers(20));
    }
  },
);

/** Two times this is more than a table takes before it is closed. */
const many = 4_500;

const sealedOf = async (machine: Machine): Promise<string> =>
  (await machine.stats()).tables
    .filter(({ state }) => state === 'sealed')
    .map(({ name }) => name)
    .join();

test('one machine seals what both have written; the other goes over to the new tables and reads on', async () => {
  await a.join();
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
