import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../../src/schema/event.ts';
import { openJournal } from '../../../src/store/journal/journal.ts';
import { makeEvent } from '../../world/events.ts';

const writer = `wr_${'1'.repeat(32)}`;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hm-journal-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const events = (from: number, count: number): Event[] =>
  Array.from({ length: count }, (_, index) => makeEvent({ writer, seq: from + index }));
const segments = (): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.wal'))
    .sort();

async function readAll(segmentBytes?: number): Promise<Event[]> {
  const { journal, events: found } = await openJournal(directory, writer, 0, segmentBytes);
  await journal.close();
  return found;
}

async function writeAll(count: number, segmentBytes?: number): Promise<void> {
  const { journal } = await openJournal(directory, writer, 0, segmentBytes);
  for (const event of events(1, count)) await journal.write([event]);
  await journal.close();
}

test('what was written is read back, in order, after the given seq', async () => {
  await writeAll(10);
  const { journal, events: found, broken } = await openJournal(directory, writer, 4);
  expect(found).toEqual(events(5, 6));
  expect(journal.lastSeq()).toBe(10);
  expect(broken).toEqual([]);
  await journal.write(events(11, 1));
  await journal.close();
  expect((await readAll()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('segments roll, are sealed without zeros, and are pruned only below the checkpoint', async () => {
  await writeAll(40, 8 * 1024);
  const before = segments();
  expect(before.length).toBeGreaterThan(3);
  const sealed = readFileSync(join(directory, before[0] ?? ''));
  expect(sealed.at(-1)).not.toBe(0);
  const { journal } = await openJournal(directory, writer, 0, 8 * 1024);
  const second = Number.parseInt(before[1]?.slice(0, 16) ?? '', 16);
  expect(await journal.tidy(second - 2, Date.now() + 1000)).toEqual({ compressed: 0, deleted: 0 });
  expect(segments()).toEqual(before);
  expect(await journal.tidy(second - 1, Date.now() + 1000)).toEqual({ compressed: 0, deleted: 1 });
  expect(segments()).toEqual(before.slice(1));
  await journal.close();
});

test('a journal cut at any byte of its last record loses at most that record, and keeps the evidence', async () => {
  await writeAll(3, 16 * 1024);
  const path = join(directory, segments()[0] ?? '');
  const whole = readFileSync(path);
  const used = whole.length - [...whole].reverse().findIndex((byte) => byte !== 0);
  const lastStart = whole.lastIndexOf('{"events"', used) - 8;
  const copy = join(directory, 'whole.copy');
  copyFileSync(path, copy);
  for (let cut = lastStart; cut < used; cut += 1) {
    copyFileSync(copy, path);
    truncateSync(path, cut);
    const { journal, events: found, broken } = await openJournal(directory, writer, 0);
    expect(found).toEqual(events(1, 2));
    expect(broken.length).toBe(cut === lastStart ? 0 : 1);
    await journal.close();
    for (const name of readdirSync(directory)) if (name.endsWith('.broken')) rmSync(join(directory, name));
  }
});

test('after a torn tail the journal goes on with the next seq', async () => {
  await writeAll(3);
  const path = join(directory, segments()[0] ?? '');
  const bytes = readFileSync(path);
  const used = bytes.length - [...bytes].reverse().findIndex((byte) => byte !== 0);
  bytes.fill(0, used - 20, used);
  writeFileSync(path, bytes);
  const reopened = await openJournal(directory, writer, 0);
  expect(reopened.events.length).toBe(2);
  await reopened.journal.write(events(3, 2));
  await reopened.journal.close();
  expect(await readAll()).toEqual(events(1, 4));
});

test.each([
  ['the second record', '"seq":2'],
  ['the header', '"format":1'],
])(
  'a flipped bit in %s with whole records behind it stops with DATA_LOSS and changes nothing',
  async (_where, mark) => {
    await writeAll(5);
    const path = join(directory, segments()[0] ?? '');
    const bytes = readFileSync(path);
    const at = bytes.indexOf(mark) + mark.length - 1;
    expect(at).toBeGreaterThan(mark.length);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(openJournal(directory, writer, 0)).rejects.toMatchObject({
      code: 'DATA_LOSS',
      message: expect.stringContaining(path),
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  },
);

test('a missing segment in the middle is a gap, not silence', async () => {
  await writeAll(40, 8 * 1024);
  rmSync(join(directory, segments()[1] ?? ''));
  await expect(openJournal(directory, writer, 0, 8 * 1024)).rejects.toMatchObject({ code: 'DATA_LOSS' });
});

test("another writer's journal is refused", async () => {
  await writeAll(1);
  await expect(openJournal(directory, `wr_${'2'.repeat(32)}`, 0)).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
  });
});

test('a record larger than a segment gets a segment of its own', async () => {
  const { journal } = await openJournal(directory, writer, 0, 8 * 1024);
  const large = { ...makeEvent({ writer, seq: 1 }), text: 'x'.repeat(100_000) };
  await journal.write([large]);
  await journal.write(events(2, 1));
  await journal.close();
  expect(await readAll(8 * 1024)).toEqual([large, ...events(2, 1)]);
});

test('a group is there whole or not at all, whichever of its pages a power cut left', async () => {
  const { journal } = await openJournal(directory, writer, 0, 256 * 1024);
  await journal.write(events(1, 2));
  await journal.write(events(3, 40));
  await journal.close();
  const path = join(directory, segments()[0] ?? '');
  const bytes = readFileSync(path);
  const start = bytes.lastIndexOf('{"events"') - 8;
  // The first page of the second group never reached the disk, those behind it did.
  bytes.fill(0, start, start + 4096);
  writeFileSync(path, bytes);
  const reopened = await openJournal(directory, writer, 0);
  expect(reopened.events).toEqual(events(1, 2));
  expect(reopened.broken.length).toBe(1);
  await reopened.journal.write(events(3, 1));
  await reopened.journal.close();
  expect(await readAll()).toEqual(events(1, 3));
});

test('a write that fails counts for nothing and leaves no gap', async () => {
  const { journal } = await openJournal(directory, writer, 0, 4 * 1024);
  const failures: unknown[] = [];
  while (failures.length === 0) {
    const seq = journal.lastSeq() + 1;
    const next = join(directory, `${seq.toString(16).padStart(16, '0')}.wal`);
    // Once the segment is full the next one cannot be made: a folder has its name.
    if (seq > 1) mkdirSync(next);
    await journal.write(events(seq, 1)).catch((error) => failures.push(error));
    if (seq > 1) rmSync(next, { recursive: true });
  }
  expect(failures).toMatchObject([{ code: 'UNAVAILABLE' }]);
  const last = journal.lastSeq();
  expect(last).toBeGreaterThan(1);
  await journal.write(events(last + 1, 3));
  await journal.close();
  expect(await readAll(4 * 1024)).toEqual(events(1, last + 3));
});

test('what failed is not believed later, even when its bytes stayed', async () => {
  const { journal } = await openJournal(directory, writer, 0, 64 * 1024);
  await journal.write(events(1, 2));
  await journal.close();
  // A write whose sync failed: its frame is whole, its events were refused, and the next segment numbers them anew.
  const first = join(directory, segments()[0] ?? '');
  const refused = await openJournal(directory, writer, 0);
  await refused.journal.write([{ ...makeEvent({ writer, seq: 3 }), text: 'refused' }]);
  await refused.journal.close();
  const copy = readFileSync(first);
  rmSync(first);
  const again = await openJournal(directory, writer, 2);
  await again.journal.write(events(3, 1));
  await again.journal.close();
  writeFileSync(first, copy);
  expect(await readAll()).toEqual(events(1, 3));
});

test('a closed journal takes nothing: its next owner may be writing already', async () => {
  const { journal } = await openJournal(directory, writer, 0);
  await journal.write(events(1, 1));
  await journal.close();
  await expect(journal.write(events(2, 1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await readAll()).toEqual(events(1, 1));
});

test('segments that the checkpoint covers are not read, and a removed journal goes on behind it', async () => {
  await writeAll(40, 8 * 1024);
  const [first = '', second = ''] = segments();
  writeFileSync(join(directory, first), 'not a segment');
  const covered = Number.parseInt(second, 16) - 1;
  const { journal, events: found } = await openJournal(directory, writer, covered, 8 * 1024);
  expect(found).toEqual(events(covered + 1, 40 - covered));
  await journal.close();
  for (const name of segments()) rmSync(join(directory, name));
  const empty = await openJournal(directory, writer, 40);
  expect(empty.journal.lastSeq()).toBe(40);
  await empty.journal.write(events(41, 1));
  await empty.journal.close();
  const after = await openJournal(directory, writer, 40);
  expect(after.events).toEqual(events(41, 1));
  await after.journal.close();
});

test('a group that no reader would accept is refused, not acknowledged', async () => {
  const { journal } = await openJournal(directory, writer, 0);
  const giant = { ...makeEvent({ writer, seq: 1 }), text: 'x'.repeat(33 * 1024 * 1024) };
  await expect(journal.write([giant])).rejects.toBeInstanceOf(RangeError);
  await journal.write(events(1, 1));
  await journal.close();
  expect(await readAll()).toEqual(events(1, 1));
});
