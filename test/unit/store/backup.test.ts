import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createZstdCompress } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../../src/schema/event.ts';
import { checkBackup } from '../../../src/store/backup/read.ts';
import { sealed } from '../../../src/store/backup/seal.ts';
import { makeEvent } from '../../world/events.ts';
import { filesIn, openRoom, range, type StoreRoom } from '../../world/store.ts';

const workspace = { id: `ws_${'a'.repeat(32)}`, name: 'w', createdAt: 1, repositories: [] };
const writer = `wr_${'1'.repeat(32)}`;
const signal = new AbortController().signal;
const quiet = (): void => undefined;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hm-backup-'));
  path = join(folder, 'b');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = (given: object = {}): object => ({
  hivemind: 'backup',
  format: 1,
  workspace,
  createdAt: 1,
  version: '0',
  events: 3,
  ranges: { [writer]: [[1, 3]] },
  ...given,
});

const row = (seq: number, given: object = {}): object => ({
  event: { ...makeEvent({ seq }), ...given },
  terms: 't',
});
const rows = [1, 2, 3].map((seq) => row(seq));

/** A file as Hivemind would write it, of any lines. */
async function write(lines: readonly (object | string)[], end: object | string = {}): Promise<void> {
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const counts = { events: lines.length - 1, skipped: 0, crc: crc32(text) };
  const last = typeof end === 'string' ? end : `${JSON.stringify({ end: { ...counts, ...end } })}\n`;
  await pipeline(
    Readable.from([Buffer.from(text + last)]),
    createZstdCompress(),
    sealed,
    createWriteStream(path),
  );
}

const check = () => checkBackup(path, quiet);

test('a whole file is what it says', async () => {
  await write([header(), ...rows]);
  expect(await check()).toMatchObject({ events: 3, skipped: 0, ranges: { [writer]: [[1, 3]] } });
});

test('cut at any byte, with any byte flipped, or with something behind it, it is refused', async () => {
  await write([header(), ...rows]);
  const whole = readFileSync(path);
  const refused = async (bytes: Buffer): Promise<void> => {
    writeFileSync(path, bytes);
    await expect(check()).rejects.toMatchObject({
      code: expect.stringMatching(/^(DATA_LOSS|INVALID_ARGUMENT)$/),
    });
  };
  for (let length = 0; length < whole.length; length += 1) await refused(whole.subarray(0, length));
  for (let at = 0; at < whole.length; at += 1) {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
    await refused(bytes);
  }
  for (const more of [Buffer.alloc(1), whole, Buffer.alloc(100_000)])
    await refused(Buffer.concat([whole, more]));
});

test('garbage is refused, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), async (bytes, looksRight) => {
      const magic = looksRight ? [0x28, 0xb5, 0x2f, 0xfd] : [];
      writeFileSync(path, Buffer.from([...magic, ...bytes]));
      await expect(check()).rejects.toMatchObject({ name: 'AppError' });
    }),
    { numRuns: 200 },
  );
});

const hostile: [name: string, lines: (object | string)[], end?: object | string][] = [
  ['no first line', [...rows]],
  ['a first line that is no header', ['[]', ...rows]],
  ['an id that is a path', [header({ workspace: { ...workspace, id: 'ws_../../../etc' } }), ...rows]],
  ['a name with control characters', [header({ workspace: { ...workspace, name: 'w\u001b[2J' } }), ...rows]],
  ['a name of nothing', [header({ workspace: { ...workspace, name: ' \u200b ' } }), ...rows]],
  ['another workspace in it', [header(), ...rows.slice(1), row(1, { workspace: `ws_${'c'.repeat(32)}` })]],
  ['an event twice', [header(), ...rows, row(3)]],
  ['an event too many', [header(), ...rows, row(4)]],
  ['an event too few', [header(), ...rows.slice(1)]],
  ['a line that is no JSON', [header(), ...rows, '{"event":']],
  ['a line that is no event', [header(), ...rows, '{"event":{},"terms":""}']],
  ['an event with a field of no column', [header(), ...rows.slice(1), row(1, { crc: 7 })]],
  ['a seq of none', [header(), ...rows.slice(1), row(-1)]],
  ['a version that no column holds', [header(), ...rows.slice(1), row(1, { v: 2 ** 31 })]],
  ['half of a character', [header(), ...rows.slice(1), JSON.stringify(row(1)).replace('step 1', '\\ud800')]],
  ['a body without a bottom', [header(), ...rows.slice(1), deep()]],
  ['a wrong checksum', [header(), ...rows], { crc: 1 }],
  ['a wrong number of events', [header(), ...rows], { events: 4 }],
  ['a wrong number of skipped ones', [header(), ...rows], { skipped: 1 }],
  ['no last line', [header(), ...rows], ''],
  ['a last line that is cut', [header(), ...rows], '{"end":{"events":3'],
  ['two last lines', [header(), ...rows, '{"end":{"events":3,"skipped":0,"crc":0}}']],
];

function deep(): string {
  const depth = 200_000;
  return JSON.stringify(row(1)).replace('{"tool":"Bash"}', `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
}

test.each(hostile)('a file with %s is refused', async (_, lines, end) => {
  await write(lines, end);
  await expect(check()).rejects.toMatchObject({
    code: expect.stringMatching(/^(DATA_LOSS|INVALID_ARGUMENT)$/),
  });
});

test('a file of a newer format says that it needs a newer Hivemind', async () => {
  await write([header({ format: 2, more: true }), ...rows]);
  await expect(check()).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    hint: expect.stringContaining('newer'),
  });
});

test.each([
  ['first', (line: Buffer) => [line]],
  ['second', (line: Buffer) => [Buffer.from(`${JSON.stringify(header())}\n`), line]],
])('a %s line that never ends is refused before it is in memory', async (_, lines) => {
  async function* endless(): AsyncGenerator<Buffer> {
    yield* lines(Buffer.alloc(1));
    for (let megabytes = 0; megabytes < 1000; megabytes += 1) yield Buffer.alloc(1 << 20, 'x');
  }
  await pipeline(Readable.from(endless()), createZstdCompress(), sealed, createWriteStream(path));
  const before = process.memoryUsage().arrayBuffers;
  await expect(check()).rejects.toMatchObject({
    code: expect.stringMatching(/^(DATA_LOSS|INVALID_ARGUMENT)$/),
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300 << 20);
});

/** An order for the store in `room`. */
const order = (given: object = {}) => ({
  path,
  force: false,
  skipDamaged: false,
  header: { hivemind: 'backup' as const, format: 1 as const, workspace, createdAt: 1, version: '0' },
  ...given,
});

const backUp = (room: StoreRoom, given: object = {}) =>
  room.store.backUp(order(given), { signal, onProgress: quiet });

test('events of sealed, hot and earlier tables and of the tail are in it, each once and as they were', async () => {
  const room = await openRoom();
  try {
    const odd: Partial<Event> = {
      turn: `trn_${'2'.repeat(32)}`,
      actor: { kind: 'agent', name: '日本 🦀', model: 'm' },
      paths: ['a b', 'ü/\u0000'],
      text: 'tab\t nul\u0000 quote" back\\slash \\ud83d 🦀 \u2028',
      body: { $text: [0, 3], deep: { list: [1, null, 'tab\t nul\u0000 quote" back\\slash'] } },
    };
    await room.append({ ...room.eventOf(1), ...odd });
    await room.seal();
    await room.appendUpTo(4);
    await room.flushAll();
    await room.appendUpTo(6);
    const before = await room.all();
    expect(await backUp(room)).toMatchObject({ events: 6, skipped: 0 });
    const { header: made, ranges, crc } = await check();
    expect(made).toMatchObject({ workspace, events: 6, version: '0' });
    const directory = join(folder, 'restored');
    await room.runJob({ kind: 'restore', restore: { path, into: { directory, ranges, crc } } }, signal);
    const restored = await openRoom(directory);
    expect(await restored.all()).toEqual(before);
    expect(restored.store.writer).not.toBe(room.store.writer);
    expect((await restored.store.verify({ signal, onProgress: quiet })).ok).toBe(true);
    await restored.close();
  } finally {
    await room.remove();
  }
});

test('damaged events keep a backup from being made, unless they are to be left out, and are then lost in the restored one', async () => {
  const room = await openRoom();
  try {
    await room.appendUpTo(5);
    await room.seal();
    await room.appendUpTo(9);
    await room.flushAll();
    const [data = ''] = filesIn(join(room.directory, 'tables'), /data.*\.lance$/).filter((file) =>
      file.includes(room.store.generations.hot().name),
    );
    writeFileSync(data, 'x');
    await expect(backUp(room)).rejects.toMatchObject({
      code: 'DATA_LOSS',
      hint: expect.stringContaining('--skip-damaged'),
    });
    expect(filesIn(folder, /./)).toEqual([]);
    expect(await backUp(room, { skipDamaged: true })).toMatchObject({ events: 5, skipped: 4 });
    await expect(backUp(room, { skipDamaged: true })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await backUp(room, { skipDamaged: true, force: true })).toMatchObject({ events: 5 });
    expect(filesIn(folder, /./)).toEqual([path]);
    expect(await check()).toMatchObject({ events: 5, skipped: 4 });
    expect(await room.seqs()).toEqual(range(1, 9));
  } finally {
    await room.remove();
  }
});
