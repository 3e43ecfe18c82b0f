import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFields } from '../../../../src/store/fields/fields-reader.ts';
import { doJob } from '../../../../src/store/job.ts';
import { fieldsColumns } from '../../../../src/store/lance/found-rows.ts';
import { openRoom, range, type StoreRoom, spans } from '../../../world/store.ts';

let room: StoreRoom;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.remove());

const idle = new AbortController().signal;

const folder = (): string => join(room.directory, 'fields');
const sealed = (): string[] => room.store.generations.sealed().map(({ name }) => name);
const threes = `trn_${'3'.repeat(32)}`;
const words = (seq: number): string => `common word${seq % 7} only${seq}`;

const add = (from: number, to: number): Promise<void> =>
  room.append(
    ...range(from, to).map((seq) => ({
      ...room.eventOf(seq),
      text: words(seq),
      turn: `trn_${String(seq % 10).repeat(32)}`,
    })),
  );

async function expectAllFound(last: number): Promise<void> {
  for (const seq of [1, 5, last]) {
    const [best] = await room.store.search([`only${seq}`], { spans }, 5);
    expect(best?.event).toMatchObject({ seq, text: words(seq) });
  }
  const shown = await room.store.shownOfTurns({ spans, turns: [threes] }, { perTurn: 1_000 });
  expect(shown.map(({ seq }) => seq)).toEqual(range(1, last).filter((seq) => seq % 10 === 3));
  expect(shown.every(({ seq, text }) => text === words(seq))).toBe(true);
}

/** Rows that a file gives for the turn of every tenth event. */
async function rowsOfThrees(name: string): Promise<bigint[]> {
  const file = await openFields(join(folder(), name), name, fieldsColumns);
  const rows = file?.rowsOf(threes) ?? [];
  await file?.close();
  return rows;
}

test('a sealed table has stored fields, those of replaced tables go, and what is found comes from them', async () => {
  await add(1, 40);
  await room.seal();
  expect(readdirSync(folder())).toEqual(sealed());
  await add(41, 80);
  await room.seal();
  expect(readdirSync(folder()).sort()).toEqual(sealed().sort());
  await expectAllFound(80);
  await room.reopen();
  await expectAllFound(80);
  const rows = await Promise.all(sealed().map(rowsOfThrees));
  expect(rows.flat()).toHaveLength(8);
});

test.each([
  ['gone', (path: string) => rmSync(path)],
  ['of no bytes', (path: string) => writeFileSync(path, '')],
  [
    'with a block overwritten',
    (path: string) => {
      const bytes = readFileSync(path);
      bytes.fill(0x5a, 12, 200);
      writeFileSync(path, bytes);
    },
  ],
])('stored fields that are %s are made anew, and meanwhile everything is found', async (_, damage) => {
  await add(1, 60);
  await room.seal();
  const [name = ''] = sealed();
  const before = readFileSync(join(folder(), name));
  await room.close();
  damage(join(folder(), name));
  await room.open();
  await expectAllFound(60);
  expect(room.store.upkeep.isDue()).toBe(true);
  await room.store.upkeep.run(idle);
  expect(room.store.upkeep.isDue()).toBe(false);
  expect(readFileSync(join(folder(), name)).equals(before)).toBe(true);
  await expectAllFound(60);
  expect(room.store.repairs.mended).toEqual([]);
});

test('a file that cannot be written is not tried for ever, and nothing is missed', async () => {
  await add(1, 20);
  await room.seal();
  await room.close();
  rmSync(folder(), { recursive: true });
  await room.open();
  room.runJob = (job, signal) =>
    job.kind === 'fields' ? Promise.reject(new Error('disk full')) : doJob(job, signal);
  await expect(room.store.upkeep.run(idle)).rejects.toThrow('disk full');
  expect(room.store.upkeep.isDue()).toBe(false);
  await expectAllFound(20);
  room.runJob = doJob;
  await room.reopen();
  await room.store.upkeep.run(idle);
  expect(readdirSync(folder())).toEqual(sealed());
});

test('what a crash has left in the folder is taken away', async () => {
  await add(1, 20);
  await room.seal();
  await room.close();
  const left = [`events_${'0'.repeat(32)}`, `events_${'1'.repeat(32)}.4711`];
  for (const name of left) writeFileSync(join(folder(), name), 'x');
  await room.open();
  expect(left.filter((name) => existsSync(join(folder(), name)))).toEqual([]);
  expect(readdirSync(folder())).toEqual(sealed());
});

test('a file where the folder should be is taken away, and everything is found', async () => {
  await add(1, 20);
  await room.seal();
  await room.close();
  rmSync(folder(), { recursive: true });
  writeFileSync(folder(), 'x');
  await room.open();
  await expectAllFound(20);
  await room.store.upkeep.run(idle);
  expect(readdirSync(folder())).toEqual(sealed());
  await expectAllFound(20);
});
