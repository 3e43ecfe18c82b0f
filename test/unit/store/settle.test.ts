import { mkdirSync, rmdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renewWriter } from '../../../src/store/writer.ts';
import { filesIn, openRoom, range, type StoreRoom } from '../../world/store.ts';

let room: StoreRoom;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.remove());

const dayMs = 24 * 60 * 60 * 1000;
const segments = (writer: string, ending: RegExp): string[] =>
  filesIn(room.directory, new RegExp(`${writer}/.*${ending.source}`));

/** Enough for several segments of the journal. */
async function appendLarge(first: number, last: number): Promise<void> {
  for (const seq of range(first, last))
    await room.append({ ...room.eventOf(seq), text: `step ${seq} ${'x'.repeat(100_000)}` });
}

test('what an earlier writer of this home has left is compressed and grows old as one’s own', async () => {
  const { writer } = room.store;
  await appendLarge(1, 100);
  await room.close();
  await renewWriter(room.directory);
  await room.open();
  expect(room.store.writer).not.toBe(writer);
  await room.appendUpTo(1);
  await room.seal();
  const plain = segments(writer, /\.wal$/).length;
  expect(plain).toBeGreaterThan(2);
  while (await room.store.settle());
  expect(segments(writer, /\.wal$/)).toHaveLength(1);
  expect(segments(writer, /\.wal\.zst$/)).toHaveLength(plain - 1);
  const old = (Date.now() - 8 * dayMs) / 1000;
  for (const path of segments(writer, /\.wal.*/)) utimesSync(path, old, old);
  await room.store.settle();
  expect(segments(writer, /\.wal\.zst$/)).toHaveLength(0);
  expect((await room.all()).filter(({ writer: by }) => by === writer)).toHaveLength(100);
});

test('after a merge a snapshot is due however little it brought: opening reads no sealed table', async () => {
  await room.appendUpTo(20);
  await room.flushAll();
  await room.store.settle();
  expect(filesIn(room.directory, /snapshot$/)).toHaveLength(0);
  await room.seal();
  await room.store.settle();
  expect(filesIn(room.directory, /snapshot$/)).toHaveLength(1);
});

test('what the snapshot does not have yet stays in the journal, however old it is', async () => {
  await room.append(room.eventOf(1));
  await room.store.settle(true);
  await appendLarge(2, 100);
  await room.seal();
  const paths = segments(room.store.writer, /\.wal.*/);
  const old = (Date.now() - 8 * dayMs) / 1000;
  for (const path of paths) utimesSync(path, old, old);
  // Nothing can be written in its place.
  rmSync(join(room.directory, 'snapshot'));
  mkdirSync(join(room.directory, 'snapshot'));
  await expect(room.store.settle()).rejects.toThrow();
  expect(segments(room.store.writer, /\.wal.*/)).toEqual(paths);
  rmdirSync(join(room.directory, 'snapshot'));
  await room.store.settle();
  expect(segments(room.store.writer, /\.wal.*/).length).toBeLessThan(paths.length);
  await room.reopen();
  expect(await room.seqs()).toEqual(range(1, 100));
});
