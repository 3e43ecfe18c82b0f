import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../../src/schema/event.ts';
import { ForgetResult } from '../../../src/store/forget/forget.ts';
import { createForgetter, type Forgetting } from '../../../src/store/forget/forgetter.ts';
import { rewritten } from '../../../src/store/forget/journal.ts';
import { doJob } from '../../../src/store/job.ts';
import { readContents } from '../../../src/store/journal/contents.ts';
import { setJournalAside } from '../../../src/store/journal/set-aside.ts';
import { searchDisk } from '../../world/disk-search.ts';
import { filesIn, openRoom, range, type StoreRoom } from '../../world/store.ts';
import { changes, dataFile, pick } from '../../world/table-damage.ts';

let room: StoreRoom;
beforeEach(async () => {
  room = await openRoom(undefined, ['tool.called']);
});
afterEach(() => room.remove());

const word = 'zqword9901';
const gone = new Set([5, ...range(50, 60), 150, 195]);

/** Long and different for each, so that texts take compressed blocks of their own. */
const filling = (seq: number): string => createHash('sha512').update(String(seq)).digest('hex');

const eventAt = (seq: number): Event => ({
  ...room.eventOf(seq),
  text: gone.has(seq) ? `says ${word} ${seq}` : `says ${seq} ${filling(seq)}`,
  body: { tool: 'Bash', output: gone.has(seq) ? word : 'nothing' },
});

const forgetting = (writer: string): Forgetting => ({
  event: `evt_${'f'.repeat(32)}`,
  kind: 'forgotten',
  events: {
    [writer]: [
      [5, 5],
      [50, 60],
      [150, 150],
      [195, 195],
    ],
  },
  keys: [],
  decided: [],
});

/** Events in a sealed table, in the hot one, and in the journal alone. */
async function fill(): Promise<Forgetting> {
  await room.append(...range(1, 100).map(eventAt));
  await room.seal();
  await room.append(...range(101, 180).map(eventAt));
  await room.flushAll();
  await room.store.settle(true);
  await room.append(...range(181, 200).map(eventAt));
  return forgetting(room.store.writer);
}

const forget = async (...forgettings: Forgetting[]): Promise<ForgetResult> => {
  const { directory } = room;
  const job = { directory, forgettings, isShared: false };
  const done = await doJob(
    { kind: 'forget', location: { kind: 'local', directory }, forget: job },
    new AbortController().signal,
  );
  return ForgetResult.parse(done);
};

const found = async (): Promise<string[]> =>
  (await searchDisk(room.directory, [{ name: 'it', secret: word }])).found;

async function checkForgotten(before: readonly Event[]): Promise<void> {
  const after = await room.all();
  expect(after.map(({ seq }) => seq)).toEqual(range(1, 200));
  for (const [at, event] of after.entries())
    if (gone.has(event.seq))
      expect(event).toMatchObject({ id: before[at]?.id, text: '[forgotten]', fact: before[at]?.fact });
    else expect(event).toEqual(before[at]);
  expect(await found()).toEqual([]);
  const watch = { signal: new AbortController().signal, onProgress: () => undefined };
  expect((await room.store.verify(watch)).ok).toBe(true);
}

test('sealed and unsealed tables, journal and snapshot hold stubs, and all that was there', async () => {
  const order = await fill();
  const before = await room.all();
  await room.close();
  expect((await found()).length).toBeGreaterThan(3);
  const { facts, ...counts } = await forget(order);
  expect(counts).toMatchObject({ segments: 1, tables: 2, rows: 180, leaving: 0 });
  // What is in the journal alone has no row that says its fact.
  expect(facts.sort()).toEqual(
    before
      .filter(({ seq }) => gone.has(seq) && seq <= 180)
      .map(({ fact }) => fact)
      .sort(),
  );
  await room.open();
  await checkForgotten(before);
  expect(room.folded.filter(({ text }) => text?.includes(word))).toEqual([]);
  // Once more, as after a crash at the very end: nothing is lost by it.
  await room.close();
  await forget(order);
  await room.open();
  await checkForgotten(before);
  await room.seal();
  rmSync(join(room.directory, 'snapshot'), { force: true });
  await room.reopen();
  await checkForgotten(before);
});

test('who knows of the order reads stubs before anything was rewritten, and builds none but such tables', async () => {
  const order = await fill();
  const before = await room.all();
  rmSync(join(room.directory, 'snapshot'), { force: true });
  await room.reopen({ forgotten: () => [order] });
  const read = await room.all();
  expect(read.filter(({ text }) => text.includes(word))).toEqual([]);
  expect(read.filter(({ text }) => text === '[forgotten]').map(({ seq }) => seq)).toEqual([...gone]);
  await room.seal();
  await room.reopen();
  const sealed = (await room.all()).filter(({ seq }) => seq > 100);
  expect(sealed.filter(({ text }) => text.includes(word))).toEqual([]);
  expect(sealed.length).toBe(before.filter(({ seq }) => seq > 100).length);
});

test('a damaged table is left for repair, whose rows from the journal are stubs', async () => {
  const order = await fill();
  const before = await room.all();
  const [table = ''] = room.store.generations.sealed().map(({ name }) => name);
  await room.close();
  changes['one byte flipped']?.(pick(room.directory, table, dataFile));
  await expect(forget(order)).rejects.toMatchObject({ code: 'DATA_LOSS' });
  await room.open({ forgotten: () => [order] });
  const watch = { signal: new AbortController().signal, onProgress: () => undefined };
  const { damaged } = await room.store.verify(watch);
  // Opening may have read it already.
  const { mended, refused } = await room.store.mendTables(damaged, false);
  expect([...room.store.repairs.mended, ...mended].map((one) => one.table)).toEqual([table]);
  expect(refused).toEqual([]);
  await room.close();
  await forget(order);
  await room.open();
  await checkForgotten(before);
});

test('a journal that was set aside is rewritten as far as it can be read, and overwritten where it cannot', async () => {
  const order = await fill();
  const { writer } = room.store;
  await room.close();
  const [segment = ''] = filesIn(join(room.directory, 'journal', writer), /\.wal$/);
  const bytes = readFileSync(segment);
  const at = bytes.indexOf(`${word} 55`);
  bytes.write('#', at - 3);
  writeFileSync(segment, bytes);
  const damaged = await readContents({ path: segment, firstSeq: 1, compressed: false });
  expect(damaged?.damage.length).toBe(1);
  await setJournalAside(join(room.directory, 'journal'), writer);
  await forget(order);
  const [aside = ''] = filesIn(join(room.directory, 'journal'), /\.wal$/);
  const after = await readContents({ path: aside, firstSeq: 1, compressed: false });
  expect(after?.damage.length).toBe(1);
  expect(after?.events.map(({ seq }) => seq)).toEqual(damaged?.events.map(({ seq }) => seq));
  expect(readFileSync(aside).includes(word)).toBe(false);
});

test('events that do not count, behind the first of the next segment, are left out', async () => {
  const order = await fill();
  const { writer } = room.store;
  await room.close();
  const [path = ''] = filesIn(join(room.directory, 'journal', writer), /\.wal$/);
  const shorter = rewritten(readFileSync(path), createForgetter([order]), 58);
  writeFileSync(path, shorter);
  const contents = await readContents({ path, firstSeq: 1, compressed: false });
  expect(contents?.damage).toEqual([]);
  expect(contents?.events.map(({ seq }) => seq)).toEqual(range(1, 57));
});
