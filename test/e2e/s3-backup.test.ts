import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually } from '../world/home.ts';
import { giveTeam, hears, type Machine, numbers, patienceMs, workspace } from '../world/team.ts';

const given = giveTeam();
let a: Machine;
let b: Machine;
beforeEach(async () => {
  const { team } = given();
  [a, b] = [await team.machine(), await team.machine()];
});

/** More than a table takes before it is closed. */
const many = 8_300;

/** What `store verify` says of the shared workspace. */
const verify = ({ home }: Machine): Promise<OutputOf<'store.verify'>> =>
  home.json(['store', 'verify', '-w', workspace]);

const sound = { ok: true, damaged: [], missing: 0, lost: 0 };

test('a check finds a bucket sound, and a backup of it becomes a local workspace with every event', async () => {
  await a.join();
  await a.drained();
  await b.join();
  expect(await a.say('left', 1, many)).toBe(many);
  await eventually(
    async () => (await a.stats()).tables.some(({ state }) => state === 'sealed'),
    'a sealed table',
    patienceMs,
  );
  expect(await b.say('right', 1, 40)).toBe(40);
  expect(await a.say('left', many + 1, 5)).toBe(5);
  await b.drained();
  // What was said, that main was born, and how far each has seen the other.
  const { events: total } = await verify(a);
  expect(total).toBeGreaterThanOrEqual(many + 5 + 40 + 1);
  expect(total).toBeLessThanOrEqual(many + 5 + 40 + 1 + 4);
  // What b has brought to the bucket counts at once, polled or not.
  const file = join(a.home.dir, 'team.hivemind');
  expect(await a.home.json(['backup', file, '-w', workspace])).toMatchObject({ events: total, skipped: 0 });
  for (const machine of [a, b]) expect(await verify(machine)).toMatchObject({ ...sound, events: total });
  for (const { sizeBytes } of (await a.stats()).tables) expect(sizeBytes).toBeGreaterThan(0);

  // Where the workspace is, nothing is put over it.
  const refused = await b.home.hivemind(['restore', file]);
  expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('here already')]);

  const alone = await given().team.machine();
  const restored = await alone.home.json<OutputOf<'backup.restore'>>(['restore', file]);
  expect(restored).toMatchObject({ events: total, skipped: 0, workspace: { name: workspace, store: null } });
  expect(await alone.heard('left')).toEqual(numbers(many + 5));
  expect(await alone.heard('right')).toEqual(numbers(40));
  expect(await verify(alone)).toMatchObject({ ...sound, events: total });

  // It is a copy of its own: neither side sees what the other one does from now on.
  expect(await alone.say('alone', 1, 10)).toBe(10);
  expect(await a.say('right', 41, 5)).toBe(5);
  await alone.drained();
  expect(await hears(b, 'right', 45)).toEqual(numbers(45));
  expect(await alone.heard('right')).toEqual(numbers(40));
  await expect(b.heard('alone')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(alone.line.seen).toEqual([]);
});

test('a restored workspace does not go into its bucket again: not by its name, and not under another one', async () => {
  await a.join();
  expect(await a.say('work', 1, 20)).toBe(20);
  const file = join(a.home.dir, 'team.hivemind');
  expect(await a.home.json(['backup', file, '-w', workspace])).toMatchObject({ events: 21 });
  for (const name of [workspace, 'copy']) {
    const one = await given().team.machine();
    await one.home.json(['restore', file, '--name', name]);
    const refused = await one.home.hivemind(one.joining);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('already')]);
    expect(await one.heard('work').catch((error) => error.code)).toEqual(
      name === workspace ? numbers(20) : 'NOT_FOUND',
    );
    const { workspaces } = await one.home.call('workspace.list', {});
    expect(workspaces).toMatchObject([{ name, store: null }]);
    // Without the copy it joins.
    await one.home.json(['workspace', 'delete', name, '--confirm', name]);
    await one.join();
    expect(await hears(one, 'work', 20)).toEqual(numbers(20));
  }
});

test('while the bucket is away there is neither a check nor half a backup', async () => {
  await a.join();
  expect(await a.say('work', 1, 20)).toBe(20);
  await a.line.refuse();
  expect(await a.say('work', 21, 10)).toBe(10);
  const file = join(a.home.dir, 'team.hivemind');
  for (const args of [
    ['backup', file, '-w', workspace],
    ['store', 'verify', '-w', workspace],
  ]) {
    const { exitCode, stderr } = await a.home.hivemind(args);
    expect([args, exitCode, stderr]).toEqual([args, 5, expect.stringContaining('does not answer')]);
  }
  expect(readdirSync(a.home.dir).filter((name) => name.startsWith('team.'))).toEqual([]);
  await a.line.listen();
  await a.drained();
  expect(await a.home.json(['backup', file, '-w', workspace])).toMatchObject({ events: 31 });
});
