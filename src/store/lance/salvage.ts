import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import { eventsSchema } from './rows.ts';
import type { Tables } from './tables.ts';

const columns = eventsSchema.fields.map(({ name }) => name);

/** A range of rows that cannot be read is halved down to so many. */
const smallestRange = 16;

/** After so many smallest ranges in a row that cannot be read the rest is given up. */
const mostFailures = 64;

/**
 * Everything that can still be read of a table, in batches of all columns, unchecked. Where its newest version does not
 * open, the one before is taken, and so on: Lance never changes what an older version is made of.
 */
export async function* salvage(tables: Tables, name: string): AsyncGenerator<RecordBatch> {
  const table = await openSomehow(tables, name);
  if (table === null) return;
  try {
    yield* readAll(table);
  } finally {
    table.close();
  }
}

/** The rows of an open table in batches of all columns; those that cannot be read are left out, and `onUnreadable` told. */
export async function* readAll(
  table: Table,
  onUnreadable: (error: unknown) => void = () => undefined,
): AsyncGenerator<RecordBatch> {
  let given = 0;
  try {
    for await (const batch of table.query().select(columns)) {
      given += batch.numRows;
      yield batch;
    }
  } catch (error) {
    onUnreadable(error);
    yield* piecewise(table, given, await table.countRows());
  }
}

/** Steps back from versions that do not open, or that say they have no rows although there is data. */
async function openSomehow(tables: Tables, name: string): Promise<Table | null> {
  const directory = tables.directoryOf(name);
  if (directory === null) return tables.open(name);
  for (;;) {
    const table = await tables.open(name).catch(() => null);
    if (table !== null && ((await table.countRows().catch(() => 0)) > 0 || !(await hasData(directory))))
      return table;
    table?.close();
    if (!(await setNewestAside(join(directory, '_versions')))) return null;
  }
}

const hasData = async (directory: string): Promise<boolean> =>
  (await readdir(join(directory, 'data')).catch(() => [])).length > 0;

/** False when there is none left. The hint would lead Lance to what is gone: it is emptied. */
async function setNewestAside(versions: string): Promise<boolean> {
  const names = (await readdir(versions).catch(() => [])).filter((name) => name.endsWith('.manifest'));
  const newest = names.sort(byVersion).at(-1);
  if (newest === undefined) return false;
  await rename(join(versions, newest), join(versions, `${newest}.damaged`));
  const hint = join(versions, 'latest_version_hint.json');
  await writeFile(hint, '').catch(() => undefined);
  return true;
}

/** Lance names manifests by version, or by 2^64 − 1 − version, so that a listing begins with the newest. */
function byVersion(left: string, right: string): number {
  const [a, b] = [left, right].map((name) => BigInt(name.replace(/\D.*$/, '') || '0'));
  const isReversed = (a ?? 0n) > 1n << 63n;
  const order = (a ?? 0n) < (b ?? 0n) ? -1 : 1;
  return isReversed ? -order : order;
}

/** Reads rows `from` to `to` in ever smaller ranges around those that cannot be read. */
async function* piecewise(table: Table, from: number, to: number): AsyncGenerator<RecordBatch> {
  const pending: [number, number][] = [[from, to]];
  let failures = 0;
  while (failures < mostFailures) {
    const range = pending.pop();
    if (range === undefined) return;
    const [start, end] = range;
    if (start >= end) continue;
    const batches = await readRange(table, start, end).catch(() => null);
    if (batches !== null) {
      failures = 0;
      yield* batches;
    } else if (end - start <= smallestRange) failures += 1;
    else {
      const middle = start + Math.floor((end - start) / 2);
      pending.push([middle, end], [start, middle]);
    }
  }
}

async function readRange(table: Table, start: number, end: number): Promise<RecordBatch[]> {
  const offsets = Array.from({ length: end - start }, (_, index) => start + index);
  const batches: RecordBatch[] = [];
  for await (const batch of table.takeOffsets(offsets).select(columns)) batches.push(batch);
  return batches;
}
