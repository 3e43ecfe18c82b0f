import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { eventually } from '../world/home.ts';
import { giveTeam, hears, type Machine, numbers, patienceMs } from '../world/team.ts';

const given = giveTeam();
let a: Machine;
let b: Machine;
beforeEach(async () => {
  const { team } = given();
  [a, b] = [await team.machine(), await team.machine()];
});

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
  await a.drained();
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
  await a.drained();
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
