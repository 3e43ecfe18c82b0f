import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Event } from '../../../src/schema/event.ts';
import { doJob } from '../../../src/store/job.ts';
import { copyStore, filesIn, openRoom, range, type StoreRoom, spans } from '../../world/store.ts';
import { changes, dataFile, kinds, newestManifest, pick, tableIn } from '../../world/table-damage.ts';

/** So many events are in the first sealed table, in the second, in the closed, in the hot one, and in the tail. */
const parts = [2060, 2060, 30, 40, 20];
const bounds = parts.map((_, index) => parts.slice(0, index + 1).reduce((sum, part) => sum + part, 0));
const count = bounds.at(-1) ?? 0;

let whole: string;
let written: Event[];
let names: { sealed: string[]; closed: string; hot: string };
let room: StoreRoom | null = null;

/** Texts that LanceDB does not store in a few bytes. */
const textOf = (seq: number): string =>
  Array.from({ length: 40 }, (_, index) => ((seq * 7919 + index * 104_729) % 999_983).toString(36)).join(' ');

beforeAll(async () => {
  const made = await openRoom();
  written = range(1, count).map((seq) => ({ ...made.eventOf(seq), text: textOf(seq) }));
  const appendTo = async (last: number): Promise<void> =>
    made.append(...written.slice(made.store.lastSeq(), last));
  for (const bound of bounds.slice(0, 2)) {
    await appendTo(bound);
    await made.seal();
  }
  await appendTo(bounds[2] ?? 0);
  await made.flushAll();
  await made.store.exclusively(() => made.store.generations.roll());
  // In two commits, so that there is a version to fall back to.
  await appendTo((bounds[2] ?? 0) + 20);
  await made.flushAll();
  await appendTo(bounds[3] ?? 0);
  await made.flushAll();
  await appendTo(count);
  const of = (state: string): string[] =>
    made.store.generations.catalog.tables.filter((table) => table.state === state).map(({ name }) => name);
  // Small files are read whole at every start: what is meant to be found later must be in a larger one.
  for (const name of of('sealed'))
    expect(statSync(pick(made.directory, name, dataFile)).size).toBeGreaterThan(300 * 1024);
  names = { sealed: of('sealed'), closed: of('closed')[0] ?? '', hot: of('hot')[0] ?? '' };
  expect([names.sealed.length, made.store.freshSize(), made.store.tailSize()]).toEqual([2, 90, 20]);
  await made.store.settle(true);
  await made.close();
  whole = made.directory;
});
afterEach(async () => {
  await room?.remove();
  room = null;
});
afterAll(() => rmSync(whole, { recursive: true, force: true }));

/** A copy of the store, with `damage` done to it, and what the caller does to make it readable again. */
const damagedCopy = (damage: (directory: string) => void): string => {
  const directory = copyStore(whole);
  damage(directory);
  return directory;
};

/** Every event is there once and as it was written, and stays so when the store goes on working. */
async function expectWhole(opened: StoreRoom, isMerged = false): Promise<void> {
  expect(await opened.all()).toEqual(written);
  expect(opened.store.count()).toBe(count);
  expect(opened.folded.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(range(1, count));
  for (const seq of [1, bounds[0] ?? 0, (bounds[1] ?? 0) + 1, count]) {
    const word = textOf(seq).split(' ')[3] ?? '';
    expect((await opened.store.search([word], { spans }, 50)).map(({ event }) => event.seq)).toContain(seq);
  }
  await opened.append(opened.eventOf(count + 1));
  await (isMerged ? opened.seal() : opened.flushAll());
  const all = [...written, opened.eventOf(count + 1)];
  expect(await opened.all()).toEqual(all);
  await opened.reopen();
  expect(await opened.all()).toEqual(all);
  expect(opened.store.count()).toBe(all.length);
  expect(opened.store.repairs).toMatchObject({
    torn: [],
    catalog: [],
    mended: [],
    replaced: [],
    reappended: 0,
  });
}

test.each(kinds)('sealed table, %s: everything is there again', async (kind, damage) => {
  const name = names.sealed[0] ?? '';
  room = await openRoom(damagedCopy((directory) => damage(directory, name)));
  await room.all();
  const { mended } = room.store.repairs;
  // What sizes cannot tell is found when the rows are read, at the latest.
  if (kind !== 'data file: one byte flipped' && kind !== 'data file: filled with zeros')
    expect(mended).toMatchObject([{ table: name, rows: parts[0], lost: 0 }]);
  expect(room.store.generations.catalog.tables.map((table) => table.name)).not.toContain(name);
  expect(room.store.generations.catalog.lost).toEqual({});
  if (!kind.startsWith('folder')) expect(readdirSync(join(room.directory, 'damaged'))).toEqual([name]);
  await expectWhole(room);
});

test.each(kinds)('hot table, %s: everything is there again', async (kind, damage) => {
  room = await openRoom(damagedCopy((directory) => damage(directory, names.hot)));
  const { replaced, reappended } = room.store.repairs;
  // Where the version before it opens, only what came last is missed.
  expect([replaced.length > 0, reappended > 0]).toContain(true);
  if (kind.startsWith('folder')) expect(replaced).toEqual([names.hot]);
  await expectWhole(room, /zeros|gone/.test(kind));
});

test.each(kinds.filter(([kind]) => /half|zeros|folder/.test(kind)))(
  'closed table, %s: everything is there again',
  async (_kind, damage) => {
    room = await openRoom(damagedCopy((directory) => damage(directory, names.closed)));
    await expectWhole(room, true);
  },
);

test('without a snapshot what is folded is what was written: a flip in a sealed table is found on opening', async () => {
  const name = names.sealed[0] ?? '';
  const directory = damagedCopy((copy) => {
    rmSync(join(copy, 'snapshot'));
    changes['one byte flipped']?.(pick(copy, name, dataFile));
  });
  room = await openRoom(directory);
  expect(room.store.repairs.mended).toMatchObject([{ table: name, lost: 0 }]);
  await expectWhole(room, true);
});

test('several tables at once: everything is there again', async () => {
  const directory = damagedCopy((copy) => {
    for (const name of names.sealed) rmSync(pick(copy, name, newestManifest));
    rmSync(tableIn(copy, names.hot), { recursive: true });
    changes['of 0 bytes']?.(pick(copy, names.closed, dataFile));
  });
  room = await openRoom(directory);
  expect(room.store.repairs.mended.map(({ table }) => table).sort()).toEqual([...names.sealed].sort());
  await expectWhole(room);
});

test('two tables whose damage shows on reading only are both healed by one read', async () => {
  const directory = damagedCopy((copy) => {
    for (const name of names.sealed) changes['one byte flipped']?.(pick(copy, name, dataFile));
  });
  room = await openRoom(directory);
  expect(await room.all()).toEqual(written);
  await expectWhole(room);
});

test('a table that is damaged while the store is open is healed by the read that meets it', async () => {
  room = await openRoom(copyStore(whole));
  expect(await room.all()).toEqual(written);
  changes['one byte flipped']?.(pick(room.directory, names.sealed[0] ?? '', dataFile));
  changes['half of it']?.(pick(room.directory, names.sealed[1] ?? '', dataFile));
  expect(await room.all()).toEqual(written);
  await expectWhole(room);
});

test.each(['truncated', 'gone', 'flipped'])('index files of a sealed table that are %s', async (how) => {
  const name = names.sealed[0] ?? '';
  const directory = damagedCopy((copy) => {
    for (const path of filesIn(tableIn(copy, name), /\/_indices\/.+\/[^/]+$/)) {
      if (how === 'gone') rmSync(path);
      else changes[how === 'flipped' ? 'one byte flipped' : 'half of it']?.(path);
    }
  });
  room = await openRoom(directory);
  // LanceDB does not come back from some of them: they must be found before it reads them.
  expect(room.store.repairs.mended).toMatchObject([{ table: name, fromJournal: 0, lost: 0 }]);
  await expectWhole(room);
});

test('a damaged table that kills whoever reads it is made anew from the journal', async () => {
  const name = names.sealed[0] ?? '';
  const directory = damagedCopy((copy) => changes['one byte flipped']?.(pick(copy, name, dataFile)));
  room = await openRoom(directory);
  const { writer } = room.store;
  room.runJob = (job, signal) =>
    job.kind === 'build' && job.build.inputs.includes(name)
      ? Promise.reject(new Error('SIGABRT'))
      : doJob(job, signal);
  expect(await room.all()).toEqual(written);
  expect(room.store.repairs.mended).toMatchObject([{ table: name, fromJournal: parts[0], lost: 0 }]);
  expect(room.store.writer).toBe(writer);
  await expectWhole(room);
});

test('a build that fails for another reason loses nothing, also when losses are accepted', async () => {
  const directory = damagedCopy((copy) => {
    forgetJournal(copy);
    rmSync(join(copy, 'snapshot'));
    changes['one byte flipped']?.(pick(copy, names.sealed[0] ?? '', dataFile));
  });
  room = await openRoom(copyStore(whole));
  await room.close();
  const opened = room;
  rmSync(opened.directory, { recursive: true });
  renameSync(directory, opened.directory);
  opened.runJob = () => Promise.reject(new Error('no room'));
  await expect(opened.open({ acceptLoss: true })).rejects.toThrow();
  opened.runJob = doJob;
  await opened.open({ acceptLoss: true });
  expect(opened.store.count()).toBeGreaterThan(count - 200);
});

/** The journal no longer has the events before the tail: its segments are as old as sealed tables let them be. */
function forgetJournal(directory: string): void {
  for (const path of filesIn(join(directory, 'journal'), /\.wal(\.zst)?$/)) rmSync(path);
}

test.for(['with a snapshot that has them', 'without a snapshot'])(
  'events that are nowhere, %s, are DATA_LOSS that says how many; accepted, the rest can be read',
  async (kind) => {
    const name = names.sealed[0] ?? '';
    const made = copyStore(whole);
    room = await openRoom(made);
    await room.seal();
    await room.store.settle(true);
    const sealed = room.store.generations.catalog.tables.find((table) => table.name === name);
    expect(sealed?.rows).toBe(parts[0]);
    await room.close();
    forgetJournal(made);
    if (kind === 'without a snapshot') rmSync(join(made, 'snapshot'));
    changes['half of it']?.(pick(made, name, dataFile));
    await expect(room.open()).rejects.toMatchObject({
      code: 'DATA_LOSS',
      message: expect.stringMatching(/^\d+ events/),
    });
    await room.open({ acceptLoss: true });
    const left = await room.all();
    const [mended] = room.store.repairs.mended;
    expect(mended?.lost).toBe(count - left.length);
    expect(room.store.count()).toBe(left.length);
    expect(left).toEqual(written.filter(({ seq }) => left.some((event) => event.seq === seq)));
    expect(left.slice(-(count - (parts[0] ?? 0)))).toEqual(written.slice(parts[0]));
    await room.appendUpTo(room.store.lastSeq() + 3);
    await room.reopen();
    expect((await room.all()).length).toBe(left.length + 3);
    expect(room.store.count()).toBe(left.length + 3);
  },
);

test('a sealed table is read as far as it can be when the journal has nothing: a flip costs the rows that it is in', async () => {
  const made = copyStore(whole);
  room = await openRoom(made);
  await room.seal();
  await room.close();
  forgetJournal(made);
  changes['one byte flipped']?.(pick(made, names.sealed[0] ?? '', dataFile));
  await room.open();
  // The snapshot has what is folded: nobody has looked at the rows yet.
  await expect(room.all()).rejects.toMatchObject({
    code: 'DATA_LOSS',
    message: expect.stringMatching(/^\d+ events? /),
  });
  // Nothing else is lost by that: what does not need the table's damaged rows is answered.
  expect(await room.store.find({ spans, ids: [written.at(-1)?.id ?? ''] })).toEqual([written.at(-1)]);
  expect(room.store.count()).toBe(count);
});
