import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { Event } from '../schema/event.ts';
import { acceptedLoss, type Catalog, forgotten, nextMerge } from './catalog.ts';
import { reach } from './failpoint.ts';
import type { FieldsFolder } from './fields/folder.ts';
import type { Forgettings } from './forget/forgetter.ts';
import type { Fresh } from './fresh.ts';
import { DamagedTable, type Generations, ledgerKey, newTableName } from './generations.ts';
import { install } from './install.ts';
import type { BuildJob, BuildResult } from './lance/build.ts';
import type { Tables } from './lance/tables.ts';
import type { Lease } from './objects/lease.ts';
import type { Objects } from './objects/objects.ts';
import { placeTime } from './objects/place-clock.ts';
import { disownOrphans, dropFromBucket } from './orphans.ts';
import { RangeSet } from './ranges.ts';
import { type StoredEvent, storedEvent } from './stored-event.ts';

/** Runs a build in a child process until it is done or `signal` ends it. */
export type RunBuild = (job: BuildJob, signal: AbortSignal) => Promise<BuildResult>;

/** Replaced tables are deleted after so long: readers may still be at work, on a bucket those of other machines. */
const graceMs = { local: 60_000, shared: 10 * 60_000 };

/** How long other machines wait for a sign of life before they take upkeep over. */
export const leaseTtlMs = 60_000;

/** How often whoever does upkeep looks for tables that a crash has left in the bucket: it lists all of their files. */
const orphansEveryMs = 6 * 60 * 60_000;

/** Damaged tables that are kept for whoever wants to look at them. */
const evidenceLimit = 3;

export interface UpkeepParts {
  generations: Generations;
  fresh: Fresh;
  tables: Tables;
  objects: Objects;
  /** On a bucket: only its holder does upkeep, so that no two machines do the same work. Null on a local disk. */
  lease: Lease | null;
  /** The workspace's own folder on this machine. */
  directory: string;
  runBuild: RunBuild;
  /** Null where the tables are in a bucket. */
  fields: FieldsFolder | null;
  /** Events of this home's writers that the journals still hold. */
  fromJournal: (wanted: RangeSet) => AsyncIterable<Event[]>;
  termsOf: (event: Event) => string;
  forgotten: Forgettings;
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
    const { result, output, begunAt } = await build(parts, inputs, expected, signal);
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
    const built = await build(parts, [table], expected, new AbortController().signal);
    const missing = RangeSet.of(built.result.missing);
    if (missing.size > 0) await tables.drop(built.output);
    if (missing.size > 0 && !acceptLoss) throw lossIn(table, missing);
    const done =
      missing.size === 0
        ? built
        : await build(parts, [table], expected.without(missing), new AbortController().signal);
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

interface Built {
  output: string;
  /** By the clock of the bucket; 0 on a local disk. */
  begunAt: number;
  result: BuildResult;
  fromJournal: number;
}

/** Builds one table of several; what they do not give any more is looked for in the journal. */
async function build(
  parts: UpkeepParts,
  inputs: readonly string[],
  expected: RangeSet,
  signal: AbortSignal,
): Promise<Built> {
  const begunAt = parts.lease === null ? 0 : await placeTime(parts.objects);
  const output = newTableName();
  const job = {
    inputs: [...inputs],
    output,
    expected: expected.toJSON(),
    extra: null,
    ...fieldsOf(parts, output),
    forgotten: [...parts.forgotten.list()],
  };
  // LanceDB may end the process that reads damaged files: then they are left alone.
  const result = await runBuild(parts, job, signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return error instanceof Error ? error : new Error(String(error));
  });
  const failed = result instanceof Error ? result : null;
  const missing = result instanceof Error ? expected : RangeSet.of(result.missing);
  if (!(result instanceof Error) && missing.size === 0)
    return { output: job.output, begunAt, result, fromJournal: 0 };
  await parts.tables.drop(job.output);
  const extra = join(parts.directory, `${job.output}.ndjson`);
  try {
    const fromJournal = await writeExtra(parts, inputs, missing, extra);
    if (failed !== null && fromJournal < missing.size) throw failed;
    const second = newTableName();
    const again = {
      ...job,
      ...fieldsOf(parts, second),
      inputs: failed === null ? job.inputs : [],
      output: second,
      extra,
    };
    return { output: again.output, begunAt, result: await runBuild(parts, again, signal), fromJournal };
  } finally {
    await rm(extra, { force: true });
  }
}

const fieldsOf = ({ fields }: UpkeepParts, table: string): { fields?: string } =>
  fields === null ? {} : { fields: fields.pathOf(table) };

/** What a build that failed has left is taken away. */
async function runBuild(
  { runBuild: run, tables }: UpkeepParts,
  job: BuildJob,
  signal: AbortSignal,
): Promise<BuildResult> {
  try {
    return await run(job, signal);
  } catch (error) {
    await tables.drop(job.output).catch(() => undefined);
    throw error;
  }
}

/** Rows of the inputs that are in memory, and what the journals have of the others. */
async function writeExtra(
  { fresh, fromJournal, termsOf }: UpkeepParts,
  inputs: readonly string[],
  wanted: RangeSet,
  path: string,
): Promise<number> {
  const found = new RangeSet();
  const write = async (rows: readonly StoredEvent[]): Promise<void> => {
    const news = rows.filter(({ event }) => found.add(event.writer, event.seq));
    if (news.length > 0)
      await writeFile(path, news.map((row) => `${JSON.stringify(row)}\n`).join(''), { flag: 'a' });
  };
  await writeFile(path, '', { mode: 0o600 });
  for (const name of inputs)
    await write(fresh.rowsOf(name).filter(({ event }) => wanted.has(event.writer, event.seq)));
  for await (const events of fromJournal(wanted.without(found)))
    await write(events.map((event) => storedEvent(event, termsOf)));
  return found.size;
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
