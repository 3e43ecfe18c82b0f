import { open } from 'node:fs/promises';
import { Index, type Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import { z } from 'zod';
import { diskUse } from '../disk-use.ts';
import { reach } from '../failpoint.ts';
import { Forgetting } from '../forget/forgetter.ts';
import { RangeSet, Ranges } from '../ranges.ts';
import type { StoredEvent } from '../stored-event.ts';
import { batchOf } from './columns.ts';
import { buildFields } from './fields-build.ts';
import { createRowForgetter, type RowForgetter } from './forget-rows.ts';
import { rowWithHead, sealedSchema, withHeads } from './heads.ts';
import { Ledger, makeLedger } from './ledger.ts';
import { placesOf, rawRowsOf, toRow } from './rows.ts';
import { salvage } from './salvage.ts';
import type { Tables } from './tables.ts';

/** Makes one sealed table out of others. */
export const BuildJob = z.object({
  inputs: z.array(z.string()),
  output: z.string(),
  /** What the inputs are known to hold. */
  expected: Ranges,
  /** A file of rows (a stored event as JSON on each line) that the inputs no longer give. */
  extra: z.string().nullable(),
  /** Where its stored fields are to be written; nowhere when it is not said. */
  fields: z.string().optional(),
  /** What no table that is made may hold any more. */
  forgotten: z.array(Forgetting).optional(),
});
export type BuildJob = z.infer<typeof BuildJob>;

export const BuildResult = z.object({
  rows: z.number().int(),
  sizeBytes: z.number().int(),
  ranges: Ranges,
  /** Expected, and nowhere to be had: the table was not made complete. */
  missing: Ranges,
  ledger: Ledger.nullable(),
  /** Keys of the facts that are forgotten, for good. */
  forgottenFacts: z.array(z.string()).optional(),
});
export type BuildResult = z.infer<typeof BuildResult>;

/** Rows in one commit of the new table, and bytes of them: an event may have megabytes. Each commit is a file, and reads of scattered rows cost by files. */
const commitRows = 131_072;
const commitBytes = 128 << 20;

/**
 * Writes the rows of the inputs, each event once, into a new table, and indexes it. Every row is checked on the way;
 * what is damaged is left out and counted as missing. To be run in a process of its own: indexing takes up to a
 * gigabyte, which goes back only when the process ends. The new table is durable on return; nobody knows it yet. `rows`
 * come before the inputs: those of the job's file when nothing else is given.
 */
export async function buildTable(
  tables: Tables,
  job: BuildJob,
  rows: AsyncIterable<StoredEvent[]> = job.extra === null ? noRows() : readExtra(job.extra),
): Promise<BuildResult> {
  const table = await tables.create(job.output, sealedSchema);
  const written = new RangeSet();
  const forgetting = createRowForgetter(job.forgotten ?? []);
  const output = createOutput(table, forgetting);
  for await (const part of rows)
    await output.addRows(part.filter(({ event }) => written.add(event.writer, event.seq)));
  for (const input of job.inputs)
    for await (const batch of salvage(tables, input)) await output.addBatch(batch, fresh(batch, written));
  await output.end();
  reach('merge.write');
  const missing = RangeSet.of(job.expected).without(written);
  // An incomplete table is not worth its indexes: it will be made again with what the journal has.
  if (missing.size === 0) await createIndexes(table);
  reach('merge.index');
  await tables.sync(job.output);
  reach('merge.sync');
  table.close();
  // Without them the table is as good: whoever opens it sees that they are missing, and has them written, or told why not.
  if (job.fields !== undefined && missing.size === 0 && written.size > 0)
    await buildFields(tables, { table: job.output, path: job.fields }).catch(() => false);
  reach('merge.fields');
  const directory = tables.directoryOf(job.output);
  return {
    rows: written.size,
    sizeBytes: directory === null ? 0 : await diskUse(directory),
    ranges: written.toJSON(),
    missing: missing.toJSON(),
    ledger: directory === null ? null : await makeLedger(directory, job.output, written.size),
    forgottenFacts: [...forgetting.facts],
  };
}

/** Places in the batch of rows that are whole and new. */
function fresh(batch: RecordBatch, written: RangeSet): Set<number> {
  const wanted = new Set<number>();
  for (const [at, place] of placesOf(batch).entries())
    if (place !== null && written.add(place.writer, place.seq)) wanted.add(at);
  return wanted;
}

interface Output {
  addRows(rows: readonly StoredEvent[]): Promise<void>;
  addBatch(batch: RecordBatch, wanted: ReadonlySet<number>): Promise<void>;
  end(): Promise<void>;
}

function createOutput(table: Table, forgetting: RowForgetter): Output {
  let waiting: RecordBatch[] = [];
  let rows = 0;
  let bytes = 0;
  const end = async (): Promise<void> => {
    const [first] = waiting;
    if (first !== undefined) await table.add({ schema: first.schema, batches: waiting });
    waiting = [];
    rows = 0;
    bytes = 0;
  };
  const add = async (batches: readonly RecordBatch[]): Promise<void> => {
    waiting.push(...batches);
    for (const { numRows, data } of batches) {
      rows += numRows;
      bytes += data.byteLength;
    }
    if (rows >= commitRows || bytes >= commitBytes) await end();
  };
  const addRaw = (raw: Record<string, unknown>[]): Promise<void> =>
    raw.length === 0 ? Promise.resolve() : add([batchOf(raw.map(rowWithHead), sealedSchema)]);
  return {
    addRows: (events) => addRaw(events.map((row) => toRow(forgetting.row(row)))),
    addBatch: (batch, wanted) => {
      if (forgetting.touches(batch)) return addRaw(forgetting.rowsOf(batch, wanted).map(toRow));
      return wanted.size === batch.numRows ? add([withHeads(batch)]) : addRaw(rawRowsOf(batch, wanted));
    },
    end,
  };
}

async function* noRows(): AsyncGenerator<StoredEvent[]> {}

/** Rows of a file that are handed on at a time. */
const partRows = 256;

async function* readExtra(path: string): AsyncGenerator<StoredEvent[]> {
  const file = await open(path);
  let rows: StoredEvent[] = [];
  for await (const line of file.readLines()) {
    rows.push(JSON.parse(line) as StoredEvent);
    if (rows.length < partRows) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

async function createIndexes(table: Table): Promise<void> {
  if ((await table.countRows()) === 0) return;
  for (const [column, name, config] of indexes()) await table.createIndex(column, { name, config });
}

const indexes = (): (readonly [column: string, name: string, config: Index])[] => [
  ['terms', 'terms_fts', termsIndex()],
  ...['branch', 'type', 'status', 'agent'].map(
    (column) => [column, `${column}_bitmap`, Index.bitmap()] as const,
  ),
  ...['seq', 'id', 'session', 'turn'].map((column) => [column, `${column}_btree`, Index.btree()] as const),
];

/** More than UTF-8 makes of a term's 64 UTF-16 units: LanceDB leaves out what has as many bytes as this, or more. */
const longestTermBytes = 256;

/** Our own tokenizer has split and stemmed already: the index must take the terms as they are. */
const termsIndex = (): Index =>
  Index.fts({
    baseTokenizer: 'whitespace',
    lowercase: false,
    stem: false,
    removeStopWords: false,
    asciiFolding: false,
    withPosition: false,
    maxTokenLength: longestTermBytes,
  });
