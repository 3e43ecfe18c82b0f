import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { Event } from '../../../src/schema/event.ts';
import { crc32c } from '../../../src/store/journal/crc.ts';
import { openJournal } from '../../../src/store/journal/journal.ts';
import { collect, makeFolder } from '../../world/journal.ts';
import { root } from '../house/source.ts';

/**
 * Journals that the first version of format 1 wrote. They are never made again: whatever changes in the code, these
 * bytes must read as they did. A later format gets a folder of its own beside this one.
 */
const golden = join(root, 'test/fixtures/journal-v1');
const expected = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')) as {
  writer: string;
  journals: Record<string, { events: Event[]; torn: boolean }>;
};
const journals = Object.entries(expected.journals);
const manual = readFileSync(join(root, 'docs/formats/journal.md'), 'utf8');

const folder = makeFolder();
afterAll(folder.remove);

test('the folder holds what its table says', () => {
  const folders = readdirSync(golden).filter((name) => name !== 'expected.json');
  expect(folders.sort()).toEqual(journals.map(([name]) => name).sort());
});

test.each(journals)('%s of format 1 is read as it was written', async (name, { events, torn }) => {
  const copy = join(folder.directory, name);
  cpSync(join(golden, name), copy, { recursive: true });
  const opened = await openJournal(copy, expected.writer, 0);
  expect(opened.events).toEqual(events);
  expect(opened.broken.length).toBe(torn ? 1 : 0);
  expect(await collect(opened.journal.read(2, 3))).toEqual(
    events.filter(({ seq }) => seq === 2 || seq === 3),
  );
  expect(await opened.journal.verify()).toMatchObject({ events: events.length, damaged: [] });
  await opened.journal.close();
});

test.each(journals)('%s is read the same by a reader that knows the manual only', (name, { events }) => {
  expect(readByManual(join(golden, name)).map((event) => Event.parse(event))).toEqual(events);
});

test('the bytes that the manual explains are those of a golden file', () => {
  const bytes = readFileSync(join(golden, 'tiny/0000000000000001.wal'));
  const lines = [...manual.matchAll(/^([0-9a-f]{8}) {2}((?:[0-9a-f]{2} ){1,16})/gm)];
  expect(lines.length).toBeGreaterThan(8);
  for (const [, offset = '', hex = ''] of lines) {
    const at = Number.parseInt(offset, 16);
    const shown = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    expect(bytes.subarray(at, at + shown.length).toString('hex'), offset).toBe(shown.toString('hex'));
  }
});

test('the checksum is CRC-32C: the examples of RFC 3720, and the definition bit by bit', () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, index) => index)))).toBe(0x46dd794e);
  expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)))).toBe(0x113fdb5c);
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, index) => (index * 167 + 13) & 255));
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length);
    expect(crc32c(part)).toBe(crcByDefinition(part));
    expect(crc32c(part.subarray(0, 4), part.subarray(4))).toBe(crcByDefinition(part));
  }
});

function crcByDefinition(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** What docs/formats/journal.md says under "Writing a reader", and nothing else. */
function readByManual(directory: string): unknown[] {
  const names = readdirSync(directory).filter((name) => /^[0-9a-f]{16}\.wal(\.zst)?$/.test(name));
  const segments = names
    .filter((name) => !(name.endsWith('.zst') && names.includes(name.slice(0, -4))))
    .sort()
    .map((name) => ({ name, firstSeq: Number.parseInt(name.slice(0, 16), 16) }));
  const events: { seq: number }[] = [];
  for (const [index, { name, firstSeq }] of segments.entries()) {
    const stored = readFileSync(join(directory, name));
    const bytes = name.endsWith('.zst') ? zstdDecompressSync(stored) : stored;
    const limit = segments[index + 1]?.firstSeq ?? Number.POSITIVE_INFINITY;
    const [header, ...groups] = payloadsOf(bytes);
    expect(header).toEqual({ format: 1, writer: expected.writer, firstSeq });
    for (const group of groups) {
      const { events: these } = group as { events: { seq: number }[] };
      events.push(...these.filter(({ seq }) => seq < limit));
    }
  }
  return events;
}

function payloadsOf(bytes: Buffer): unknown[] {
  const payloads: unknown[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    const payload = bytes.subarray(at + 8, at + 8 + length);
    const sum = crcByDefinition(Buffer.concat([bytes.subarray(at, at + 4), payload]));
    if (length === 0 || payload.length < length || sum !== bytes.readUInt32LE(at + 4)) break;
    payloads.push(JSON.parse(payload.toString('utf8')));
    at += 8 + length;
  }
  return payloads;
}
