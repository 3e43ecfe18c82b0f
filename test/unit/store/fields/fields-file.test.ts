import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DamagedFields } from '../../../../src/store/fields/fields-index.ts';
import { type FieldsFile, openFields } from '../../../../src/store/fields/fields-reader.ts';
import { type FieldsRow, writeFields } from '../../../../src/store/fields/fields-writer.ts';
import { createRandom } from '../../../world/random.ts';

const directory = mkdtempSync(join(tmpdir(), 'hm-fields-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const path = join(directory, 'fields');
const columns = ['head', 'text'];

async function* inParts(rows: readonly FieldsRow[], size = 7): AsyncGenerator<FieldsRow[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

const write = (rows: readonly FieldsRow[]): Promise<void> =>
  writeFields(path, { table: 't', columns }, inParts(rows));

const rowOf = (rowId: bigint, ...values: string[]): FieldsRow => ({
  rowId,
  values: values.map((value) => Buffer.from(value)),
  writer: 'w',
  seq: Number(rowId),
  turn: null,
  hlc: '',
  paths: [],
});

async function opened(): Promise<FieldsFile> {
  const file = await openFields(path, 't', columns);
  if (file === null) throw new Error('the file does not open');
  return file;
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', 'x'.repeat(5_000), '\u0000', '日本語'.repeat(3_000)),
);

test('every row is given as it was written, in any order, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.bigInt(0n, 1n << 40n), anyText, anyText), {
        selector: ([id]) => id,
        maxLength: 60,
      }),
      fc.infiniteStream(fc.nat()),
      async (given, numbers) => {
        const sorted = given.toSorted(([a], [b]) => (a < b ? -1 : 1));
        await write(sorted.map(([id, head, text]) => rowOf(id, head, text)));
        const file = await opened();
        const asked = given.filter(() => (numbers.next().value ?? 0) % 2 === 0);
        const rows = await file.read(
          asked.map(([id]) => id),
          (row) => [row('head'), row('text'), row('other')],
        );
        expect(rows).toEqual(asked.map(([, head, text]) => [head, text, '']));
        const known = new Set(given.map(([id]) => id));
        const others = given.flatMap(([id]) => [id - 1n, id + 1n]).filter((id) => !known.has(id));
        expect(await file.read([...others, 1n << 50n], (row) => row('head'))).toEqual([
          ...others.map(() => null),
          null,
        ]);
        await file.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('of each turn the rows are given in order, whatever the order in which they were written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(null, 'a', 'b', 'c'), fc.constantFrom('0', '1', '5', '7', 'a')), {
        maxLength: 60,
      }),
      async (given) => {
        const rows = given.map(([turn, hlc], at) => ({ ...rowOf(BigInt(at * 3), `${at}`, ''), turn, hlc }));
        await write(rows);
        const file = await opened();
        for (const turn of ['a', 'b', 'c', 'd']) {
          const own = rows
            .filter((row) => row.turn === turn)
            .sort((a, b) => (a.hlc < b.hlc ? -1 : a.hlc > b.hlc ? 1 : 0));
          expect(file.rowsOf(turn)).toEqual(own.map(({ rowId }) => rowId));
        }
        await file.close();
      },
    ),
    { numRuns: 40 },
  );
});

test('the row of a writer’s event is found by its seq, whatever the order in which they were written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', '__proto__'), fc.nat({ max: 40 })), {
        selector: (place) => place.join(),
        maxLength: 60,
      }),
      async (places) => {
        await write(
          places.map(([writer, seq], at) => ({ ...rowOf(BigInt(at * 2), `${at}`, ''), writer, seq })),
        );
        const file = await opened();
        for (const writer of ['a', 'b', '__proto__', 'toString'])
          for (let seq = 0; seq <= 41; seq += 1) {
            const at = places.findIndex((place) => place[0] === writer && place[1] === seq);
            expect(file.rowAt(writer, seq)).toBe(at === -1 ? null : BigInt(at * 2));
          }
        await file.close();
      },
    ),
    { numRuns: 30 },
  );
});

test('the rows on paths are those that one of the globs says', async () => {
  const paths = [
    ['src/a.ts'],
    [],
    ['src/a.ts', 'docs/b.md', 'src/a.ts'],
    ['docs/c\nsrc/d.ts'],
    ['日本/x.md'],
  ];
  await write(paths.map((own, at) => ({ ...rowOf(BigInt(at * 2), `${at}`, ''), paths: own })));
  const file = await opened();
  for (const [glob, rows] of [
    ['src', [0n, 4n, 6n]],
    ['docs/*.md', [4n]],
    ['日本', [8n]],
    ['none', []],
  ] as const)
    for (let again = 0; again < 2; again += 1) {
      const on = await file.rowsOn([glob]);
      expect([on.count, on.of, on.rowIds()]).toEqual([rows.length, 5, rows]);
      expect([0n, 1n, 2n, 4n, 6n, 8n, 100n].filter(on.has)).toEqual(rows);
    }
  // The first answers are no longer kept.
  for (const glob of ['*', '**/*.md', 'src']) expect((await file.rowsOn([glob])).count).toBeGreaterThan(0);
  await file.close();
});

test('a file of another table, of other columns, or none at all is not opened', async () => {
  await write([rowOf(1n, 'a', 'b')]);
  expect(await openFields(path, 'other', columns)).toBeNull();
  expect(await openFields(path, 't', ['head'])).toBeNull();
  expect(await openFields(join(directory, 'none'), 't', columns)).toBeNull();
});

test('a write that fails leaves the file of before, and nothing beside it', async () => {
  await write([rowOf(1n, 'a', 'b')]);
  const rows = async function* (): AsyncGenerator<FieldsRow[]> {
    yield [rowOf(2n, 'c', 'd')];
    throw new Error('no more');
  };
  await expect(writeFields(path, { table: 't', columns }, rows())).rejects.toThrow('no more');
  const file = await opened();
  expect(await file.read([1n], (row) => row('text'))).toEqual(['b']);
  await file.close();
});

test('whatever is cut off or flipped: not opened, or damage is told, or every value is what was written', async () => {
  const random = createRandom(11).unit;
  const texts = Array.from({ length: 200 }, (_, at) => `${at} ${'word '.repeat(Math.floor(random() * 300))}`);
  await write(
    texts.map((text, at) => ({
      ...rowOf(BigInt(at), `h${at}`, text),
      turn: `t${at % 9}`,
      paths: [`p/${at % 7}`],
    })),
  );
  const rowsOfThrees = texts.flatMap((_, at) => (at % 7 === 3 ? [BigInt(at)] : []));
  const whole = readFileSync(path);
  const outcomes = { closed: 0, told: 0, right: 0 };
  const look = async (): Promise<void> => {
    const file = await openFields(path, 't', columns);
    if (file === null) {
      outcomes.closed += 1;
      return;
    }
    try {
      const rows = await file.read(
        texts.map((_, at) => BigInt(at)),
        (row) => row('text'),
      );
      expect(rows).toEqual(texts);
      expect((await file.rowsOn(['p/3'])).rowIds()).toEqual(rowsOfThrees);
      expect(file.rowsOf('t4')).toEqual(texts.flatMap((_, at) => (at % 9 === 4 ? [BigInt(at)] : [])));
      outcomes.right += 1;
    } catch (error) {
      if (!(error instanceof DamagedFields)) throw error;
      outcomes.told += 1;
    } finally {
      await file.close();
    }
  };
  for (let round = 0; round < 300; round += 1) {
    const bytes = Buffer.from(whole);
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    writeFileSync(path, bytes);
    await look();
  }
  for (let round = 0; round < 100; round += 1) {
    writeFileSync(path, whole);
    truncateSync(path, Math.floor(random() * whole.length));
    await look();
  }
  expect(outcomes.closed).toBeGreaterThan(100);
  expect(outcomes.told).toBeGreaterThan(100);
  // What a header of gzip says beside (its time, its system) is not looked at.
  expect(outcomes.right).toBeLessThan(60);
});
