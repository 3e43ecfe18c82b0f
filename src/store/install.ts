import { replaced, type TableEntry } from './catalog.ts';
import { reach } from './failpoint.ts';
import { type Generations, ledgerKey } from './generations.ts';
import type { BuildResult } from './lance/build.ts';
import type { Tables } from './lance/tables.ts';
import type { Objects } from './objects/objects.ts';
import { placeTime } from './objects/place-clock.ts';
import { orphanAgeMs } from './orphans.ts';

interface InstallParts {
  generations: Generations;
  tables: Tables;
  objects: Objects;
}

/**
 * The new table takes the place of the inputs in the catalog; false when they are no longer there. `begunAt`: before its
 * first file was written, by the clock of the bucket.
 */
export async function install(
  parts: InstallParts,
  inputs: readonly string[],
  output: string,
  { rows, sizeBytes, ranges, ledger }: BuildResult,
  begunAt: number,
): Promise<boolean> {
  const { generations, objects, tables } = parts;
  if (ledger !== null && rows > 0)
    await objects.putIfAbsent(ledgerKey(output), Buffer.from(JSON.stringify(ledger)));
  const made: Omit<TableEntry, 'state'> | null =
    rows === 0 ? null : { name: output, rows, sizeBytes, ranges };
  for (;;) {
    const next = replaced(generations.catalog, inputs, made);
    // Another daemon has merged them meanwhile: ours is not needed.
    if (next === null || (await isDisowned(parts, output, begunAt))) {
      await tables.drop(output);
      await objects.delete(ledgerKey(output));
      return false;
    }
    if (await generations.commit(next)) break;
  }
  reach('merge.commit');
  if (made === null) await tables.drop(output);
  return true;
}

/**
 * Whether a table in a bucket may have been taken for an orphan while this machine slept, and some of its files deleted.
 * That is not done before they are of some age by the bucket's clock; and it begins with a new version of the catalog, so
 * that a commit which was decided on before does not count.
 */
async function isDisowned(
  { generations, objects, tables }: InstallParts,
  table: string,
  begunAt: number,
): Promise<boolean> {
  if (tables.directoryOf(table) !== null) return false;
  if (generations.catalog.dropped.includes(table)) return true;
  return (await placeTime(objects)) - begunAt > orphanAgeMs / 2;
}
