import { AppError } from '../../schema/app-error.ts';
import { Catalog, forgotten, hotOf, replaced, rolled, type TableEntry } from '../catalog.ts';
import { reach } from '../failpoint.ts';
import { ledgerKey, newTableName } from '../generations.ts';
import { type BuildResult, buildTable } from '../lance/build.ts';
import { createRowForgetter } from '../lance/forget-rows.ts';
import { salvage } from '../lance/salvage.ts';
import type { Tables } from '../lance/tables.ts';
import { type Document, openDocument } from '../objects/document.ts';
import type { Objects } from '../objects/objects.ts';
import type { OnProgress } from '../progress.ts';
import { RangeSet } from '../ranges.ts';
import { createForgetter, type Forgetting } from './forgetter.ts';

export interface TablesForgotten {
  /** Tables that were made anew without what is forgotten. */
  tables: number;
  rows: number;
  /** Tables that still hold it and go when nobody can be reading them any more: on a bucket. */
  leaving: number;
  facts: string[];
}

interface Parts {
  tables: Tables;
  objects: Objects;
  /** Several machines may be reading. */
  isShared: boolean;
  forgettings: readonly Forgetting[];
  onProgress: OnProgress;
}

/**
 * Makes every table anew that holds events to be forgotten: first the new table, then the catalog that names it, then the
 * old one goes. On a local disk nobody may have the store open: replaced tables, and what a crash has left, go at once.
 */
export async function forgetInTables(parts: Parts): Promise<TablesForgotten> {
  const document = openDocument(parts.objects, 'catalog', Catalog);
  const done: TablesForgotten = { tables: 0, rows: 0, leaving: 0, facts: [] };
  const found = await document.read();
  if (found === null) return done;
  const dirty = await dirtyTables(parts, found.value, done);
  if (dirty.has(hotOf(found.value)?.name ?? '')) await closeHot(parts, document);
  const catalog = (await document.refresh())?.value ?? found.value;
  const wanted = catalog.tables.filter(({ name, state }) => state !== 'hot' && dirty.has(name));
  const closed = wanted.filter(({ state }) => state === 'closed');
  const sealed = wanted.filter(({ state }) => state === 'sealed');
  const groups = [...(closed.length === 0 ? [] : [closed]), ...sealed.map((entry) => [entry])];
  for (const [at, group] of groups.entries()) {
    parts.onProgress({ message: 'rewriting tables', done: at, total: groups.length });
    await remake(parts, document, group, done);
  }
  await dropOld(parts, document, done);
  reach('forget.tables');
  return done;
}

/**
 * Tables that hold something of what is forgotten. On a bucket another machine may have made them anew already: there
 * they are read first, which costs less than to make and index them once more.
 */
async function dirtyTables(
  { tables, isShared, forgettings }: Parts,
  catalog: Catalog,
  done: TablesForgotten,
): Promise<Set<string>> {
  const { touched } = createForgetter(forgettings);
  const dirty = new Set<string>();
  for (const { name, state, ranges } of catalog.tables) {
    // What is in a table that takes rows is said by its rows alone.
    if (state === 'sealed' && !touched.meets(ranges)) continue;
    if (!isShared || (await holdsForgotten(tables, name, forgettings, done))) dirty.add(name);
  }
  return dirty;
}

async function holdsForgotten(
  tables: Tables,
  name: string,
  forgettings: readonly Forgetting[],
  done: TablesForgotten,
): Promise<boolean> {
  const forgetting = createRowForgetter(forgettings);
  let isDirty = false;
  for await (const batch of salvage(tables, name)) isDirty = forgetting.changes(batch) || isDirty;
  for (const fact of forgetting.facts) done.facts.push(fact);
  return isDirty;
}

/** Rows go on into another table: what is closed can be made anew. */
async function closeHot({ tables }: Parts, document: Document<Catalog>): Promise<void> {
  const before = (await document.refresh())?.value;
  const hot = before === undefined ? undefined : hotOf(before);
  const name = newTableName();
  (await tables.create(name)).close();
  const after = await document.update((value) =>
    value === null || hotOf(value)?.name !== hot?.name ? null : rolled(value, name),
  );
  if (after === null) await tables.drop(name);
}

async function remake(
  { tables, objects, forgettings }: Parts,
  document: Document<Catalog>,
  inputs: readonly TableEntry[],
  done: TablesForgotten,
): Promise<void> {
  const names = inputs.map(({ name }) => name);
  const output = newTableName();
  const catalog = (await document.refresh())?.value;
  const lost = RangeSet.of(catalog?.lost ?? {});
  const expected = RangeSet.of(...inputs.map(({ ranges }) => ranges)).without(lost);
  const job = {
    inputs: names,
    output,
    expected: expected.toJSON(),
    extra: null,
    forgotten: [...forgettings],
  };
  const built = await buildTable(tables, job).catch(async (error: unknown) => {
    await tables.drop(output);
    throw error;
  });
  reach('forget.build');
  const missing = RangeSet.of(built.missing).size;
  if (missing > 0) {
    await tables.drop(output);
    throw damaged(names.join(', '), missing);
  }
  if (built.ledger !== null && built.rows > 0)
    await objects.putIfAbsent(ledgerKey(output), Buffer.from(JSON.stringify(built.ledger)));
  const after = await document.update((value) =>
    value === null ? null : replaced(value, names, entryOf(output, built)),
  );
  reach('forget.commit');
  if (after === null || built.rows === 0) await tables.drop(output);
  if (after === null) throw overtaken();
  done.tables += 1;
  done.rows += built.rows;
  for (const fact of built.forgottenFacts ?? []) done.facts.push(fact);
}

const entryOf = (name: string, { rows, sizeBytes, ranges }: BuildResult): Omit<TableEntry, 'state'> | null =>
  rows === 0 ? null : { name, rows, sizeBytes, ranges };

/** What was replaced, now or before, goes; on a bucket others may be reading it, and whoever does upkeep takes it away. */
async function dropOld(
  { tables, objects, isShared }: Parts,
  document: Document<Catalog>,
  done: TablesForgotten,
): Promise<void> {
  const catalog = (await document.refresh())?.value;
  if (catalog === undefined) return;
  if (isShared) {
    done.leaving = catalog.dropped.length;
    return;
  }
  const live = new Set(catalog.tables.map(({ name }) => name));
  for (const name of await tables.names()) if (!live.has(name)) await tables.drop(name);
  const ledgers = new Set([...live].map(ledgerKey));
  for (const key of await objects.list('ledgers/')) if (!ledgers.has(key)) await objects.delete(key);
  const { dropped } = catalog;
  if (dropped.length > 0)
    await document.update((value) => (value === null ? null : forgotten(value, dropped)));
}

const damaged = (tables: string, missing: number): AppError =>
  new AppError('DATA_LOSS', `${missing} rows of ${tables} cannot be read: nothing was forgotten there yet`, {
    hint: 'hivemind store repair, which then goes on with it',
  });

const overtaken = (): AppError =>
  new AppError('ABORTED', 'another machine has merged the tables meanwhile', {
    hint: 'it is tried again by itself',
  });
