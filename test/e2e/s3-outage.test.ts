import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../world/home.ts';
import { type S3, startS3 } from '../world/s3.ts';
import { hears, type Machine, makeTeam, numbers, patienceMs, type Team } from '../world/team.ts';

let found: S3 | { skip: string };
let s3: S3;
let team: Team;
let a: Machine;
beforeAll(async () => {
  found = await startS3();
  if (!('skip' in found)) s3 = found;
}, 300_000);
beforeEach(async (context) => {
  if ('skip' in found) return context.skip(found.skip);
  team = makeTeam(s3);
  a = await team.machine();
  await a.join();
});
afterEach(() => team?.remove());
afterAll(() => s3?.stop());

/** Waits until the status says that something is wrong, and what. */
const trouble = (machine: Machine): Promise<string> =>
  eventually(
    async () => (await machine.status()).store?.trouble ?? null,
    'trouble in the status',
    patienceMs,
  );

/** What another machine, with a line that nothing is wrong with, has in the end: each event once, in order. */
async function expectShared(count: number): Promise<void> {
  const other = await team.machine();
  await other.join();
  expect(await hears(other, 'work', count)).toEqual(numbers(count));
  expect(await hears(a, 'work', count)).toEqual(numbers(count));
  for (const machine of [a, other]) expect((await machine.status()).events).toBe(count + 1);
}

test('the bucket is away: events are taken, the status says why they wait, and they go out by themselves', async () => {
  expect(await a.say('work', 1, 20)).toBe(20);
  await a.drained();
  await a.line.refuse();
  expect(await a.say('work', 21, 30)).toBe(30);
  expect(await trouble(a)).toMatch(/does not answer|connect|refused|error sending/i);
  const { tail, events, missing } = await a.status();
  expect([tail, events]).toEqual([30, 51]);
  expect(missing.join('\n')).toMatch(/lag behind: .* does not answer/);
  // What is in memory may be found; that there is nothing must not be said.
  expect(['found', 'UNAVAILABLE']).toContain(await a.recall('work'));
  await a.line.listen();
  await a.drained();
  await eventually(async () => (await a.status()).store?.trouble === null, 'no trouble any more', patienceMs);
  await expectShared(50);
});

test('a daemon that is killed and started while the bucket is away takes events, and says that it cannot read', async () => {
  expect(await a.say('work', 1, 20)).toBe(20);
  await a.drained();
  await a.line.refuse();
  expect(await a.say('work', 21, 10)).toBe(10);
  await a.home.kill();
  await a.start();
  expect(await a.say('work', 31, 10)).toBe(10);
  expect(await a.recall('work')).toBe('UNAVAILABLE');
  const recall = await a.home.hivemind(['recall', 'work', '--workspace', 'team']);
  expect([recall.exitCode, recall.stdout]).toEqual([5, '']);
  await a.home.kill();
  await a.start();
  expect(await a.say('work', 41, 10)).toBe(10);
  expect((await a.status()).tail).toBe(30);
  await a.line.listen();
  await a.drained();
  await expectShared(50);
});

test('a daemon that was killed at once, before anything was flushed, starts without the bucket', async () => {
  await a.line.refuse();
  expect(await a.say('work', 1, 10)).toBe(10);
  await a.home.kill();
  await a.start();
  expect(await a.say('work', 11, 10)).toBe(10);
  await a.line.listen();
  await a.drained();
  await expectShared(20);
});

test('commits whose answer never comes double nothing', async () => {
  let dropped = 0;
  a.line.setSchedule(({ method, url }) => {
    const isCommit = method === 'PUT' && /_versions|catalog/.test(url);
    if (!isCommit || dropped >= 6 || Math.random() < 0.3) return null;
    dropped += 1;
    return { kind: 'drop-response' };
  });
  for (let round = 0; round < 6; round += 1) {
    expect(await a.say('work', 1 + round * 20, 20)).toBe(20);
    await eventually(async () => (await a.status()).tail < 20, 'a flush', patienceMs).catch(() => undefined);
  }
  await eventually(async () => dropped >= 2, 'commits without an answer', patienceMs);
  await a.drained();
  a.line.setSchedule(null);
  await expectShared(120);
});

test('throttling and answers after 10 s: events are taken at once, and get there', async () => {
  a.line.setSchedule(({ index }) =>
    index < 12 ? { kind: 'slow-down' } : index < 14 ? { kind: 'latency', delayMs: 10_000 } : null,
  );
  expect(await a.say('work', 1, 25)).toBe(25);
  await eventually(
    async () => a.line.seen.some(({ fault }) => fault === 'latency'),
    'slow answers',
    patienceMs,
  );
  expect(await a.say('work', 26, 25)).toBe(25);
  await a.drained();
  await expectShared(50);
});

test('a daemon that starts while the store throttles takes events', async () => {
  expect(await a.say('work', 1, 10)).toBe(10);
  await a.drained();
  a.line.setSchedule(() => ({ kind: 'slow-down' }));
  await a.home.kill();
  await a.start();
  expect(await a.say('work', 11, 10)).toBe(10);
  a.line.setSchedule(null);
  await a.drained();
  await expectShared(20);
});

test('credentials that have expired and are renewed: it catches up', async () => {
  expect(await a.say('work', 1, 10)).toBe(10);
  await a.drained();
  a.line.setSchedule(() => ({ kind: 'expired-token' }));
  expect(await a.say('work', 11, 20)).toBe(20);
  expect(await trouble(a)).toMatch(/ExpiredToken|expired|credentials/i);
  a.line.setSchedule(null);
  await a.drained();
  await expectShared(30);
});
