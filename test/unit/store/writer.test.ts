import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renewWriter, writerOf } from '../../../src/store/writer.ts';

let base: string;
let home: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hm-writer-'));
  home = join(base, 'home');
  mkdirSync(home);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test('a home has one writer, also under another name', async () => {
  const writer = await writerOf(home);
  expect(writer).toMatch(/^wr_[0-9a-f]{32}$/);
  expect(await writerOf(home)).toBe(writer);
  renameSync(home, join(base, 'moved'));
  expect(await writerOf(join(base, 'moved'))).toBe(writer);
});

test('a copy has a writer of its own, and keeps it; the original keeps its own too', async () => {
  const writer = await writerOf(home);
  const copy = join(base, 'copy');
  cpSync(home, copy, { recursive: true, preserveTimestamps: true });
  const other = await writerOf(copy);
  expect(other).not.toBe(writer);
  expect(await writerOf(copy)).toBe(other);
  expect(await writerOf(home)).toBe(writer);
});

test('a copy put in the place of the original has a writer of its own', async () => {
  const writer = await writerOf(home);
  const copy = join(base, 'copy');
  cpSync(home, copy, { recursive: true, preserveTimestamps: true });
  rmSync(home, { recursive: true });
  renameSync(copy, home);
  expect(await writerOf(home)).not.toBe(writer);
});

test('it can be renewed', async () => {
  const writer = await writerOf(home);
  const renewed = await renewWriter(home);
  expect(renewed).not.toBe(writer);
  expect(await writerOf(home)).toBe(renewed);
});

test.each(['', '{', '{}', '{"writer":"wr_1","folder":"1:2"}', 'null', '\u0000'])(
  'a file that says %j is not guessed at',
  async (content) => {
    writeFileSync(join(home, 'writer.json'), content);
    await expect(writerOf(home)).rejects.toMatchObject({
      code: 'DATA_LOSS',
      hint: expect.stringContaining('rm'),
    });
  },
);
