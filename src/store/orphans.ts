import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { disowned, forgotten } from './catalog.ts';
import type { FieldsFolder } from './fields/folder.ts';
import { type Generations, ledgerKey } from './generations.ts';
import type { Tables } from './lance/tables.ts';
import type { Objects } from './objects/objects.ts';
import { placeTime } from './objects/place-clock.ts';

/** A table that a crash left half made. */
const tableName = /^events_[0-9a-f]{32}$/;
/** Rows that a table was to be made of; a file that was to replace another. */
const leftover = /^(events_[0-9a-f]{32}\.ndjson|(snapshot|checkpoint\.json|writer\.json)\.\d+)$/;

/** What a crash may have left, of a local store that nothing else uses yet and of which nothing is missed. */
export async function dropOrphans({
  directory,
  tables,
  fields,
  objects,
  generations,
}: {
  directory: string;
  tables: Tables;
  fields: FieldsFolder | null;
  objects: Objects;
  generations: Generations;
}): Promise<void> {
  const { catalog } = generations;
  const live = new Set(catalog.tables.map(({ name }) => name));
  for (const name of await tables.names())
    if (tableName.test(name) && !live.has(name)) await tables.drop(name);
  await fields?.tidy(live);
  const ledgers = new Set([...live].map(ledgerKey));
  for (const key of await objects.list('ledgers/')) if (!ledgers.has(key)) await objects.delete(key);
  for (const name of await readdir(directory))
    if (leftover.test(name)) await rm(join(directory, name), { force: true });
  if (catalog.dropped.length > 0) await generations.commit(forgotten(catalog, catalog.dropped));
}

/** Whoever builds a table adds a file to it every few minutes; what nobody has touched for so long is nobody's. */
export const orphanAgeMs = 24 * 60 * 60_000;

interface Bucket {
  objects: Objects;
  generations: Generations;
  exclusively: <T>(change: () => Promise<T>) => Promise<T>;
}

/**
 * Enters tables in a bucket that a crash has left half made, and that no version of the catalog names, with those to be
 * dropped; returns how many. Only the bucket's own times are compared, no machine's clock.
 */
export async function disownOrphans(
  { objects, generations, exclusively }: Bucket,
  ageMs = orphanAgeMs,
): Promise<number> {
  const now = await placeTime(objects);
  const touchedAt = new Map<string, number>();
  for (const { key, modifiedAt } of await objects.inspect('tables/')) {
    const name = tableKey.exec(key)?.[1];
    if (name !== undefined) touchedAt.set(name, Math.max(touchedAt.get(name) ?? 0, modifiedAt));
  }
  const isOrphan = (name: string): boolean => disowned(generations.catalog, [name]) !== null;
  const old = [...touchedAt]
    .filter(([name, at]) => now - at >= ageMs && isOrphan(name))
    .map(([name]) => name);
  if (old.length === 0) return 0;
  const named = await namedIn(objects);
  return exclusively(async () => {
    for (;;) {
      const next = disowned(
        generations.catalog,
        old.filter((name) => !named.has(name)),
      );
      if (next === null) return 0;
      const count = next.dropped.length - generations.catalog.dropped.length;
      if (await generations.commit(next)) return count;
    }
  });
}

/** A file of a table in a bucket. */
const tableKey = /^tables\/(events_[0-9a-f]{32})\.lance\//;

/** Every table that a version of the catalog names which is still there, whatever it says of it. */
async function namedIn(objects: Objects): Promise<Set<string>> {
  const names = new Set<string>();
  for (const key of await objects.list('catalog/'))
    for (const [name] of String(await objects.get(key)).matchAll(/events_[0-9a-f]{32}/g)) names.add(name);
  return names;
}

/** Takes a table away with all of its files: of one that was left half made, or half dropped, LanceDB may see none. */
export async function dropFromBucket(
  { tables, objects }: { tables: Tables; objects: Objects },
  name: string,
): Promise<void> {
  await tables.drop(name);
  for (const key of await objects.list(`tables/${name}.lance/`)) await objects.delete(key);
}
