import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forgotten } from './catalog.ts';
import { type Generations, ledgerKey } from './generations.ts';
import type { Tables } from './lance/tables.ts';
import type { Objects } from './objects/objects.ts';

/** A table that a crash left half made. */
const tableName = /^events_[0-9a-f]{32}$/;
/** Rows that a table was to be made of; a file that was to replace another. */
const leftover = /^(events_[0-9a-f]{32}\.ndjson|(snapshot|checkpoint\.json|writer\.json)\.\d+)$/;

/** What a crash may have left, of a local store that nothing else uses yet and of which nothing is missed. */
export async function dropOrphans({
  directory,
  tables,
  objects,
  generations,
}: {
  directory: string;
  tables: Tables;
  objects: Objects;
  generations: Generations;
}): Promise<void> {
  const { catalog } = generations;
  const live = new Set(catalog.tables.map(({ name }) => name));
  for (const name of await tables.names())
    if (tableName.test(name) && !live.has(name)) await tables.drop(name);
  const ledgers = new Set([...live].map(ledgerKey));
  for (const key of await objects.list('ledgers/')) if (!ledgers.has(key)) await objects.delete(key);
  for (const name of await readdir(directory))
    if (leftover.test(name)) await rm(join(directory, name), { force: true });
  if (catalog.dropped.length > 0) await generations.commit(forgotten(catalog, catalog.dropped));
}
