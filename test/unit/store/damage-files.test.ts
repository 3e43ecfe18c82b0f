import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyStore, filesIn, numbered, openRoom, range, type StoreRoom } from '../../world/store.ts';

const count = 90;
let room: StoreRoom;
beforeEach(async () => {
  room = await openRoom();
  await room.appendUpTo(40);
  await room.seal();
  await room.store.settle(true);
  await room.appendUpTo(70);
  await room.flushAll();
  await room.appendUpTo(count);
});
afterEach(() => room.remove());

async function expectWhole(last = count): Promise<void> {
  expect(await room.all()).toEqual(range(1, last).map(room.eventOf));
  expect(room.store.count()).toBe(last);
  expect(room.folded.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(range(1, last));
}

/** Also after more events, a merge and another opening. */
async function expectWholeForGood(): Promise<void> {
  await expectWhole();
  await room.appendUpTo(count + 5);
  await room.seal();
  await expectWhole(count + 5);
  await room.reopen();
  await expectWhole(count + 5);
}

const garbage = ['', 'null', '\u0000\u0000\u0000\u0000'];

test.each(garbage)('a snapshot that is %j is not missed', async (content) => {
  await room.close();
  writeFileSync(join(room.directory, 'snapshot'), content);
  await room.open();
  await expectWholeForGood();
});

test('without a snapshot and without a checkpoint everything is there', async () => {
  await room.close();
  for (const name of ['snapshot', 'checkpoint.json']) rmSync(join(room.directory, name));
  await room.open();
  await expectWholeForGood();
});

test.each(garbage)('a checkpoint that is %j is set aside, and everything is there', async (content) => {
  await room.close();
  writeFileSync(join(room.directory, 'checkpoint.json'), content);
  await room.open();
  expect(
    readdirSync(room.directory).filter((name) => /^checkpoint\.json\.\d+\.damaged$/.test(name)).length,
  ).toBe(1);
  await expectWholeForGood();
});

/** The newest version of the catalog, as far as its name tells. */
const newestCatalog = (directory: string): string =>
  filesIn(join(directory, 'catalog'), /\.json$/).at(-1) ?? '';

test.each([
  ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['of zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
])('the newest version of the catalog is %s: the one before is taken, and said so', async (_how, change) => {
  // Each step in turn is the one whose version is damaged: a merge, a roll, and taking away what was replaced.
  const steps = [
    (one: StoreRoom) => one.seal(),
    (one: StoreRoom) => one.store.exclusively(() => one.store.generations.roll()),
    async (one: StoreRoom) => {
      await one.seal();
      await one.reopen();
    },
  ];
  await room.close();
  for (const step of steps) {
    const one = await openRoom(copyStore(room.directory));
    try {
      await step(one);
      await one.close();
      const path = newestCatalog(one.directory);
      writeFileSync(path, change(readFileSync(path)));
      await one.open();
      expect(one.store.repairs.catalog).toEqual([`catalog/${path.split('/').at(-1)}`]);
      expect(await one.all()).toEqual(range(1, count).map(one.eventOf));
      await one.seal();
      await one.reopen();
      expect(one.store.repairs.catalog).toEqual([]);
      expect(await one.all()).toEqual(range(1, count).map(one.eventOf));
      expect(one.store.count()).toBe(count);
    } finally {
      await one.remove();
    }
  }
});

test('a table that was mended is not given up for one whose rows are gone, when the catalog is damaged then', async () => {
  await room.appendUpTo(count + 5);
  await room.seal();
  const { name = '' } = room.store.generations.catalog.tables.find(({ state }) => state === 'sealed') ?? {};
  await room.close();
  rmSync(filesIn(join(room.directory, 'tables', `${name}.lance`), /\.manifest$/)[0] ?? '');
  await room.open();
  expect(room.store.repairs.mended).toMatchObject([{ table: name }]);
  await room.close();
  writeFileSync(newestCatalog(room.directory), '');
  await room.open();
  await expectWhole(count + 5);
});

test('when the whole catalog is gone nothing is thrown away of which somebody misses something', async () => {
  await room.seal();
  await room.close();
  const kept = mkdtempSync(join(tmpdir(), 'hm-kept-'));
  for (const name of ['catalog', 'journal']) {
    cpSync(join(room.directory, name), join(kept, name), { recursive: true });
    rmSync(join(room.directory, name), { recursive: true });
  }
  const tables = readdirSync(join(room.directory, 'tables'));
  await expect(room.open()).rejects.toMatchObject({ code: 'DATA_LOSS' });
  expect(readdirSync(join(room.directory, 'tables'))).toEqual(expect.arrayContaining(tables));
  // Somebody finds the folders again.
  for (const name of ['catalog', 'journal']) {
    rmSync(join(room.directory, name), { recursive: true, force: true });
    cpSync(join(kept, name), join(room.directory, name), { recursive: true });
  }
  rmSync(kept, { recursive: true });
  await room.open();
  await expectWhole();
});

test('with the journal whole, a catalog that is gone is made anew', async () => {
  await room.close();
  rmSync(join(room.directory, 'catalog'), { recursive: true });
  await room.open();
  await expectWholeForGood();
});

test.each(['gone', 'damaged'])('a ledger that is %s is made anew with its table', async (how) => {
  await room.close();
  const [path = ''] = filesIn(join(room.directory, 'ledgers'), /\.json$/);
  if (how === 'gone') rmSync(path);
  else writeFileSync(path, '{');
  await room.open();
  await expectWhole();
  expect(room.store.repairs.mended).toMatchObject([{ lost: 0 }]);
  await room.reopen();
  await expectWhole();
  expect(room.store.repairs.mended).toEqual([]);
});

/** All that a copied home holds was written by another writer. */
async function openCopy(): Promise<{ copy: StoreRoom; writer: string }> {
  const { writer } = room.store;
  await room.close();
  const directory = mkdtempSync(join(tmpdir(), 'hm-copy-'));
  cpSync(room.directory, directory, { recursive: true });
  const copy = await openRoom(directory);
  expect(copy.store.writer).not.toBe(writer);
  return { copy, writer };
}

test.each(['with', 'without'])(
  'a copied home has every event of the one before, at once and for good, %s a snapshot',
  async (has) => {
    if (has === 'without') rmSync(join(room.directory, 'snapshot'));
    const { copy, writer } = await openCopy();
    try {
      const before = range(1, count).map((seq) => numbered(writer, seq));
      expect(await copy.all()).toEqual(before);
      expect([copy.store.count(), copy.store.lastSeq()]).toEqual([count, 0]);
      await copy.appendUpTo(3);
      const all = [...before, ...range(1, 3).map(copy.eventOf)];
      const ids = all.map(({ id, writer: by }) => `${id} ${by}`).sort();
      const found = async (): Promise<string[]> =>
        (await copy.all()).map(({ id, writer: by }) => `${id} ${by}`).sort();
      // The two number alike, so that their events have the same ids here: those of the first writer are read.
      expect((await found()).length).toBe(new Set(all.map(({ id }) => id)).size);
      expect(ids.length).toBe(count + 3);
      for (let turn = 0; turn < 2; turn += 1) {
        await copy.flushAll();
        expect(copy.store.count()).toBe(count + 3);
        await copy.reopen();
        expect([copy.store.count(), copy.store.freshSize()]).toEqual([count + 3, count + 3 - 40]);
      }
      await copy.seal();
      expect(copy.store.generations.catalog.tables.find(({ state }) => state === 'sealed')?.rows).toBe(
        count + 3,
      );
      await copy.reopen();
      expect(copy.store.count()).toBe(count + 3);
    } finally {
      await copy.remove();
    }
  },
);

test('a copy of a home whose journal is gone goes on under another name, with all that the tables have', async () => {
  await room.close();
  const directory = copyStore(room.directory);
  rmSync(join(directory, 'journal'), { recursive: true });
  rmSync(join(directory, 'checkpoint.json'));
  const copy = await openRoom(directory);
  try {
    expect((await copy.all()).map(({ seq }) => seq)).toEqual(range(1, 70));
    expect(copy.store.lastSeq()).toBe(0);
  } finally {
    await copy.remove();
  }
});
