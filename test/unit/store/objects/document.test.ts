import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Document, openDocument } from '../../../../src/store/objects/document.ts';
import { openLocalObjects } from '../../../../src/store/objects/local.ts';
import type { Objects } from '../../../../src/store/objects/objects.ts';
import { provideBucket, provideDirectories, providePlaces } from './places.ts';

const Count = z.object({ count: z.number() });
type Count = z.infer<typeof Count>;

const open = (objects: Objects): Document<Count> => openDocument(objects, 'doc', Count);
const keyOf = (version: number): string => `doc/${version.toString(16).padStart(16, '0')}.json`;
const addOne = (value: Count | null): Count => ({ count: (value?.count ?? 0) + 1 });

const bucket = provideBucket();
const directories = provideDirectories();

for (const { kind, open: openPlace } of providePlaces()) {
  test(`${kind}: versions follow each other, and everybody reads the newest`, async (context) => {
    const make = await openPlace(context);
    const [ours, theirs] = [open(make()), open(make())];
    expect(await ours.read()).toBeNull();
    expect(await ours.refresh()).toBeNull();
    expect(await ours.commit(0, { count: 1 })).toBe(true);
    expect(await theirs.commit(0, { count: 9 })).toBe(false);
    expect(await theirs.refresh()).toEqual({ version: 1, value: { count: 1 }, damaged: [] });
    expect(await theirs.commit(1, { count: 2 })).toBe(true);
    expect(await ours.commit(1, { count: 9 })).toBe(false);
    expect(await ours.refresh()).toEqual({ version: 2, value: { count: 2 }, damaged: [] });
    expect(await ours.read()).toEqual(await theirs.read());
  });

  test(`${kind}: a version that nobody has made yet cannot be followed`, async (context) => {
    const document = open((await openPlace(context))());
    expect(await document.commit(5, { count: 1 })).toBe(false);
    expect(await document.read()).toBeNull();
    await document.commit(0, { count: 1 });
    expect(await document.commit(2, { count: 1 })).toBe(false);
    expect((await document.read())?.version).toBe(1);
  });

  test(`${kind}: update goes on until it counts, and null is nothing to do`, async (context) => {
    const make = await openPlace(context);
    const [ours, theirs] = [open(make()), open(make())];
    await ours.update(addOne);
    await theirs.update(addOne);
    expect(await ours.update(addOne)).toEqual({ version: 3, value: { count: 3 }, damaged: [] });
    expect(await ours.update(() => null)).toBeNull();
    expect((await theirs.read())?.version).toBe(3);
  });

  test(`${kind}: tidy keeps the newest, two at least`, async (context) => {
    const objects = (await openPlace(context))();
    const document = open(objects);
    for (let count = 0; count < 6; count += 1) await document.update(addOne);
    await document.tidy(3);
    expect(await objects.list('')).toEqual([4, 5, 6].map(keyOf));
    await document.tidy(0);
    expect(await objects.list('')).toEqual([5, 6].map(keyOf));
    expect(await open(objects).read()).toEqual({ version: 6, value: { count: 6 }, damaged: [] });
  });

  test(`${kind}: who slept while others went far ahead commits nothing`, async (context) => {
    const make = await openPlace(context);
    const [sleeper, awake] = [open(make()), open(make())];
    await sleeper.commit(0, { count: 1 });
    for (let count = 1; count < 12; count += 1) await awake.update(addOne);
    await awake.tidy(3);
    // Its place, version 2, is free again; so is the first one.
    expect(await sleeper.commit(1, { count: 99 })).toBe(false);
    expect(await make().list('')).toEqual([10, 11, 12].map(keyOf));
    expect(await sleeper.update(addOne)).toMatchObject({ version: 13, value: { count: 13 } });
    expect((await awake.read())?.value).toEqual({ count: 13 });
  });

  test(`${kind}: a gap in the numbers hides nothing`, async (context) => {
    const objects = (await openPlace(context))();
    const document = open(objects);
    for (let count = 0; count < 5; count += 1) await document.update(addOne);
    await objects.delete(keyOf(3));
    expect(await open(objects).read()).toMatchObject({ version: 5, value: { count: 5 } });
    expect(await open(objects).update(addOne)).toMatchObject({ version: 6 });
  });

  test(`${kind}: other objects beside the versions are not touched`, async (context) => {
    const objects = (await openPlace(context))();
    const strangers = [
      'doc/readme.json',
      'doc/0000.json',
      'doc/00000000000000ff',
      'doc/ffffffffffffffff.json',
    ];
    for (const key of strangers) await objects.putIfAbsent(key, Buffer.from('x'));
    const document = open(objects);
    for (let count = 0; count < 4; count += 1) await document.update(addOne);
    await document.tidy(2);
    expect(await objects.list('')).toEqual([...strangers, keyOf(3), keyOf(4)].sort());
  });

  test(`${kind}: what a newer program wrote is not called damaged, nor overwritten`, async (context) => {
    const objects = (await openPlace(context))();
    await openDocument(objects, 'doc', z.unknown()).commit(0, { other: true });
    const refusal = { code: 'FAILED_PRECONDITION', hint: expect.stringContaining('update') };
    await expect(open(objects).read()).rejects.toMatchObject(refusal);
    await expect(open(objects).update(addOne)).rejects.toMatchObject(refusal);
    expect(await objects.list('')).toEqual([keyOf(1)]);
  });
}

afterEach(() => {
  vi.useRealTimers();
});

test('a poll that misses versions, because they are deleted already, finds them within 15 s', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const objects = openLocalObjects(directories.make());
  const [idle, busy] = [open(objects), open(objects)];
  await idle.commit(0, { count: 1 });
  for (let count = 1; count < 6; count += 1) await busy.update(addOne);
  await busy.tidy(2);
  vi.advanceTimersByTime(15_001);
  expect(await idle.refresh()).toMatchObject({ version: 6 });
});

test('who slept through more commits than are remembered is not told a lie', async () => {
  const objects = openLocalObjects(directories.make());
  const [sleeper, awake] = [open(objects), open(objects)];
  await sleeper.commit(0, { count: 1 });
  for (let count = 1; count < 300; count += 1) await awake.update(addOne);
  await awake.tidy(2);
  await expect(sleeper.commit(1, { count: 99 })).rejects.toMatchObject({ code: 'ABORTED' });
  expect((await sleeper.read())?.value).toEqual({ count: 300 });
});

/** A document of three versions on this disk. */
async function writeLocal(): Promise<{ directory: string; objects: Objects }> {
  const directory = directories.make();
  const objects = openLocalObjects(directory);
  for (let count = 0; count < 3; count += 1) await open(objects).update(addOne);
  return { directory, objects };
}

test('on a disk, every damage of the newest version is seen, and the one before is used', async () => {
  const { directory, objects } = await writeLocal();
  const path = join(directory, keyOf(3));
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 1) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 0x10;
    writeFileSync(path, flipped);
    const found = await open(objects).read();
    expect(found, `byte ${at}`).toEqual({ version: 3, value: { count: 2 }, damaged: [keyOf(3)] });
  }
  for (let size = whole.length - 1; size >= 0; size -= 7) {
    writeFileSync(path, whole);
    truncateSync(path, size);
    expect((await open(objects).read())?.damaged, `${size} bytes`).toEqual([keyOf(3)]);
  }
  writeFileSync(path, Buffer.alloc(whole.length));
  expect((await open(objects).read())?.damaged).toEqual([keyOf(3)]);
  writeFileSync(path, readFileSync(join(directory, keyOf(2))));
  expect((await open(objects).read())?.damaged).toEqual([keyOf(3)]);
});

test('on a disk, what is committed after a damaged version comes after it', async () => {
  const { directory, objects } = await writeLocal();
  writeFileSync(join(directory, keyOf(3)), 'torn');
  expect(await open(objects).update(addOne)).toMatchObject({ version: 4, value: { count: 3 } });
  expect(await open(objects).read()).toEqual({ version: 4, value: { count: 3 }, damaged: [] });
});

test('on a disk, nothing whole at all is DATA_LOSS, not an empty document', async () => {
  const { directory, objects } = await writeLocal();
  for (const version of [1, 2, 3]) writeFileSync(join(directory, keyOf(version)), '');
  await expect(open(objects).read()).rejects.toMatchObject({ code: 'DATA_LOSS' });
  await expect(open(objects).commit(0, { count: 1 })).rejects.toMatchObject({ code: 'DATA_LOSS' });
});

test('on a bucket, a damaged newest version is DATA_LOSS', async (context) => {
  const objects = await bucket.open(context);
  await open(objects).update(addOne);
  await objects.putIfAbsent(keyOf(2), Buffer.from('torn'));
  await expect(open(objects).read()).rejects.toMatchObject({
    code: 'DATA_LOSS',
    message: expect.stringContaining(keyOf(2)),
  });
});
