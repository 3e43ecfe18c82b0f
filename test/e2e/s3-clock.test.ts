import { globSync, writeFileSync } from 'node:fs';
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

const offsetFile = ({ home }: Machine): string => join(home.dir, 'clock-offset');

/** The system's clock is wrong by this, for a daemon that is started with it, until the file says something else. */
function clockOff(preload: string, machine: Machine, offset: string): Record<string, string> {
  writeFileSync(offsetFile(machine), offset);
  return {
    LD_PRELOAD: preload,
    FAKETIME_TIMESTAMP_FILE: offsetFile(machine),
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
}

const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];

test.for(['+1h', '-1h', '+10m'])(
  'a clock that is wrong by %s: every session in its order, and visible once the store takes the signatures',
  async (offset, context) => {
    if (library === undefined) return context.skip('libfaketime is not installed');
    await a.join();
    await b.join();
    expect(await b.say('common', 1, 10)).toBe(10);
    expect(await hears(a, 'common', 10)).toEqual(numbers(10));
    await b.home.json(['daemon', 'stop']);
    const started = await b.home.hivemind(['daemon', 'start'], { env: clockOff(library, b, offset) });
    expect(started.exitCode).toBe(0);
    expect(await b.say('common', 11, 20)).toBe(20);
    expect(await a.say('right', 1, 20)).toBe(20);
    if (offset.endsWith('h')) {
      // S3 refuses what is signed by a clock that is more than 15 minutes wrong.
      await eventually(
        async () => String((await b.status()).store?.trouble).includes("refuses this machine's clock"),
        'a word about the clock',
        patienceMs,
      );
      expect((await b.status()).tail).toBeGreaterThan(0);
      // Somebody sets it, while the daemon runs.
      writeFileSync(offsetFile(b), '+0');
    }
    expect(await b.say('common', 31, 10)).toBe(10);
    for (const machine of [a, b]) {
      expect(await hears(machine, 'common', 40)).toEqual(numbers(40));
      expect(await hears(machine, 'right', 20)).toEqual(numbers(20));
    }
  },
);

test('a machine that joins with a clock that is wrong by an hour is told so, and joins once it is set', async (context) => {
  if (library === undefined) return context.skip('libfaketime is not installed');
  await a.join();
  expect(await a.say('work', 1, 10)).toBe(10);
  await a.drained();
  const started = await b.home.hivemind(['daemon', 'start'], { env: clockOff(library, b, '+1h') });
  expect(started.exitCode).toBe(0);
  const refused = await b.home.hivemind(b.joining);
  expect([refused.exitCode, refused.stderr]).toEqual([
    4,
    expect.stringMatching(/refuses this machine's clock[\s\S]*set-ntp/),
  ]);
  expect((await b.home.call('workspace.list', {})).workspaces).toEqual([]);
  await b.home.json(['daemon', 'stop']);
  await b.join();
  expect(await hears(b, 'work', 10)).toEqual(numbers(10));
});
