import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildTable } from '../../../../src/store/lance/build.ts';
import { createHotTable } from '../../../../src/store/lance/hot-table.ts';
import { checkContents, checkSizes, Ledger, parseLedger } from '../../../../src/store/lance/ledger.ts';
import { openTables } from '../../../../src/store/lance/tables.ts';
import { makeEvent } from '../../../world/events.ts';
import { filesIn, range } from '../../../world/store.ts';

const hot = `events_${'a'.repeat(32)}`;
const sealed = `events_${'b'.repeat(32)}`;
const { writer } = makeEvent({ seq: 1 });
let base: string;
let folder: string;
let ledger: Ledger;
let whole: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'hm-ledger-'));
  const tables = await openTables({ kind: 'local', directory: base });
  const table = createHotTable(tables, hot, await tables.create(hot));
  await table.append(range(1, 50).map((seq) => ({ event: makeEvent({ seq }), terms: `step ${seq}` })));
  table.close();
  const made = await buildTable(tables, {
    inputs: [hot],
    output: sealed,
    expected: { [writer]: [[1, 50]] },
    extra: null,
  });
  expect([made.rows, made.missing]).toEqual([50, {}]);
  ledger = Ledger.parse(made.ledger);
  whole = tables.directoryOf(sealed) ?? '';
  tables.close();
});
beforeEach(() => {
  folder = join(base, 'copy');
  cpSync(whole, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const problems = async (): Promise<{ sizes: number; contents: number }> => ({
  sizes: (await checkSizes(folder, ledger)).length,
  contents: (await checkContents(folder, ledger)).length,
});
const pick = (matching: RegExp): string => filesIn(folder, matching).at(-1) ?? '';

test('a table that is as it was made has no problems', async () => {
  expect(ledger.files.length).toBeGreaterThan(10);
  expect(await problems()).toEqual({ sizes: 0, contents: 0 });
  // What Lance writes anew for itself is no damage.
  for (const hint of filesIn(folder, /\.json$/)) writeFileSync(hint, '');
  expect(await problems()).toEqual({ sizes: 0, contents: 0 });
  expect(parseLedger(Buffer.from(JSON.stringify(ledger)))).toEqual(ledger);
  for (const text of ['', '{', '{}', 'null']) expect(parseLedger(Buffer.from(text))).toBeNull();
});

test.each([
  ['manifest', /\.manifest$/],
  ['data file', /\/data\/[^/]+\.lance$/],
  ['index file', /\/_indices\/.+\.[a-z]+$/],
])('a %s that is missing or truncated is found by its size', async (_kind, matching) => {
  const path = pick(matching);
  const bytes = readFileSync(path);
  truncateSync(path, bytes.length - 1);
  expect(await problems()).toEqual({ sizes: 1, contents: 1 });
  rmSync(path);
  expect(await problems()).toEqual({ sizes: 1, contents: 1 });
  writeFileSync(path, bytes);
  expect(await problems()).toEqual({ sizes: 0, contents: 0 });
});

test('a manifest of zeros, or with one bit that is not as it was, is found at every start', async () => {
  const path = pick(/\.manifest$/);
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.alloc(bytes.length));
  expect(await problems()).toEqual({ sizes: 1, contents: 1 });
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  expect(await problems()).toEqual({ sizes: 1, contents: 1 });
});

test('one flipped bit in any other file is found when contents are checked', async () => {
  for (const { path } of ledger.files) {
    const file = join(folder, path);
    const bytes = readFileSync(file);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    writeFileSync(file, bytes);
  }
  const found = await checkContents(folder, ledger);
  const named = ledger.files.filter(({ path }) => found.some((problem) => problem.startsWith(path)));
  expect([found.length, named.length]).toEqual([ledger.files.length, ledger.files.length]);
});

test('a folder that is gone is all problems', async () => {
  rmSync(folder, { recursive: true });
  const { length } = ledger.files;
  expect(await problems()).toEqual({ sizes: length, contents: length });
});
