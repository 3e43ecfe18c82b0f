import { z } from 'zod';
import { Catalog, emptyCatalog } from '../catalog.ts';
import { ledgerKey, newTableName } from '../generations.ts';
import { buildTable } from '../lance/build.ts';
import { openTables } from '../lance/tables.ts';
import type { Location } from '../location.ts';
import { openDocument } from '../objects/document.ts';
import { openObjects } from '../objects/open-objects.ts';
import type { OnProgress } from '../progress.ts';
import { RangeSet, Ranges } from '../ranges.ts';
import { BackupHeader } from './format.ts';
import { type CheckedBackup, checkBackup, readBackup } from './read.ts';

/** Checks a backup, or makes the store of a workspace from one that was checked. */
export const RestoreJob = z.object({
  path: z.string(),
  /** The workspace's folder, in which there is nothing yet, and what the check gave. */
  into: z.object({ directory: z.string(), ranges: Ranges, crc: z.number().int() }).nullable(),
});
export type RestoreJob = z.infer<typeof RestoreJob>;

export const RestoreResult = z.object({
  header: BackupHeader,
  ranges: Ranges,
  events: z.number().int(),
  skipped: z.number().int(),
  crc: z.number().int(),
});

export async function doRestore(
  { path, into }: RestoreJob,
  onProgress: OnProgress,
): Promise<CheckedBackup | null> {
  if (into === null) return checkBackup(path, onProgress);
  await fillStore(path, into, onProgress);
  return null;
}

/** One sealed table with all events, and a catalog that names it. The writers that they had are not this home's. */
async function fillStore(
  path: string,
  { directory, ranges, crc }: NonNullable<RestoreJob['into']>,
  onProgress: OnProgress,
): Promise<void> {
  const location: Location = { kind: 'local', directory };
  const tables = await openTables(location);
  const objects = await openObjects(location);
  try {
    const total = RangeSet.of(ranges).size;
    const rows = counted(readBackup(path, { crc }), (done) =>
      onProgress({ message: 'writing and indexing events', done, total }),
    );
    const job = { inputs: [], output: newTableName(), expected: ranges, extra: null };
    const built = await buildTable(tables, job, rows);
    const { output } = job;
    if (built.ledger !== null)
      await objects.putIfAbsent(ledgerKey(output), Buffer.from(JSON.stringify(built.ledger)));
    const table = {
      name: output,
      state: 'sealed' as const,
      rows: built.rows,
      sizeBytes: built.sizeBytes,
      ranges: built.ranges,
    };
    await openDocument(objects, 'catalog', Catalog).commit(0, {
      ...emptyCatalog,
      tables: built.rows === 0 ? [] : [table],
      lost: holesIn(ranges).toJSON(),
    });
  } finally {
    objects.close();
    tables.close();
  }
}

async function* counted<T>(parts: AsyncIterable<T[]>, onCount: (done: number) => void): AsyncGenerator<T[]> {
  let done = 0;
  for await (const part of parts) {
    yield part;
    done += part.length;
    onCount(done);
  }
}

/** Seqs are dense: what is not there was lost before, or left out of the backup as damaged. */
function holesIn(ranges: Ranges): RangeSet {
  const held = RangeSet.of(ranges);
  const whole = new RangeSet();
  for (const writer of held.writers())
    if (held.last(writer) > 0) whole.addInterval(writer, 1, held.last(writer));
  return whole.without(held);
}
