import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../../src/schema/app-error.ts';
import { encodeFrame } from '../../../src/store/journal/frame.ts';
import { openJournal } from '../../../src/store/journal/journal.ts';
import {
  collect,
  makeEvents,
  makeFolder,
  segmentsIn,
  smallSegment,
  usedBytes,
  writeGroups,
  writer,
} from '../../world/journal.ts';
import { createRandom } from '../../world/random.ts';

const count = 60;
const lastGroup = 3;
/** HIVEMIND_ROUNDS=1000 for the long form, FC_SEED for other places. */
const rounds = Number(process.env.HIVEMIND_ROUNDS ?? 200);
const seed = Number(process.env.FC_SEED ?? 20_261_121);

const folder = makeFolder();
const whole = join(folder.directory, 'whole');
const copy = join(folder.directory, 'copy');
const written = makeEvents(1, count);

beforeAll(async () => {
  const journal = await writeGroups(whole, count);
  expect((await journal.tidy(count / 2, 0)).compressed).toBeGreaterThan(2);
  await journal.close();
  expect(segmentsIn(whole, /\.wal$/).length).toBeGreaterThan(3);
});
afterAll(folder.remove);

/** Copies the journal and changes one bit, or one byte, anywhere in it. */
function damageCopy(random: () => number): { path: string; bytes: Buffer; at: number } {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const name of readdirSync(whole)) copyFileSync(join(whole, name), join(copy, name));
  const names = segmentsIn(copy);
  const path = join(copy, names[Math.floor(random() * names.length)] ?? '');
  const bytes = readFileSync(path);
  const at = Math.floor(random() * bytes.length);
  const change = random() < 0.5 ? 1 << Math.floor(random() * 8) : 1 + Math.floor(random() * 255);
  bytes[at] = (bytes[at] ?? 0) ^ change;
  writeFileSync(path, bytes);
  return { path, bytes, at };
}

const openCopy = (afterSeq: number) =>
  openJournal(copy, writer, afterSeq, smallSegment).catch((error: unknown) => error as AppError);

test(`${rounds} random flips: what opens has every event before the flip and no other, what does not names the file`, {
  timeout: 30_000 + rounds * 50,
}, async () => {
  const random = createRandom(seed).unit;
  const outcomes = { refused: 0, cut: 0, harmless: 0 };
  for (let round = 0; round < rounds; round++) {
    const { path, bytes, at } = damageCopy(random);
    const where = `round ${round}: byte ${at} of ${basename(path)}`;
    const opened = await openCopy(0);
    if (opened instanceof Error) {
      expect(opened, where).toBeInstanceOf(AppError);
      expect(opened, where).toMatchObject({ code: 'DATA_LOSS', message: expect.stringContaining(path) });
      expect(readFileSync(path).equals(bytes), where).toBe(true);
      outcomes.refused += 1;
      continue;
    }
    const { journal, events } = opened;
    // Only the last record may go, and only when the flip is in it: no one can tell it from a write that was cut.
    const isLast = basename(path) === segmentsIn(whole).at(-1);
    expect(events.length, where).toBeGreaterThanOrEqual(isLast ? count - lastGroup : count);
    expect(events, where).toEqual(written.slice(0, events.length));
    outcomes[events.length === count ? 'harmless' : 'cut'] += 1;
    await journal.write(makeEvents(events.length + 1, 2));
    await journal.close();
    const again = await openJournal(copy, writer, 0, smallSegment);
    expect(again.events, where).toEqual(makeEvents(1, events.length + 2));
    await again.journal.close();
  }
  expect(outcomes.refused).toBeGreaterThan(rounds / 2);
  expect(outcomes.cut + outcomes.harmless).toBeGreaterThan(0);
});

const fewer = Math.ceil(rounds / 4);

test(`${fewer} random flips in what LanceDB has already: it opens, reads what is whole, and verify tells the rest`, {
  timeout: 30_000 + fewer * 100,
}, async () => {
  const random = createRandom(seed + 1).unit;
  let told = 0;
  for (let round = 0; round < fewer; round++) {
    const { path, at } = damageCopy(random);
    const where = `round ${round}: byte ${at} of ${basename(path)}`;
    const opened = await openCopy(count);
    if (opened instanceof Error) {
      // The last segment is read whatever LanceDB has: its header says whose it is.
      expect(opened, where).toMatchObject({ code: 'DATA_LOSS', message: expect.stringContaining(path) });
      expect(basename(path), where).toBe(segmentsIn(whole).at(-1));
      continue;
    }
    const { journal } = opened;
    const found = await collect(journal.read(1, count));
    const report = await journal.verify();
    const numbers = found.map(({ seq }) => seq);
    expect(numbers, where).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    for (const event of found) expect(event, where).toEqual(written[event.seq - 1]);
    expect(report.events, where).toBe(found.length);
    if (found.length < count) {
      expect(
        report.damaged.map((damage) => damage.path),
        where,
      ).toEqual([path]);
      told += 1;
    }
    // Damaged or not, it goes on behind what LanceDB has.
    await journal.write(makeEvents(count + 1, 1));
    await journal.close();
    const again = await openJournal(copy, writer, count, smallSegment);
    expect(again.events, where).toEqual(makeEvents(count + 1, 1));
    await again.journal.close();
  }
  expect(told).toBeGreaterThan(fewer / 3);
});

test('a record that stands there a second time is not believed', async () => {
  const one = join(folder.directory, 'stale');
  const journal = await writeGroups(one, 6, 64 * 1024);
  await journal.close();
  const path = join(one, segmentsIn(one)[0] ?? '');
  const bytes = readFileSync(path);
  const [start, end] = frameOf(bytes, 1);
  const free = frameOf(bytes, 4)[0];
  bytes.copy(bytes, free, start, end);
  writeFileSync(path, bytes);
  const opened = await openJournal(one, writer, 0, 64 * 1024);
  expect(opened.events).toEqual(makeEvents(1, 6));
  expect(opened.broken.length).toBe(1);
  await opened.journal.write(makeEvents(7, 1));
  await opened.journal.close();

  // In the place of a record that was acknowledged it is damage, not a tail.
  const second = frameOf(readFileSync(path), 2);
  const grown = readFileSync(path);
  grown.copyWithin(second[0], start, end);
  writeFileSync(path, grown);
  await expect(openJournal(one, writer, 0)).rejects.toMatchObject({ code: 'DATA_LOSS' });
});

test('a segment under the wrong name is damage', async () => {
  const one = join(folder.directory, 'misnamed');
  await (await writeGroups(one, 20)).close();
  const [first = '', second = ''] = segmentsIn(one);
  copyFileSync(join(one, first), join(one, second));
  await expect(openJournal(one, writer, 0)).rejects.toMatchObject({
    code: 'DATA_LOSS',
    message: expect.stringContaining(second),
  });
});

test('the last record of a segment that another one follows is no torn tail', async () => {
  const one = join(folder.directory, 'sealed');
  await (await writeGroups(one, 20)).close();
  const path = join(one, segmentsIn(one)[1] ?? '');
  const bytes = readFileSync(path);
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 4;
  writeFileSync(path, bytes);
  await expect(openJournal(one, writer, 0)).rejects.toMatchObject({
    code: 'DATA_LOSS',
    message: expect.stringContaining(path),
  });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(readdirSync(one).filter((name) => name.endsWith('.broken'))).toEqual([]);
});

/** Where the n-th frame (0 is the header) of a segment begins and ends. */
function frameOf(bytes: Buffer, n: number): [number, number] {
  let at = 0;
  for (let index = 0; index < n; index++) at += 8 + bytes.readUInt32LE(at);
  return [at, at + 8 + bytes.readUInt32LE(at)];
}

test('a whole record that cannot be read is never cut away', async () => {
  const one = join(folder.directory, 'newer');
  await (await writeGroups(one, 6, 64 * 1024)).close();
  const path = join(one, segmentsIn(one)[0] ?? '');
  const bytes = readFileSync(path);
  encodeFrame(JSON.stringify({ events: [{ seq: 7, kind: 'of a later version' }] })).copy(
    bytes,
    usedBytes(path),
  );
  writeFileSync(path, bytes);
  await expect(openJournal(one, writer, 0)).rejects.toMatchObject({
    code: 'DATA_LOSS',
    message: expect.stringContaining(path),
  });
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('a later format is refused and left alone, wrong numbers are not written', async () => {
  const one = join(folder.directory, 'later');
  const { journal } = await openJournal(one, writer, 0);
  await expect(journal.write(makeEvents(2, 1))).rejects.toMatchObject({ code: 'INTERNAL' });
  await journal.write(makeEvents(1, 1));
  await journal.close();
  const path = join(one, segmentsIn(one)[0] ?? '');
  const bytes = encodeFrame(JSON.stringify({ format: 2, writer, firstSeq: 1, more: true }));
  writeFileSync(path, bytes);
  await expect(openJournal(one, writer, 0)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  expect(readFileSync(path).equals(bytes)).toBe(true);
});
