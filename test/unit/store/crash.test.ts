import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { doJob } from '../../../src/store/job.ts';
import { copyStore, filesIn, openRoom, range, type StoreRoom } from '../../world/store.ts';

const crasher = join(import.meta.dirname, '../../world/store-crasher.ts');
const idle = new AbortController().signal;
let room: StoreRoom | null = null;
afterEach(async () => {
  await room?.remove();
  room = null;
});

/** What the crasher acknowledged before it was killed; null when it came to its end. */
const crashAt = (failpoint: string, directory: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, HIVEMIND_FAILPOINT: failpoint };
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', crasher, directory],
      { env },
      (error, out, err) => {
        if (error !== null && error.signal !== 'SIGKILL') reject(new Error(err));
        else resolve(error === null ? null : Number(out.trim().split('\n').at(-1) ?? 0));
      },
    );
  });

/** Nothing is on disk but what the catalog names. */
function expectTidy({ directory, store }: StoreRoom): void {
  const { tables, dropped } = store.generations.catalog;
  const names = tables.map(({ name }) => name);
  const folders = readdirSync(join(directory, 'tables')).map((name) => name.replace(/\.lance$/, ''));
  expect(folders.filter((name) => !dropped.includes(name)).sort()).toEqual(names.sort());
  const sealed = tables.filter(({ state }) => state === 'sealed').map(({ name }) => `${name}.json`);
  const ledgers = filesIn(join(directory, 'ledgers'), /./).map((path) => path.split('/').at(-1) ?? '');
  expect(ledgers.filter((name) => !dropped.includes(name.replace('.json', ''))).sort()).toEqual(
    sealed.sort(),
  );
  expect(filesIn(directory, /\.ndjson$|\.tmp$|\/~|\.\d+$/)).toEqual([]);
}

/** Every event from the first to the last is there once, and as it was written. */
async function expectExactly(opened: StoreRoom, last: number): Promise<void> {
  expect(await opened.all()).toEqual(range(1, last).map(opened.eventOf));
  expect(opened.store.count()).toBe(last);
  expect(opened.folded.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(range(1, last));
}

test.each([
  'flush.add:2',
  'flush.sync:3',
  'checkpoint.write:2',
  'catalog.write:4',
  'roll.create:2',
  'roll.commit:3',
  'snapshot.write:2',
  'merge.write:2',
  'merge.index:2',
  'merge.sync:2',
  'merge.commit:2',
])(
  'killed at %s: what was acknowledged is there once, and nothing else is left lying about',
  async (failpoint) => {
    const directory = mkdtempSync(join(tmpdir(), 'hm-crash-'));
    const acknowledged = await crashAt(failpoint, directory);
    expect(acknowledged).not.toBeNull();
    room = await openRoom(directory);
    const last = room.store.lastSeq();
    expect(last).toBeGreaterThanOrEqual(acknowledged ?? 0);
    await expectExactly(room, last);
    expectTidy(room);
    await room.appendUpTo(last + 5);
    await room.seal();
    await expectExactly(room, last + 5);
    await room.reopen();
    await expectExactly(room, last + 5);
    expectTidy(room);
  },
);

test('upkeep that ends between build and installation leaves everything as it was', async () => {
  room = await openRoom();
  await room.appendUpTo(30);
  room.runJob = async (job, signal) => {
    await doJob(job, signal);
    throw new Error('killed');
  };
  for (let turn = 0; turn < 3; turn += 1) await expect(room.seal()).rejects.toThrow('killed');
  await expectExactly(room, 30);
  expectTidy(room);
  room.runJob = doJob;
  await room.store.upkeep.run(idle);
  expect(room.store.freshSize()).toBe(0);
  await expectExactly(room, 30);
  await room.reopen();
  await expectExactly(room, 30);
  expectTidy(room);
});

test('a folder as it stood in the middle of a merge opens with every event, and what was half made goes', async () => {
  const made = await openRoom();
  await made.appendUpTo(30);
  const copies: string[] = [];
  made.runJob = async (job, signal) => {
    copies.push(copyStore(made.directory));
    const result = await doJob(job, signal);
    copies.push(copyStore(made.directory));
    return result;
  };
  await made.seal();
  copies.push(copyStore(made.directory));
  await made.remove();
  expect(copies.length).toBe(3);
  for (const copy of copies) {
    writeFileSync(join(copy, `events_${'a'.repeat(32)}.ndjson`), '{');
    writeFileSync(join(copy, 'snapshot.123456789'), 'x');
    room = await openRoom(copy);
    await expectExactly(room, 30);
    expectTidy(room);
    await room.remove();
  }
});

test('what others have put into the folder stays', async () => {
  room = await openRoom();
  await room.appendUpTo(3);
  await room.flushAll();
  await room.close();
  const others = ['tables/embeddings_x.lance/data', 'tables/events_old.lance', 'notes.txt', 'snapshot.mine'];
  for (const name of others) mkdirSync(join(room.directory, name), { recursive: true });
  await room.open();
  for (const name of others)
    expect(readdirSync(join(room.directory, name, '..'))).toContain(name.split('/').at(-1));
});
