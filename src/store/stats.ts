import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputOf } from '../schema/operation.ts';
import type { AttachParts } from './attach.ts';
import type { TableEntry } from './catalog.ts';
import { diskUse } from './disk-use.ts';
import { fieldsFolderName } from './fields/folder.ts';
import type { Objects } from './objects/objects.ts';
import { RangeSet } from './ranges.ts';

type Stats = OutputOf<'store.stats'>;

/** What the store knows of itself, as far as that can be had without reading its files: of those in a bucket the sizes are listed. */
export type StoreStats = Omit<Stats, 'workspace' | 'upkeep'> & { upkeep: Omit<Stats['upkeep'], 'trouble'> };

/** `inReach`: the bucket, if there is one, was well a moment ago. */
export async function statsOf(parts: AttachParts, inReach: boolean): Promise<StoreStats> {
  const { directory, writer, generations, fresh, upkeep, tables } = parts;
  const { catalog } = generations;
  const inBucket = parts.isShared && inReach ? await bucketUse(parts.objects) : new Map<string, number>();
  const sizeOf = async (name: string): Promise<number> => {
    const folder = tables.directoryOf(name);
    return folder === null ? (inBucket.get(name) ?? 0) : diskUse(folder);
  };
  const rowOf = async ({ name, state, rows, sizeBytes }: TableEntry): Promise<Stats['tables'][number]> => {
    if (state !== 'sealed') return { name, state, rows: fresh.of(name).size, sizeBytes: await sizeOf(name) };
    return { name, state, rows, sizeBytes: parts.isShared ? await sizeOf(name) : sizeBytes };
  };
  const dropped = await Promise.all(catalog.dropped.map(sizeOf));
  const events = generations.count();
  return {
    writer,
    events,
    lost: RangeSet.of(catalog.lost).size,
    tables: await Promise.all(catalog.tables.map(rowOf)),
    memory: { events: fresh.size, bytes: fresh.bytes },
    tail: { events: fresh.tail.size, since: fresh.tailSince },
    journal: await journalOf(parts),
    disk: await diskOf(directory, events),
    dropped: { tables: dropped.length, sizeBytes: dropped.reduce((sum, size) => sum + size, 0) },
    upkeep: { due: upkeep.isDue(), last: upkeep.last() },
  };
}

/** Bytes of each table in a bucket; of none when it does not answer: what else there is to say does not depend on it. */
async function bucketUse(objects: Objects): Promise<Map<string, number>> {
  const files = await objects.inspect('tables/').catch(() => []);
  const bytes = new Map<string, number>();
  for (const { key, sizeBytes } of files) {
    const name = /^tables\/([^/]+)\.lance\//.exec(key)?.[1];
    if (name !== undefined) bytes.set(name, (bytes.get(name) ?? 0) + sizeBytes);
  }
  return bytes;
}

/** Of all writers together, but for the first event: that is this writer's own. */
async function journalOf({ journals, writer }: AttachParts): Promise<Stats['journal']> {
  const total: Stats['journal'] = { segments: 0, compressed: 0, sizeBytes: 0, firstSeq: null };
  for (const one of journals) {
    const { segments, compressed, sizeBytes, firstSeq } = await one.journal.stats();
    total.segments += segments;
    total.compressed += compressed;
    total.sizeBytes += sizeBytes;
    if (one.writer === writer && !one.isAside) total.firstSeq = firstSeq;
  }
  return total;
}

async function diskOf(directory: string, events: number): Promise<Stats['disk']> {
  const [totalBytes, tableBytes, journalBytes, fieldsBytes, snapshotBytes] = await Promise.all([
    diskUse(directory),
    diskUse(join(directory, 'tables')),
    diskUse(join(directory, 'journal')),
    diskUse(join(directory, fieldsFolderName)),
    stat(join(directory, 'snapshot')).then(
      ({ size }) => size,
      () => 0,
    ),
  ]);
  return {
    totalBytes,
    tableBytes,
    journalBytes,
    fieldsBytes,
    snapshotBytes,
    // What is written while it is counted may be in one sum and not in the other.
    otherBytes: Math.max(0, totalBytes - tableBytes - journalBytes - fieldsBytes - snapshotBytes),
    bytesPerEvent: events === 0 ? 0 : Math.round((totalBytes / events) * 10) / 10,
  };
}
