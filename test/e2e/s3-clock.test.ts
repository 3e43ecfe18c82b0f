import { globSync } from 'node:fs';
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

const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];

test.for(['+1h', '-1h', '+10m'])(
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
