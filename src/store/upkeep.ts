import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import { acceptedLoss, type Catalog, forgotten, nextMerge } from './catalog.ts';
import { reach } from './failpoint.ts';
import { DamagedTable, type Generations, ledgerKey } from './generations.ts';
import { install } from './install.ts';
import type { Lease } from './objects/lease.ts';
import { disownOrphans, dropFromBucket } from './orphans.ts';
import { RangeSet } from './ranges.ts';
import { type RebuildParts, rebuild } from './rebuild.ts';

/** Replaced tables are deleted after so long: readers may still be at work, on a bucket those of other machines. */
const graceMs = { local: 60_000, shared: 10 * 60_000 };

/** How long other machines wait for a sign of life before they take upkeep over. */
export const leaseTtlMs = 60_000;

/** How often whoever does upkeep looks for tables that a crash has left in the bucket: it lists all of their files. */
const orphansEveryMs = 6 * 60 * 60_000;

/** Damaged tables that are kept for whoever wants to look at them. */
const evidenceLimit = 3;

export interface UpkeepParts extends RebuildParts {
  generations: Generations;
  /** On a bucket: only its holder does upkeep, so that no two machines do the same work. Null on a local disk. */
  lease: Lease | null;
  /** Nothing else may change the tables while `change` runs. */
  exclusively: <T>(change: () => Promise<T>) => Promise<T>;
}

export interface Upkeep {
  /** Whether there is something to seal or to merge. */
  isDue(): boolean;
  /** Seals what is closed, merges what is many, deletes what was replaced. */
  run(signal: AbortSignal): Promise<void>;
  /** Makes a damaged table anew from what can be read of it and from the journal; throws DATA_LOSS when that is not all. Only inside `exclusively`. */
  mend(table: string, acceptLoss: boolean): Promise<Mended>;
  /** No table is deleted while `work` runs, also if it is replaced meanwhile. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** The last merge since the store was opened. */
  last(): Merged | null;
}

export interface Merged {
  /** Epoch milliseconds at which it was done. */
  at: number;
  durationMs: number;
  tables: number;
  rows: number;
}

export interface Mended {
  table: string;
  rows: number;
  fromJournal: number;
  lost: number;
}

export function createUpkeep(parts: UpkeepParts): Upkeep {
  const { generations, fresh, tables, lease, fields, exclusively } = parts;
  const droppedAt = new Map<string, number>();
  let orphansSoughtAt = Number.NEGATIVE_INFINITY;
  let holders = 0;
  let last: Merged | null = null;

  const expectedOf = (catalog: Catalog, names: readonly string[]): RangeSet => {
    const held = catalog.tables.filter(({ name }) => names.includes(name)).map(({ ranges }) => ranges);
    const inMemory = new RangeSet();
    for (const name of names)
      for (const { event } of fresh.rowsOf(name)) inMemory.add(event.writer, event.seq);
    return RangeSet.of(...held, inMemory.toJSON()).without(RangeSet.of(catalog.lost));
  };

  const merge = async (signal: AbortSignal): Promise<void> => {
    const inputs = nextMerge(generations.catalog);
    if (inputs.length === 0) return;
    const startedAt = performance.now();
    const expected = expectedOf(generations.catalog, inputs);
    const { result, output, begunAt } = await rebuild(parts, inputs, expected, signal);
    const missing = RangeSet.of(result.missing);
    if (missing.size > 0) {
      await tables.drop(output);
      throw lossIn(inputs.join(', '), missing);
    }
    await exclusively(async () => {
      if (await install(parts, inputs, output, result, begunAt)) await generations.apply();
    });
    const durationMs = Math.round(performance.now() - startedAt);
    last = { at: Date.now(), durationMs, tables: inputs.length, rows: result.rows };
  };

  const cleanUp = async (): Promise<void> => {
    if (holders > 0) return;
    const now = performance.now();
    const { dropped } = generations.catalog;
    for (const name of dropped) if (!droppedAt.has(name)) droppedAt.set(name, now);
    const grace = lease === null ? graceMs.local : graceMs.shared;
    const old = dropped.filter((name) => now - (droppedAt.get(name) ?? now) >= grace);
    if (old.length === 0) return;
    for (const name of old) {
      await (lease === null ? tables.drop(name) : dropFromBucket(parts, name));
      reach('merge.drop');
      await parts.objects.delete(ledgerKey(name));
      droppedAt.delete(name);
    }
    await exclusively(() => generations.commit(forgotten(generations.catalog, old)));
  };

  const seekOrphans = async (): Promise<void> => {
    if (lease === null || performance.now() - orphansSoughtAt < orphansEveryMs) return;
    await disownOrphans(parts);
    orphansSoughtAt = performance.now();
  };

  const mend = async (table: string, acceptLoss: boolean): Promise<Mended> => {
    const expected = expectedOf(generations.catalog, [table]);
    const built = await rebuild(parts, [table], expected, new AbortController().signal);
    const missing = RangeSet.of(built.result.missing);
    if (missing.size > 0) await tables.drop(built.output);
    if (missing.size > 0 && !acceptLoss) throw lossIn(table, missing);
    const done =
      missing.size === 0
        ? built
        : await rebuild(parts, [table], expected.without(missing), new AbortController().signal);
    if (missing.size > 0) await generations.commit(acceptedLoss(generations.catalog, missing));
    await install(parts, [table], done.output, done.result, done.begunAt);
    // Another one that is damaged is a case of its own.
    await generations.apply().catch((error) => {
      if (!(error instanceof DamagedTable)) throw error;
    });
    await keepEvidence(parts, table);
    return { table, rows: done.result.rows, fromJournal: done.fromJournal, lost: missing.size };
  };

  return {
    isDue: () => nextMerge(generations.catalog).length > 0 || fields?.isWanted() === true,
    run: async (signal) => {
      if (lease !== null && !(await lease.tryTake())) return;
      const stop = lease === null ? () => undefined : keepAlive(lease);
      try {
        // Whoever held it until now may have done what there was to do.
        if (lease !== null)
          await exclusively(async () => {
            if (await generations.refresh()) await generations.apply();
          });
        await cleanUp();
        await merge(signal);
        if (!signal.aborted) await fields?.makeNext((name) => generations.isSealed(name), signal);
        if (!signal.aborted) await seekOrphans();
      } finally {
        stop();
        await lease?.release();
      }
    },
    mend,
    hold: async (work) => {
      holders += 1;
      try {
        return await work();
      } finally {
        holders -= 1;
      }
    },
    last: () => last,
  };
}

/** Renews a lease until it is told to stop. A renewal that fails costs at most some work done twice. */
function keepAlive(lease: Lease): () => void {
  const timer = setInterval(() => void lease.renew().catch(() => undefined), leaseTtlMs / 3);
  return () => clearInterval(timer);
}

/** A copy of a damaged table's folder, for whoever wants to know how that came about. */
async function keepEvidence({ tables, directory }: UpkeepParts, table: string): Promise<void> {
  const from = tables.directoryOf(table);
  if (from === null) return;
  const aside = join(directory, 'damaged');
  await mkdir(aside, { recursive: true, mode: 0o700 });
  await rename(from, join(aside, table)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  const names = (await readdir(aside)).sort();
  for (const old of names.slice(0, -evidenceLimit))
    await rm(join(aside, old), { recursive: true, force: true });
}

export const lossIn = (what: string, missing: RangeSet): AppError =>
  new AppError(
    'DATA_LOSS',
    `${missing.size === 1 ? '1 event' : `${missing.size} events`} of ${what} can be read neither there nor in the journal`,
    {
      hint: 'restore a backup, or go on without them: hivemind store repair --accept-loss',
      details: { missing: missing.toJSON() },
    },
  );
