import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { session } from '../world/drafts.ts';
import { eventually } from '../world/home.ts';
import { replies } from '../world/replies.ts';
import { expectShared, giveTeam, type Machine, patienceMs, troubleOf, workspace } from '../world/team.ts';

const given = giveTeam();
let a: Machine;
beforeEach(async () => {
  a = await given().team.machine();
  await a.join();
});

test('the bucket is away: events are taken, the status says why they wait, and they go out by themselves', async () => {
  expect(await a.say('work', 1, 20)).toBe(20);
  await a.drained();
  await a.line.refuse();
  expect(await a.say('work', 21, 30)).toBe(30);
  expect(await troubleOf(a)).toMatch(/does not answer|connect|refused|error sending/i);
  const { tail, events, missing } = await a.status();
  expect([tail, events]).toEqual([30, 51]);
  expect(missing.join('\n')).toMatch(/lag behind: .* does not answer/);
  // What is in memory may be found; that there is nothing must not be said.
  expect(['found', 'UNAVAILABLE']).toContain(await a.recall('work'));
  await a.line.listen();
  await a.drained();
  await eventually(async () => (await a.status()).store?.trouble === null, 'no trouble any more', patienceMs);
  await expectShared(given().team, a, 'work', 50);
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
  await expectShared(given().team, a, 'work', 50);
});

test('a workspace is not deleted while events of it are on this machine only', async () => {
  const taking = ['workspace', 'delete', workspace, '--confirm', workspace];
  expect(await a.say('work', 1, 10)).toBe(10);
  await a.drained();
  await a.line.refuse();
  expect(await a.say('work', 11, 10)).toBe(10);
  for (let time = 0; time < 2; time += 1) {
    const { exitCode, stderr } = await a.home.hivemind(taking);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/10 events of "team" did not reach s3:.*[\s\S]*hivemind status/),
    ]);
  }
  expect(await a.say('work', 21, 10)).toBe(10);
  await a.line.listen();
  // What was said a moment ago goes out first.
  await eventually(
    async () => (await a.home.hivemind(taking)).exitCode === 0,
    'it to be deleted',
    patienceMs,
  );
  expect((await a.home.call('workspace.list', {})).workspaces).toEqual([]);
  await a.join();
  await expectShared(given().team, a, 'work', 30);
});

test('a daemon that was killed at once, before anything was flushed, starts without the bucket', async () => {
  await a.line.refuse();
  expect(await a.say('work', 1, 10)).toBe(10);
  await a.home.kill();
  await a.start();
  expect(await a.say('work', 11, 10)).toBe(10);
  await a.line.listen();
  await a.drained();
  await expectShared(given().team, a, 'work', 20);
});

test('a daemon that starts while the store throttles, and has no snapshot yet, takes events', async () => {
  expect(await a.say('work', 1, 10)).toBe(10);
  await a.drained();
  a.line.setSchedule(() => ({ kind: 'slow-down' }));
  await a.home.kill();
  for (const path of globSync(join(a.home.dir, '.hivemind', 'data', '*', 'snapshot'))) rmSync(path);
  await a.start();
  expect(await a.say('work', 11, 10)).toBe(10);
  a.line.setSchedule(null);
  await a.drained();
  await expectShared(given().team, a, 'work', 20);
});

test('a machine whose snapshot is of no use, and whose journal has grown old, opens with the bucket', async () => {
  const giant = 'a line of a long log\n'.repeat(50_000);
  for (let number = 1; number <= 6; number += 1)
    await a.home.call('event.append', { workspace: 'team', events: replies(number, 1, { text: giant }) });
  await a.drained();
  await a.home.kill();
  const inHome = (pattern: string): string[] => globSync(join(a.home.dir, '.hivemind', 'data', '*', pattern));
  const [oldest = '', ...others] = inHome('journal/*/*.wal*').sort();
  expect(others.length).toBeGreaterThan(0);
  for (const path of [oldest, ...inHome('snapshot')]) rmSync(path);
  await a.start();
  await eventually(async () => (await a.status()).events === 7, '7 events', patienceMs);
  const { events } = await a.home.call('session.show', { workspace: 'team', session, limit: 10 });
  expect(events.map(({ text }) => text)).toEqual(Array(6).fill(giant));
});
