import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mainLine } from '../../../src/daemon/lines.ts';
import type { LiveWorkspace } from '../../../src/daemon/workspaces.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../world/engine-room.ts';

let room: EngineRoom;
let endUpkeep: AbortSignal | undefined;
beforeEach(async () => {
  endUpkeep = undefined;
  room = await openEngineRoom((_job, signal) => {
    endUpkeep = signal;
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
});
afterEach(() => room.remove());

const append = (live: LiveWorkspace, from: number, count: number, given: object = {}) =>
  live.appender.append(numbered(from, count, given), { branch: mainLine(live.open).id });

test('after closing nothing is opened and nothing is written any more', async () => {
  const workspace = await room.workspaces.create('w');
  const live = await room.workspaces.live(workspace);
  const early = Promise.allSettled(Array.from({ length: 20 }, (_, index) => append(live, index * 10, 10)));
  const closing = room.workspaces.close();
  await new Promise(setImmediate);
  const late = await Promise.allSettled([room.workspaces.live(workspace), append(live, 1000, 1)]);
  expect(late).toMatchObject([{ reason: { code: 'UNAVAILABLE' } }, { reason: { code: 'UNAVAILABLE' } }]);
  await Promise.all([closing, room.workspaces.close()]);
  for (const one of await early)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'UNAVAILABLE' });
});

test('a workspace is deleted once, and whoever still holds it cannot bring its folder back', async () => {
  const workspace = await room.workspaces.create('w');
  const live = await room.workspaces.live(workspace);
  await append(live, 0, 10);
  const both = await Promise.allSettled([1, 2].map(() => room.workspaces.delete(workspace)));
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(append(live, 10, 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(room.workspaces.live(workspace)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(existsSync(live.open.directory)).toBe(false);
});

test('upkeep that is under way when the daemon stops is ended, not waited for', async () => {
  const live = await room.workspaces.live(await room.workspaces.create('w'));
  for (let from = 0; from < 9000; from += 1000) await append(live, from, 1000);
  while (endUpkeep === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  await room.workspaces.close();
  expect(endUpkeep.aborted).toBe(true);
  expect(room.errors).toEqual([]);
});

test('more at once than the queue holds is refused, and what was not refused is stored', async () => {
  const live = await room.workspaces.live(await room.workspaces.create('w'));
  const calls = await Promise.allSettled(
    Array.from({ length: 30 }, (_, index) => append(live, index * 1000, 1000)),
  );
  const refused = calls.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const call of refused) expect(call).toMatchObject({ reason: { code: 'RESOURCE_EXHAUSTED' } });
  const stored = (calls.length - refused.length) * 1000;
  expect(await live.open.store.count()).toBe(stored + 1);
  expect((await append(live, 50_000, 1)).ids.length).toBe(1);
});

test('one call may bring more than a frame of the journal holds', async () => {
  const live = await room.workspaces.live(await room.workspaces.create('w'));
  const { ids } = await append(live, 0, 12, { text: 'word '.repeat(600_000) });
  expect(new Set(ids).size).toBe(12);
  expect(live.open.store.lastSeq()).toBe(13);
});
