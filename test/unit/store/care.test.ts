import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doJob } from '../../../src/store/job.ts';
import { setSegmentsAside } from '../../../src/store/journal/set-aside.ts';
import { filesIn, openRoom, range, type StoreRoom } from '../../world/store.ts';

let room: StoreRoom;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.remove());

const watch = { signal: new AbortController().signal, onProgress: () => undefined };

/** Some events in a sealed table, some in a hot one, some in the journal only. */
const spread = async (): Promise<void> => {
  await room.appendUpTo(5);
  await room.seal();
  await room.appendUpTo(9);
  await room.flushAll();
  await room.appendUpTo(12);
};

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
  writeFileSync(path, bytes);
}

const tableOf = (state: string): string =>
  room.store.generations.catalog.tables.find((table) => table.state === state)?.name ?? '';

const filesOf = (state: string, matching: RegExp): string[] =>
  filesIn(join(room.directory, 'tables', `${tableOf(state)}.lance`), matching);

const segmentsOf = (writer: string): string[] => filesIn(join(room.directory, 'journal', writer), /\.wal$/);

test('a store that is as it was written passes, and every row counts once', async () => {
  await spread();
  const found = await room.store.verify(watch);
  expect(found).toMatchObject({
    ok: true,
    events: 9,
    rows: 9,
    tables: 2,
    duplicates: 0,
    missing: 0,
    lost: 0,
  });
  expect(found.journal).toMatchObject({ events: 12, damaged: [] });
});

test.each([
  ['an index', /_indices.*\.lance$/],
  ['data', /data.*\.lance$/],
  ['a manifest', /\.manifest$/],
])(
  'a flipped byte in %s of a sealed table is found, and mended from what is left and the journal',
  async (_, files) => {
    await spread();
    const before = await room.all();
    const [path = ''] = filesOf('sealed', files);
    flip(path, Math.floor(readFileSync(path).length / 2));
    const found = await room.store.verify(watch);
    expect(found).toMatchObject({ ok: false, damaged: [{ table: tableOf('sealed'), state: 'sealed' }] });
    const { mended, refused } = await room.store.mendTables(found.damaged, false);
    expect([mended, refused]).toMatchObject([[{ rows: 5, lost: 0 }], []]);
    expect(await room.store.verify(watch)).toMatchObject({ ok: true, missing: 0 });
    expect(await room.all()).toEqual(before);
  },
);

test('a lost ledger is damage, and is made anew with its table', async () => {
  await spread();
  const [ledger = ''] = filesIn(join(room.directory, 'ledgers'), /\.json$/);
  writeFileSync(ledger, '{');
  const found = await room.store.verify(watch);
  expect(found.damaged).toMatchObject([{ problems: ['its ledger is missing'], rows: 0, missing: 0 }]);
  await room.store.mendTables(found.damaged, false);
  expect((await room.store.verify(watch)).ok).toBe(true);
});

test('a table that takes events is mended from memory although the journal is gone, and goes on', async () => {
  await spread();
  for (const path of segmentsOf(room.store.writer)) truncateSync(path, 0);
  for (const path of filesOf('hot', /data.*\.lance$/)) truncateSync(path, 10);
  const found = await room.store.verify(watch);
  expect(found.damaged).toMatchObject([{ state: 'hot', missing: 4 }]);
  expect(found.journal.damaged.length).toBeGreaterThan(0);
  const { mended } = await room.store.mendTables(found.damaged, false);
  expect(mended).toMatchObject([{ rows: 4, fromJournal: 4, lost: 0 }]);
  await room.flushAll();
  const after = await room.store.verify(watch);
  expect(after).toMatchObject({ damaged: [], missing: 0 });
  expect(await room.seqs()).toEqual(range(1, 12));
});

test('what is nowhere is not given up unless that is accepted, and is then remembered as lost', async () => {
  await spread();
  for (const path of segmentsOf(room.store.writer)) truncateSync(path, 0);
  for (const path of filesOf('sealed', /data.*\.lance$/)) truncateSync(path, 10);
  const found = await room.store.verify(watch);
  const first = await room.store.mendTables(found.damaged, false);
  expect(first).toMatchObject({ mended: [], refused: [{ table: tableOf('sealed'), events: 5 }] });
  expect(first.refused[0]?.spans).toEqual([{ writer: room.store.writer, from: 1, to: 5 }]);
  const second = await room.store.mendTables(found.damaged, true);
  expect(second).toMatchObject({ mended: [{ lost: 5 }], refused: [] });
  expect(await room.store.verify(watch)).toMatchObject({ damaged: [], lost: 5, missing: 0 });
  expect(await room.seqs()).toEqual(range(6, 12));
});

test('a journal segment is spare once all of its events are in tables, and only then', async () => {
  await spread();
  const paths = segmentsOf(room.store.writer);
  expect(await room.store.spareSegments(paths)).toEqual([]);
  await room.flushAll();
  expect(await room.store.spareSegments(paths)).toEqual(paths);
  expect(await room.store.spareSegments([join(room.directory, 'journal', 'wr_x', 'none.wal')])).toEqual([]);
  await room.close();
  await setSegmentsAside(paths);
  await room.open();
  await room.appendUpTo(14);
  expect(await room.seqs()).toEqual(range(1, 14));
  expect((await room.store.verify(watch)).ok).toBe(true);
  await room.reopen();
  expect(await room.seqs()).toEqual(range(1, 14));
});

test.each([['writer.json'], ['checkpoint.json']])('%s that cannot be read is set aside', async (name) => {
  await spread();
  await room.close();
  writeFileSync(join(room.directory, name), '\u0000garbage');
  await room.open();
  expect(await room.seqs()).toEqual(range(1, 12));
  expect(readdirSync(room.directory).filter((file) => file.endsWith('.damaged'))).toHaveLength(1);
  await room.reopen();
  expect(await room.seqs()).toEqual(range(1, 12));
});

test('of a journal that is damaged in the middle repair keeps what can be read, and names what cannot', async () => {
  await room.appendUpTo(2);
  await room.flushAll();
  for (let last = 3; last <= 8; last += 1) await room.appendUpTo(last);
  const { writer } = room.store;
  await room.close();
  const [segment = ''] = segmentsOf(writer);
  flip(segment, readFileSync(segment).indexOf('step 5'));
  await expect(room.open()).rejects.toMatchObject({ code: 'DATA_LOSS' });
  expect(existsSync(join(room.directory, 'journal', writer))).toBe(true);
  await expect(room.open({ repair: true })).rejects.toMatchObject({
    code: 'DATA_LOSS',
    details: { missing: { [writer]: [[5, 5]] } },
  });
  expect(existsSync(join(room.directory, 'journal', writer))).toBe(false);
  await room.open({ repair: true, acceptLoss: true });
  expect(room.store.writer).not.toBe(writer);
  expect(room.store.repairs.lost).toBe(1);
  const kept = [1, 2, 3, 4, 6, 7, 8];
  expect((await room.seqs()).toSorted((a, b) => a - b)).toEqual(kept);
  // They are in no table yet: a crash must not lose them either.
  await room.reopen();
  expect((await room.seqs()).toSorted((a, b) => a - b)).toEqual(kept);
  expect(new Set(room.folded.map(({ seq }) => seq)).size).toBe(room.folded.length);
  await room.flushAll();
  expect(await room.store.verify(watch)).toMatchObject({ ok: true, lost: 1 });
  await room.reopen();
  expect((await room.seqs()).toSorted((a, b) => a - b)).toEqual(kept);
});

test('two sealed tables that are damaged are both made anew on opening', async () => {
  for (const last of [4, 8]) {
    await room.appendUpTo(last);
    await room.flushAll();
    const closed = tableOf('hot');
    await room.store.exclusively(async () => {
      await room.store.generations.roll();
      await room.store.upkeep.mend(closed, false);
    });
  }
  const tables = room.store.generations.catalog.tables.filter(({ state }) => state === 'sealed');
  expect(tables.map(({ rows }) => rows)).toEqual([4, 4]);
  await room.close();
  for (const { name } of tables)
    for (const path of filesIn(join(room.directory, 'tables', `${name}.lance`), /data.*\.lance$/))
      truncateSync(path, 10);
  await room.open();
  expect(room.store.repairs.mended).toMatchObject([{ lost: 0 }, { lost: 0 }]);
  expect(await room.seqs()).toEqual(range(1, 8));
  expect((await room.store.verify(watch)).ok).toBe(true);
});

test('a table that kills whoever reads it is named, the others are read, and it comes back from the journal', async () => {
  await spread();
  const name = tableOf('sealed');
  room.runJob = (job, signal, onProgress) => {
    const isDeadly =
      (job.kind === 'verify' && job.verify.tables.some((table) => table.name === name)) ||
      (job.kind === 'build' && job.build.inputs.includes(name));
    return isDeadly ? Promise.reject(new Error('SIGABRT')) : doJob(job, signal, onProgress);
  };
  const found = await room.store.verify(watch);
  expect(found).toMatchObject({ ok: false, rows: 4, damaged: [{ table: name, missing: 5 }] });
  expect(found.damaged[0]?.problems.join()).toContain('SIGABRT');
  expect(found.journal.events).toBe(12);
  await room.store.mendTables(found.damaged, false);
  expect(await room.store.verify(watch)).toMatchObject({ ok: true, rows: 9 });
});

test('a process that cannot be had at all is an error, and no table is blamed for it', async () => {
  await spread();
  room.runJob = () => Promise.reject(new Error('no memory'));
  await expect(room.store.verify(watch)).rejects.toThrow('no memory');
  const { mended, refused } = await room.store.mendTables(
    [{ table: tableOf('sealed'), state: 'sealed', problems: [], rows: 0, ids: [], missing: 0, spans: [] }],
    true,
  );
  expect([mended, refused]).toMatchObject([[], [{ events: 0, reason: 'no memory' }]]);
  expect(await room.seqs()).toEqual(range(1, 12));
});
