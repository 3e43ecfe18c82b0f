import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { disowned, forgotten } from '../../../src/store/catalog.ts';
import { newTableName } from '../../../src/store/generations.ts';
import { install } from '../../../src/store/install.ts';
import { doJob } from '../../../src/store/job.ts';
import type { BuildResult } from '../../../src/store/lance/build.ts';
import { placeTime } from '../../../src/store/objects/place-clock.ts';
import { disownOrphans, dropFromBucket } from '../../../src/store/orphans.ts';
import type { Store } from '../../../src/store/store.ts';
import { openRoom, range, type StoreRoom } from '../../world/store.ts';
import { provideBucket } from './objects/places.ts';

const bucket = provideBucket();
const hourMs = 3_600_000;
let room: StoreRoom;
beforeEach(async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'hm-orphans-'));
  room = await openRoom(directory, [], bucket.locate(context));
  return () => room.remove();
});

const idle = new AbortController().signal;

/** Files of a table that are in the bucket. */
const filesOf = (store: Store, name: string): Promise<string[]> =>
  store.objects.list(`tables/${name}.lance/`);

/** A table that a build left which was killed before anybody knew of it. */
async function leave({ tables }: Store): Promise<string> {
  const name = newTableName();
  (await tables.create(name)).close();
  return name;
}

test('what crashed builds have left in a bucket goes once it is old; what a catalog names stays', async () => {
  const { store } = room;
  const { generations, objects } = store;
  await room.appendUpTo(20);
  await room.seal();
  await room.appendUpTo(30);
  await room.flushAll();
  const whole = await leave(store);
  const torn = newTableName();
  await objects.putIfAbsent(`tables/${torn}.lance/data/0.lance`, Buffer.from('half a file'));
  // No newer version of the catalog names it, but an older one that is still there does.
  const remembered = await leave(store);
  const dropped = disowned(generations.catalog, [remembered]);
  if (dropped === null || !(await generations.commit(dropped))) throw new Error('no commit');
  await generations.commit(forgotten(generations.catalog, [remembered]));
  const others = await objects.list('tables/');
  const before = structuredClone(generations.catalog);

  expect(await disownOrphans(store, hourMs)).toBe(0);
  expect(generations.catalog).toEqual(before);
  // The first run of upkeep after an opening looks as well: they are too young.
  await store.upkeep.run(idle);
  expect(generations.catalog).toEqual(before);

  expect(await disownOrphans(store, 0)).toBe(2);
  expect(generations.catalog).toEqual({ ...before, dropped: [...before.dropped, whole, torn] });
  expect(await disownOrphans(store, 0)).toBe(0);
  // They are deleted as what was replaced is, after the same grace.
  expect(await objects.list('tables/')).toEqual(others);
  for (const name of [whole, torn]) await dropFromBucket(store, name);
  const left = others.filter((key) => !key.includes(whole) && !key.includes(torn));
  expect(await objects.list('tables/')).toEqual(left);
  await room.reopen();
  expect(await room.seqs()).toEqual(range(1, 30));
});

test('a build that was taken for an orphan meanwhile does not get into the catalog, and nothing is lost', async () => {
  await room.appendUpTo(20);
  let output = '';
  room.runJob = async (job, signal) => {
    const done = await doJob(job, signal);
    if (job.kind !== 'build') return done;
    output = job.build.output;
    expect(await disownOrphans(room.store, 0)).toBe(1);
    return done;
  };
  await room.seal();
  const { catalog } = room.store.generations;
  expect(catalog.dropped).toContain(output);
  expect(catalog.tables.map(({ state }) => state)).toEqual(['closed', 'hot']);
  expect(await filesOf(room.store, output)).toEqual([]);
  room.runJob = doJob;
  await room.store.upkeep.run(idle);
  expect(room.store.generations.catalog.tables.map(({ state }) => state)).toEqual(['sealed', 'hot']);
  expect(await room.seqs()).toEqual(range(1, 20));
});

test('a build that began so long ago that its files may have been deleted is thrown away', async () => {
  const { store } = room;
  await room.appendUpTo(10);
  await room.flushAll();
  await store.exclusively(() => store.generations.roll());
  const [closed] = store.generations.catalog.tables;
  const name = await leave(store);
  const result: BuildResult = {
    rows: 10,
    sizeBytes: 0,
    ranges: { [store.writer]: [[1, 10]] },
    missing: {},
    ledger: null,
  };
  const at = async (hours: number): Promise<number> => (await placeTime(store.objects)) - hours * hourMs;
  const put = async (begunAt: number): Promise<boolean> =>
    store.exclusively(() => install(store, [closed?.name ?? ''], name, result, begunAt));
  const before = store.generations.catalog;
  expect(await put(await at(13))).toBe(false);
  expect(store.generations.catalog).toEqual(before);
  expect(await filesOf(store, name)).toEqual([]);
});

test('the sizes of tables in a bucket are those of their files', async () => {
  const { store } = room;
  await room.appendUpTo(50);
  await room.seal();
  await room.appendUpTo(60);
  await room.flushAll();
  const { tables, dropped } = await store.stats();
  expect(tables.map(({ state }) => state)).toEqual(['sealed', 'hot']);
  const sizeOf = async (prefix: string): Promise<number> =>
    (await store.objects.inspect(prefix)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { name, sizeBytes } of tables) expect(sizeBytes).toBe(await sizeOf(`tables/${name}.lance/`));
  const all = [...tables, dropped].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  expect(all).toBe(await sizeOf('tables/'));
  expect(dropped.sizeBytes).toBeGreaterThan(0);
});
