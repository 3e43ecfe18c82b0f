import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Journal, openJournal } from '../../../src/store/journal/journal.ts';
import {
  collect,
  firstSeqIn,
  makeEvents,
  makeFolder,
  segmentsIn,
  smallSegment,
  writeGroups,
  writer,
} from '../../world/journal.ts';

const count = 60;
const dayMs = 24 * 60 * 60 * 1000;

let directory: string;
let remove: () => void;
beforeEach(() => {
  ({ directory, remove } = makeFolder());
});
afterEach(() => remove());

const path = (name: string): string => join(directory, name);
const plain = (): string[] => segmentsIn(directory, /\.wal$/);
const packed = (): string[] => segmentsIn(directory, /\.wal\.zst$/);
const reopen = (afterSeq = 0) => openJournal(directory, writer, afterSeq, smallSegment);

/** Tidies until nothing is left to compress. */
async function tidyAll(journal: Journal, seq: number, olderThan = 0): Promise<number> {
  let total = 0;
  for (;;) {
    const { compressed } = await journal.tidy(seq, olderThan);
    if (compressed === 0) return total;
    total += compressed;
  }
}

test('sealed segments below the given event are compressed one by one, with their time of writing', async () => {
  const journal = await writeGroups(directory, count);
  const before = plain();
  const long = new Date(Date.now() - 3 * dayMs);
  utimesSync(path(before[0] ?? ''), long, long);
  const whole = readFileSync(path(before[0] ?? ''));
  const upTo = firstSeqIn(before[6] ?? '') - 1;
  expect(await journal.tidy(upTo - 1, 0)).toEqual({ compressed: 4, deleted: 0 });
  expect(await tidyAll(journal, upTo - 1)).toBe(1);
  expect(packed()).toEqual(before.slice(0, 5).map((name) => `${name}.zst`));
  expect(plain()).toEqual(before.slice(5));
  const first = path(packed()[0] ?? '');
  expect(statSync(first).mtimeMs).toBeCloseTo(long.getTime(), -1);
  expect(zstdDecompressSync(readFileSync(first)).equals(whole)).toBe(true);
  await tidyAll(journal, Number.POSITIVE_INFINITY);
  expect(plain().length).toBe(1);
  await journal.close();
});

test('a journal with compressed segments opens, reads and goes on as before', async () => {
  const journal = await writeGroups(directory, count);
  await tidyAll(journal, count);
  await journal.close();
  const all = await reopen();
  expect(all.events).toEqual(makeEvents(1, count));
  await all.journal.write(makeEvents(count + 1, 1));
  expect(await collect(all.journal.read(7, count + 1))).toEqual(makeEvents(7, count - 5));
  await all.journal.close();
  const some = await reopen(11);
  expect(some.events).toEqual(makeEvents(12, count - 10));
  await some.journal.close();
});

test('of all plain segments only the last is written: when it is compressed too, a new one is begun', async () => {
  const journal = await writeGroups(directory, count);
  await tidyAll(journal, count);
  await journal.close();
  for (const name of plain()) rmSync(path(name));
  const left = await reopen();
  const last = left.journal.lastSeq();
  expect(left.events).toEqual(makeEvents(1, last));
  await left.journal.write(makeEvents(last + 1, 1));
  await left.journal.close();
  expect(plain().map(firstSeqIn)).toEqual([last + 1]);
});

test('old segments are deleted in either form, oldest first, without holes', async () => {
  const journal = await writeGroups(directory, count);
  await journal.tidy(count, 0);
  const names = segmentsIn(directory);
  const age = (index: number, days: number): void => {
    const at = new Date(Date.now() - days * dayMs);
    utimesSync(path(names[index] ?? ''), at, at);
  };
  age(0, 9);
  age(1, 9);
  // The clock was years ahead for one segment: those around it decide.
  age(2, -3650);
  age(3, 9);
  age(5, 9);
  expect((await journal.tidy(count, Date.now() - 7 * dayMs)).deleted).toBe(4);
  const first = firstSeqIn(names[4] ?? '');
  expect(firstSeqIn(segmentsIn(directory)[0] ?? '')).toBe(first);
  expect(await collect(journal.read(1, count))).toEqual(makeEvents(first, count - first + 1));
  expect(await journal.stats()).toMatchObject({ firstSeq: first });
  await tidyAll(journal, count, Date.now() + dayMs);
  // The segment being written stays, whatever its age.
  expect(segmentsIn(directory).length).toBe(1);
  await journal.close();
});

test('beside writers nothing is lost and only sealed segments are touched', async () => {
  const { journal } = await reopen();
  let upkeep: Promise<unknown> = Promise.resolve();
  for (let seq = 1; seq <= 200; seq += 2) {
    await journal.write(makeEvents(seq, 2));
    if (seq % 10 === 1) upkeep = Promise.all([upkeep, journal.tidy(seq, 0), journal.tidy(seq, 0)]);
    if (seq % 30 === 1) expect(await collect(journal.read(1, seq + 1))).toEqual(makeEvents(1, seq + 1));
  }
  await upkeep;
  expect(packed().length).toBeGreaterThan(10);
  expect(await journal.verify()).toMatchObject({ events: 200, firstSeq: 1, lastSeq: 200, damaged: [] });
  await journal.close();
  const again = await reopen();
  expect(again.events).toEqual(makeEvents(1, 200));
  await again.journal.close();
});

test('stats count without reading; verify reads and agrees', async () => {
  const journal = await writeGroups(directory, count);
  await journal.tidy(count, 0);
  const stats = await journal.stats();
  const names = segmentsIn(directory);
  expect(stats).toEqual({
    segments: names.length,
    compressed: packed().length,
    sizeBytes: names.reduce((sum, name) => sum + statSync(path(name)).size, 0),
    firstSeq: 1,
  });
  expect(await journal.verify()).toEqual({ ...stats, events: count, lastSeq: count, damaged: [] });
  await journal.close();
  const empty = makeFolder();
  const { journal: none } = await openJournal(empty.directory, writer, 0);
  expect(await none.stats()).toEqual({ segments: 0, compressed: 0, sizeBytes: 0, firstSeq: null });
  expect(await none.verify()).toMatchObject({ events: 0, firstSeq: null, lastSeq: null, damaged: [] });
  await none.close();
  empty.remove();
});

test('damage in an old segment is reported by verify; the rest is read, and it is never compressed over', async () => {
  const journal = await writeGroups(directory, count);
  const [, second = '', third = ''] = plain();
  const bytes = readFileSync(path(second));
  const at = bytes.lastIndexOf('"seq"');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path(second), bytes);
  await tidyAll(journal, count);
  expect(plain()).toContain(second);
  const report = await journal.verify();
  expect(report.damaged.map((damage) => damage.path)).toEqual([path(second)]);
  expect(report.damaged[0]?.reason).toContain('checksum differs');
  const found = (await collect(journal.read(1, count))).map(({ seq }) => seq);
  expect(found).toContain(firstSeqIn(second));
  expect(found).not.toContain(firstSeqIn(third) - 1);
  expect(found).toContain(firstSeqIn(third));
  expect(report.events).toBe(found.length);
  await journal.close();
});

test.each(['plain', 'compressed'])(
  'of a segment in both forms the whole one stays: the %s one',
  async (kept) => {
    const journal = await writeGroups(directory, count);
    const name = plain()[1] ?? '';
    copyFileSync(path(name), path('copy'));
    await journal.tidy(count, 0);
    await journal.close();
    copyFileSync(path('copy'), path(name));
    const victim = kept === 'plain' ? `${name}.zst` : name;
    const bytes = readFileSync(path(victim));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 16;
    writeFileSync(path(victim), bytes);
    const opened = await reopen();
    expect(opened.events).toEqual(makeEvents(1, count));
    await opened.journal.close();
    const forms = readdirSync(directory).filter((other) => other.startsWith(name));
    expect(forms).toEqual([kept === 'plain' ? name : `${name}.zst`]);
  },
);

test('what a crash left half made goes, what is not ours stays and is ignored', async () => {
  await (await writeGroups(directory, count)).close();
  const ours = ['next.blank', '0000000000000001.wal.zst.tmp'];
  const foreign = [
    '.DS_Store',
    'notes.txt',
    '1.wal',
    'ffffffffffffffff.wal',
    '0000000000000000.wal',
    'g000000000000001.wal',
  ];
  for (const name of [...ours, ...foreign]) writeFileSync(path(name), 'half a thing');
  mkdirSync(path('00000000000000ff.wal'));
  const opened = await reopen();
  expect(opened.events).toEqual(makeEvents(1, count));
  expect(await opened.journal.verify()).toMatchObject({ events: count, damaged: [] });
  await opened.journal.close();
  const names = readdirSync(directory);
  for (const name of ours) expect(names).not.toContain(name);
  for (const name of foreign) expect(names).toContain(name);
});

test('evidence of torn tails is kept as long as segments are', async () => {
  await (await writeGroups(directory, 3)).close();
  const name = plain()[0] ?? '';
  const broken = `${name}.1700000000000.broken`;
  writeFileSync(path(broken), 'torn');
  const { journal } = await reopen();
  await journal.tidy(3, Date.now() - dayMs);
  expect(readdirSync(directory)).toContain(broken);
  await journal.tidy(3, Date.now() + dayMs);
  expect(readdirSync(directory)).not.toContain(broken);
  await journal.close();
});

test('a clock that jumps ages no segment; of the time when nobody wrote a day counts at most', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const journal = await writeGroups(directory, count);
    const before = journal.clock();
    vi.setSystemTime(Date.now() + 3650 * dayMs);
    expect(journal.clock() - before).toBeLessThan(dayMs);
    await journal.close();
    const later = await reopen();
    expect(later.journal.clock() - before).toBeGreaterThan(0.9 * dayMs);
    expect(later.journal.clock() - before).toBeLessThan(1.1 * dayMs);
    await later.journal.close();
  } finally {
    vi.useRealTimers();
  }
});
