import type { Table } from '@lancedb/lancedb';
import { z } from 'zod';
import { Verification } from '../schema/operations/store.ts';
import { TableCut } from './cut.ts';
import { readOnlyJournal } from './journal/journal.ts';
import { checkContents } from './lance/ledger.ts';
import { placesOf } from './lance/rows.ts';
import { readAll } from './lance/salvage.ts';
import type { Tables } from './lance/tables.ts';
import type { OnProgress } from './progress.ts';
import { RangeSet, Ranges } from './ranges.ts';

/** Tables and journals to read whole, and what each must hold. */
export const VerifyJob = z.object({
  tables: z.array(TableCut),
  /** `lastSeq`: the last acknowledged event; what is being written behind it is none of our business. */
  journals: z.array(z.object({ directory: z.string(), writer: z.string(), lastSeq: z.number().int() })),
});
export type VerifyJob = z.infer<typeof VerifyJob>;

export const TableReport = z.object({
  name: z.string(),
  state: z.enum(['hot', 'closed', 'sealed']),
  /** Rows that could be read. */
  rows: z.number().int(),
  /** Rows of them that are not what was written, and the ids of the first. */
  damagedRows: z.number().int(),
  ids: z.array(z.string()),
  /** What is wrong with its files. */
  problems: z.array(z.string()),
  /** Expected, and in none of its whole rows. */
  missing: Ranges,
});
export type TableReport = z.infer<typeof TableReport>;

export const VerifyResult = z.object({
  tables: z.array(TableReport),
  /** Rows of events that another row has as well. */
  duplicates: z.number().int(),
  /** Of all journals together. */
  journal: Verification.shape.journal,
});
export type VerifyResult = z.infer<typeof VerifyResult>;

/** So many ids, problems and spans of each table are named; the rest is counted. */
export const namedLimit = 20;

/** Reads every file and row of the tables and every journal segment, and says what is not as it was written; changes nothing. */
export async function verifyAll(
  tables: Tables,
  job: VerifyJob,
  onProgress: OnProgress,
): Promise<VerifyResult> {
  const found = await verifyTables(tables, job, onProgress);
  onProgress({ message: 'reading the journal', done: 1, total: 1 });
  return { ...found, journal: await verifyJournals(job.journals) };
}

async function verifyJournals(journals: VerifyJob['journals']): Promise<VerifyResult['journal']> {
  const all: VerifyResult['journal'] = { segments: 0, events: 0, damaged: [] };
  for (const { directory, writer, lastSeq } of journals) {
    const { segments, events, damaged } = await readOnlyJournal(directory, writer, lastSeq).verify();
    all.segments += segments;
    all.events += events;
    all.damaged.push(...damaged);
  }
  return all;
}

async function verifyTables(
  tables: Tables,
  job: VerifyJob,
  onProgress: OnProgress,
): Promise<Omit<VerifyResult, 'journal'>> {
  const total = job.tables.reduce((sum, { expected }) => sum + RangeSet.of(expected).size, 0);
  const seen = new RangeSet();
  let duplicates = 0;
  let done = 0;
  const reports: TableReport[] = [];
  for (const cut of job.tables) {
    const problems = await checkFiles(tables, cut);
    onProgress({ message: 'reading every row', done, total });
    const report = await checkRows(tables, cut, problems, (places, rows) => {
      for (const place of places) if (!seen.add(place.writer, place.seq)) duplicates += 1;
      done += rows;
      onProgress({ message: 'reading every row', done: Math.min(done, total), total });
    });
    reports.push(report);
  }
  return { tables: reports, duplicates };
}

export const isDamaged = ({ damagedRows, problems, missing }: TableReport): boolean =>
  damagedRows > 0 || problems.length > 0 || RangeSet.of(missing).size > 0;

async function checkFiles(tables: Tables, { name, state, ledger }: TableCut): Promise<string[]> {
  const directory = tables.directoryOf(name);
  if (state !== 'sealed' || directory === null) return [];
  if (ledger === null) return ['its ledger is missing'];
  // A bad sector is an error of the disk, and damage to us.
  return checkContents(directory, ledger).catch((error: Error) => [inShort(error)]);
}

async function checkRows(
  tables: Tables,
  { name, state, expected }: TableCut,
  problems: string[],
  onBatch: (places: { writer: string; seq: number }[], rows: number) => void,
): Promise<TableReport> {
  const report: TableReport = { name, state, rows: 0, damagedRows: 0, ids: [], problems, missing: {} };
  const found = new RangeSet();
  // In a bucket what cannot be read is out of reach; on a disk it is broken.
  const note = (what: string, error: unknown): null => {
    if (tables.directoryOf(name) === null) throw error;
    problems.push(`${what}: ${inShort(error)}`);
    return null;
  };
  const table = await tables.open(name).catch((error) => note('it does not open', error));
  for await (const batch of rowsOf(table, (error) => note('some rows cannot be read', error))) {
    const places = placesOf(batch);
    for (const [at, place] of places.entries()) {
      if (place !== null) found.add(place.writer, place.seq);
      else {
        report.damagedRows += 1;
        if (report.ids.length < namedLimit) report.ids.push(String(batch.getChild('id')?.get(at)));
      }
    }
    report.rows += batch.numRows;
    onBatch(
      places.filter((place) => place !== null),
      batch.numRows,
    );
  }
  table?.close();
  return { ...report, missing: RangeSet.of(expected).without(found).toJSON() };
}

async function* rowsOf(table: Table | null, onUnreadable: (error: unknown) => void) {
  if (table !== null) yield* readAll(table, onUnreadable);
}

/** LanceDB's messages go on with where in its own sources they come from. */
export const inShort = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split(/\n|,? \S*\/\.cargo\//)[0]?.slice(0, 200) ??
  '';
