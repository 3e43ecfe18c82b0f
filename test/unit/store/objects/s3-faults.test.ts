import { afterEach, expect, type TestContext, test } from 'vitest';
import type { Objects } from '../../../../src/store/objects/objects.ts';
import type { S3Timing } from '../../../../src/store/objects/s3.ts';
import {
  always,
  type Fault,
  type FaultProxy,
  type Schedule,
  script,
  seeded,
  startFaultProxy,
} from '../../../world/fault-proxy.ts';
import { provideBucket } from './places.ts';

const bucket = provideBucket();
/** Long enough for a busy machine, short enough for an answer that never comes. */
const TIMING = { attemptMs: 1_000, deadlineMs: 15_000, maxAttempts: 4 };
const HASTY = { attemptMs: 600, deadlineMs: 5_000, maxAttempts: 2 };
const LATENCY_MS = 60_000;

let proxy: FaultProxy | null = null;
afterEach(async () => {
  await proxy?.close();
  proxy = null;
});

interface Behind {
  objects: Objects;
  proxy: FaultProxy;
}

/** Objects behind a proxy: `old` is there already, with the content `old`. */
async function openBehindProxy(context: TestContext, timing: Partial<S3Timing> = TIMING): Promise<Behind> {
  proxy = await startFaultProxy(bucket.need(context).endpoint);
  const objects = await bucket.open(context, proxy.endpoint, timing);
  await objects.putIfAbsent('old', Buffer.from('old'));
  return { objects, proxy };
}

/** Each function with what it gives when it succeeds. */
const calls: Record<string, { run: (objects: Objects) => Promise<unknown>; gives: unknown }> = {
  get: { run: async (objects) => String(await objects.get('old')), gives: 'old' },
  'get of what is not there': { run: (objects) => objects.get('absent'), gives: null },
  'put of a new key': { run: (objects) => objects.putIfAbsent('new', Buffer.from('new')), gives: true },
  'put of a key that is taken': {
    run: (objects) => objects.putIfAbsent('old', Buffer.from('mine')),
    gives: false,
  },
  list: { run: (objects) => objects.list('o'), gives: ['old'] },
  delete: { run: (objects) => objects.delete('old'), gives: undefined },
};

const faults: Record<string, { fault: Fault; code: string }> = {
  'a cut connection': { fault: { kind: 'cut' }, code: 'UNAVAILABLE' },
  SlowDown: { fault: { kind: 'slow-down' }, code: 'RESOURCE_EXHAUSTED' },
  'an answer that does not come': { fault: { kind: 'latency', delayMs: LATENCY_MS }, code: 'UNAVAILABLE' },
  'a reset in the middle': { fault: { kind: 'reset' }, code: 'UNAVAILABLE' },
  'a lost answer': { fault: { kind: 'drop-response' }, code: 'UNAVAILABLE' },
};

for (const [name, { run, gives }] of Object.entries(calls))
  for (const [what, { fault }] of Object.entries(faults))
    test(`${name}: gets over ${what}`, async (context) => {
      const { objects, proxy } = await openBehindProxy(context);
      proxy.setSchedule(script(fault));
      expect(await run(objects)).toEqual(gives);
      expect(proxy.seen.some((seen) => seen.fault === fault.kind)).toBe(true);
      expect(String(await objects.get('old'))).toBe(name === 'delete' ? 'null' : 'old');
    });

for (const [what, { fault, code }] of Object.entries(faults))
  test(`every function gives up on ${what} that does not end, says so, and works again afterwards`, async (context) => {
    const { objects, proxy } = await openBehindProxy(context, HASTY);
    for (const [name, { run, gives }] of Object.entries(calls)) {
      if (what === 'a lost answer' && name.startsWith('put')) continue;
      proxy.setSchedule(always(fault));
      await expect(run(objects), name).rejects.toMatchObject({ code, hint: expect.any(String) });
      proxy.setSchedule(null);
      // What timed out may have been done.
      const done = name === 'delete' || (name === 'put of a new key' && fault.kind === 'latency');
      if (!done) expect(await run(objects), name).toEqual(gives);
    }
  });

const losesPuts: Schedule = ({ method }) => (method === 'PUT' ? { kind: 'drop-response' } : null);

test('a put whose answers are all lost is found by reading it back', async (context) => {
  const { objects, proxy } = await openBehindProxy(context);
  proxy.setSchedule(losesPuts);
  expect(await objects.putIfAbsent('new', Buffer.from('mine'))).toBe(true);
  expect(await objects.putIfAbsent('old', Buffer.from('mine'))).toBe(false);
  proxy.setSchedule(null);
  expect(String(await objects.get('new'))).toBe('mine');
  expect(String(await objects.get('old'))).toBe('old');
});

test('a put that another writer made meanwhile is his', async (context) => {
  const { objects, proxy } = await openBehindProxy(context);
  const { endpoint } = bucket.need(context);
  const other = await bucket.open(context, endpoint);
  expect(other.place).not.toBe(objects.place);
  proxy.setSchedule(script({ kind: 'cut' }, { kind: 'drop-response' }, { kind: 'cut' }));
  expect(await objects.putIfAbsent('old', Buffer.from('mine'))).toBe(false);
});

test('a server that refuses connections is UNAVAILABLE, and back when it is back', async (context) => {
  const { objects, proxy } = await openBehindProxy(context, HASTY);
  await proxy.refuse();
  for (const { run } of Object.values(calls))
    await expect(run(objects)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await proxy.listen();
  expect(await objects.list('')).toEqual(['old']);
});

test('an expired token is PERMISSION_DENIED at once, for every function, and says what to set', async (context) => {
  const { objects, proxy } = await openBehindProxy(context);
  proxy.setSchedule(always({ kind: 'expired-token' }));
  const before = proxy.seen.length;
  for (const { run } of Object.values(calls))
    await expect(run(objects)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      hint: expect.stringContaining('AWS_SESSION_TOKEN'),
    });
  expect(proxy.seen.length - before).toBe(Object.keys(calls).length);
  proxy.setSchedule(null);
  expect(await objects.list('')).toEqual(['old']);
});

test('a listing that is cut short is an error or whole, never a part', async (context) => {
  const { objects, proxy } = await openBehindProxy(context, { ...HASTY, maxAttempts: 3, pageSize: 2 });
  const keys = Array.from({ length: 7 }, (_, index) => `k${index}`);
  for (const key of keys) await objects.putIfAbsent(key, Buffer.from('x'));
  proxy.setSchedule(({ index }) => (index % 2 === 0 ? { kind: 'reset' } : null));
  expect(await objects.list('k')).toEqual(keys);
  proxy.setSchedule(({ index }) => (index < 2 ? null : { kind: 'reset' }));
  await expect(objects.list('k')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('under a storm of faults what was reported is what is there', async (context) => {
  const { objects, proxy } = await openBehindProxy(context, { ...TIMING, maxAttempts: 10 });
  const kinds = Object.values(faults)
    .map(({ fault }) => fault)
    .filter(({ kind }) => kind !== 'latency');
  proxy.setSchedule(seeded(7, 0.3, kinds));
  const reported = new Map<string, string>();
  for (let index = 0; index < 60; index += 1) {
    const key = `storm/${index % 40}`;
    if (await objects.putIfAbsent(key, Buffer.from(`put ${index}`))) reported.set(key, `put ${index}`);
  }
  expect(proxy.seen.filter(({ fault }) => fault !== null).length).toBeGreaterThan(10);
  proxy.setSchedule(null);
  const there = await objects.list('storm/');
  expect(there.toSorted()).toEqual([...reported.keys()].toSorted());
  for (const key of there) expect(String(await objects.get(key))).toBe(reported.get(key));
  expect(reported.size).toBe(40);
});
