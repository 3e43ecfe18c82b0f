import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../schema/event.ts';
import type { FieldsFolder } from './fields/folder.ts';
import type { Forgettings } from './forget/forgetter.ts';
import type { Fresh } from './fresh.ts';
import { newTableName } from './generations.ts';
import type { BuildJob, BuildResult } from './lance/build.ts';
import type { Tables } from './lance/tables.ts';
import type { Objects } from './objects/objects.ts';
import { placeTime } from './objects/place-clock.ts';
import { RangeSet } from './ranges.ts';
import { type StoredEvent, storedEvent } from './stored-event.ts';

/** Runs a build in a child process until it is done or `signal` ends it. */
export type RunBuild = (job: BuildJob, signal: AbortSignal) => Promise<BuildResult>;

export interface RebuildParts {
  fresh: Fresh;
  tables: Tables;
  objects: Objects;
  /** The workspace's own folder on this machine. */
  directory: string;
  runBuild: RunBuild;
  /** Null where the tables are in a bucket. */
  fields: FieldsFolder | null;
  /** Events of this home's writers that the journals still hold. */
  fromJournal: (wanted: RangeSet) => AsyncIterable<Event[]>;
  termsOf: (event: Event) => string;
  forgotten: Forgettings;
}

interface Built {
  output: string;
  /** By the clock of the bucket; 0 on a local disk. */
  begunAt: number;
  result: BuildResult;
  fromJournal: number;
}

/** Builds one table of several; what they do not give any more is looked for in the journal. */
export async function rebuild(
  parts: RebuildParts,
  inputs: readonly string[],
  expected: RangeSet,
  signal: AbortSignal,
): Promise<Built> {
  const begunAt = parts.fields === null ? await placeTime(parts.objects) : 0;
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

const fieldsOf = ({ fields }: RebuildParts, table: string): { fields?: string } =>
  fields === null ? {} : { fields: fields.pathOf(table) };

/** What a build that failed has left is taken away. */
async function runBuild(
  { runBuild: run, tables, fields }: RebuildParts,
  job: BuildJob,
  signal: AbortSignal,
): Promise<BuildResult> {
  try {
    return await run(job, signal);
  } catch (error) {
    await tables.drop(job.output).catch(() => undefined);
    await fields?.drop(job.output);
    throw error;
  }
}

/** Rows of the inputs that are in memory, and what the journals have of the others. */
async function writeExtra(
  { fresh, fromJournal, termsOf }: RebuildParts,
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
