import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { createLease, type Lease } from '../../../../src/store/objects/lease.ts';
import { openLocalObjects } from '../../../../src/store/objects/local.ts';
import type { Objects } from '../../../../src/store/objects/objects.ts';
import { eventually } from '../../../world/home.ts';
import { provideDirectories, providePlaces } from './places.ts';

const directories = provideDirectories();
const ttlMs = 60_000;
const HOUR_MS = 3_600_000;

/** A machine with a clock of its own, hours away from the others'. */
function startMachine(
  objects: Objects,
  name: string,
  offsetMs: number,
): { lease: Lease; pass(ms: number): void } {
  let nowMs = offsetMs;
  return {
    lease: createLease(objects, 'upkeep', name, { ttlMs, elapsedMs: () => nowMs }),
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

for (const { kind, open } of providePlaces()) {
  test(`${kind}: one of many who ask at once has the lease`, async (context) => {
    const make = await open(context);
    const leases = Array.from({ length: 8 }, (_, index) =>
      createLease(make(), 'upkeep', `m${index}`, { ttlMs }),
    );
    const taken = await Promise.all(leases.map((lease) => lease.tryTake()));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(leases.map((lease) => lease.isHeld())).toEqual(taken);
  });

  test(`${kind}: whatever the clocks say, only a lease that stood still for its time is taken over`, async (context) => {
    const make = await open(context);
    const a = startMachine(make(), 'a', 0);
    const b = startMachine(make(), 'b', 5 * HOUR_MS);
    const c = startMachine(make(), 'c', -3 * HOUR_MS);
    expect(await a.lease.tryTake()).toBe(true);
    expect(await b.lease.tryTake()).toBe(false);
    b.pass(ttlMs - 1);
    expect(await a.lease.renew()).toBe(true);
    b.pass(ttlMs - 1);
    // B sees the renewed version for the first time now, and C has only just begun to look.
    expect(await b.lease.tryTake()).toBe(false);
    expect(await c.lease.tryTake()).toBe(false);
    b.pass(ttlMs);
    expect(await b.lease.tryTake()).toBe(true);
    expect(await c.lease.tryTake()).toBe(false);
  });

  test(`${kind}: a holder that was frozen knows by its own clock, and does not get back what others took`, async (context) => {
    const make = await open(context);
    const frozen = startMachine(make(), 'frozen', 0);
    const other = startMachine(make(), 'other', 0);
    await frozen.lease.tryTake();
    await other.lease.tryTake();
    other.pass(ttlMs);
    expect(await other.lease.tryTake()).toBe(true);
    frozen.pass(ttlMs);
    expect(frozen.lease.isHeld()).toBe(false);
    expect(await frozen.lease.renew()).toBe(false);
    await frozen.lease.release();
    expect(await other.lease.renew()).toBe(true);
    expect(other.lease.isHeld()).toBe(true);
  });

  test(`${kind}: a lease that was released is free at once, and old versions are deleted`, async (context) => {
    const make = await open(context);
    const [a, b] = [startMachine(make(), 'a', 0), startMachine(make(), 'b', 0)];
    await a.lease.tryTake();
    for (let renewals = 0; renewals < 5; renewals += 1) expect(await a.lease.renew()).toBe(true);
    expect(await b.lease.tryTake()).toBe(false);
    await a.lease.release();
    expect(a.lease.isHeld()).toBe(false);
    expect(await a.lease.renew()).toBe(false);
    expect(await b.lease.tryTake()).toBe(true);
    expect(await make().list('')).toHaveLength(2);
  });

  test(`${kind}: two processes of one name are two holders`, async (context) => {
    const make = await open(context);
    const [a, clone] = [startMachine(make(), 'a', 0), startMachine(make(), 'a', 0)];
    expect(await a.lease.tryTake()).toBe(true);
    expect(await clone.lease.tryTake()).toBe(false);
    expect(await clone.lease.renew()).toBe(false);
  });
}

test('a process that is stopped loses its lease to another, and says so when it goes on', async () => {
  const directory = directories.make();
  const holder = join(import.meta.dirname, 'lease-holder.ts');
  const start = (name: string) =>
    execa(process.execPath, [holder, directory, name, '400'], { reject: false });
  const said: Record<string, string> = { first: '', second: '' };
  const listen = (name: string, child: ReturnType<typeof start>): void => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said[name] += String(chunk);
    });
  };
  const first = start('first');
  listen('first', first);
  await eventually(async () => said.first === 'held\n', 'the first to have it');
  const second = start('second');
  listen('second', second);
  first.kill('SIGSTOP');
  await eventually(async () => said.second === 'held\n', 'the second to have it');
  first.kill('SIGCONT');
  await first;
  expect(said).toEqual({ first: 'held\nlost\n', second: 'held\n' });
  second.kill('SIGKILL');
  await second;
  const lease = createLease(openLocalObjects(directory), 'upkeep', 'third', { ttlMs: 100 });
  await eventually(() => lease.tryTake(), 'the lease of the dead to run out');
});
