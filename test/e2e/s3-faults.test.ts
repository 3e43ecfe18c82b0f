import { beforeEach, expect, test } from 'vitest';
import { eventually } from '../world/home.ts';
import { expectShared, giveTeam, type Machine, patienceMs, troubleOf } from '../world/team.ts';

const given = giveTeam();
let a: Machine;
beforeEach(async () => {
  a = await given().team.machine();
  await a.join();
});

test('commits whose answer never comes double nothing', async () => {
  let dropped = 0;
  a.line.setSchedule(({ method, url }) => {
    const isCommit = method === 'PUT' && /_versions|catalog/.test(url);
    // Two for certain: a busy machine makes few commits of many events.
    if (!isCommit || dropped >= 6 || (dropped >= 2 && Math.random() < 0.3)) return null;
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
  await expectShared(given().team, a, 'work', 120);
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
  await expectShared(given().team, a, 'work', 50);
});

test('credentials that have expired and are renewed: it catches up', async () => {
  expect(await a.say('work', 1, 10)).toBe(10);
  await a.drained();
  a.line.setSchedule(() => ({ kind: 'expired-token' }));
  expect(await a.say('work', 11, 20)).toBe(20);
  expect(await troubleOf(a)).toMatch(/ExpiredToken|expired|credentials/i);
  a.line.setSchedule(null);
  await a.drained();
  await expectShared(given().team, a, 'work', 30);
});
