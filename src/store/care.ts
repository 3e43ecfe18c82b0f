import { dirname, join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { EventSpan, Verification } from '../schema/operations/store.ts';
import type { AttachParts } from './attach.ts';
import { type BackupJob, BackupResult } from './backup/write.ts';
import { hotOf } from './catalog.ts';
import { cutTables, heldBy, type TableCut } from './cut.ts';
import type { RunJob } from './job.ts';
import { listSegments, listSetAside, nextSeqAfter } from './journal/names.ts';
import type { Location } from './location.ts';
import type { OnProgress } from './progress.ts';
import { RangeSet, type Ranges } from './ranges.ts';
import type { Mended } from './upkeep.ts';
import { isDamaged, namedLimit, type TableReport, VerifyResult } from './verify.ts';

/** What a caller of long work gives: how to end it, and whom to tell how far it is. */
export interface Watch {
  signal: AbortSignal;
  onProgress: OnProgress;
}

export interface TablesMended {
  mended: Mended[];
  /** Tables that were left as they are, and what making them anew would lose. */
  refused: { table: string; events: number; spans: EventSpan[] }[];
}

/** What a backup is made of, but for what the store knows itself. */
export type BackupOrder = Omit<BackupJob, 'tables' | 'header'> & {
  header: Omit<BackupJob['header'], 'events' | 'ranges'>;
};

/** Looking after what is stored, at somebody's wish. */
export interface Care {
  /** Reads everything and compares it with what must be there; changes nothing. */
  verify(watch: Watch): Promise<Verification>;
  /** Makes the damaged tables anew; one that would lose events only with `acceptLoss`. */
  mendTables(damaged: Verification['damaged'], acceptLoss: boolean): Promise<TablesMended>;
  /** Of the journal segments at `paths` those whose every event is in a table: nothing needs them any more. */
  spareSegments(paths: readonly string[]): Promise<string[]>;
  /** Writes what is stored now into one file. */
  backUp(order: BackupOrder, watch: Watch): Promise<BackupResult>;
}

export interface CareParts extends AttachParts {
  location: Location;
  runJob: RunJob;
  exclusively: <T>(change: () => Promise<T>) => Promise<T>;
  flush: () => Promise<number>;
}

export function createCare(parts: CareParts): Care {
  const { generations, upkeep, journals, location, runJob, exclusively } = parts;

  const verify = async ({ signal, onProgress }: Watch): Promise<Verification> =>
    upkeep.hold(async () => {
      const { cuts, missing } = await exclusively(async () => ({
        cuts: await cutTables(parts),
        missing: holes(parts),
      }));
      const known = journals.filter(({ isAside }) => !isAside);
      const verify = {
        tables: cuts,
        journals: known.map(({ writer, journal }) => ({
          directory: journalFolder(parts, writer),
          writer,
          lastSeq: journal.lastSeq(),
        })),
      };
      const read = await runJob({ kind: 'verify', location, verify }, signal, onProgress);
      const result = VerifyResult.parse(read);
      await checkStillThere(parts, result.tables.filter(isDamaged));
      return verificationOf(cuts, result, missing, RangeSet.of(generations.catalog.lost).size);
    });

  const mendTables: Care['mendTables'] = async (damaged, acceptLoss) => {
    const done: TablesMended = { mended: [], refused: [] };
    for (const { table } of damaged)
      try {
        const one = await exclusively(() => mendOne(parts, table, acceptLoss));
        if (one !== null) done.mended.push(one);
      } catch (error) {
        const missing = missingIn(error);
        if (missing === null) throw error;
        done.refused.push({ table, events: missing.size, spans: spansOf(missing) });
      }
    return done;
  };

  const spareSegments: Care['spareSegments'] = async (paths) => {
    const held = RangeSet.of(
      ...(await cutTables(parts)).map(({ expected }) => expected),
      generations.catalog.lost,
    );
    const spare: string[] = [];
    for (const path of paths) if (await isHeld(parts, path, held)) spare.push(path);
    return spare;
  };

  const backUp: Care['backUp'] = async ({ header, ...order }, { signal, onProgress }) =>
    upkeep.hold(async () => {
      await flushAll(parts);
      const tables = await exclusively(() => cutTables(parts));
      const held = RangeSet.of(...tables.map(({ expected }) => expected));
      const whole = { ...header, events: held.size, ranges: held.toJSON() };
      const backup = { ...order, header: whole, tables };
      return BackupResult.parse(await runJob({ kind: 'backup', location, backup }, signal, onProgress));
    });

  return { verify, mendTables, spareSegments, backUp };
}

/** What is acknowledged by now is in a table when it resolves; what comes meanwhile may be. */
async function flushAll({ fresh, flush }: CareParts): Promise<void> {
  for (let left = fresh.tail.size; left > 0; ) {
    const rows = await flush();
    // The flusher may have been there first.
    if (rows === 0) return;
    left -= rows;
  }
}

/** Events that a table holds, or that were accepted as lost. */
function inTables({ generations, fresh }: CareParts): RangeSet {
  const { tables, lost } = generations.catalog;
  return RangeSet.of(...tables.map((table) => heldBy(table, fresh).toJSON()), lost);
}

/** Seqs are dense: those that nobody is known to have, up to the last of each writer. */
function holes(parts: CareParts): RangeSet {
  const known = inTables(parts);
  const waiting = [parts.fresh.tail, parts.fresh.inherited].flatMap((chunk) =>
    chunk.oldest(Number.POSITIVE_INFINITY),
  );
  for (const { event } of waiting) known.add(event.writer, event.seq);
  const whole = new RangeSet();
  for (const writer of known.writers())
    if (known.last(writer) > 0) whole.addInterval(writer, 1, known.last(writer));
  return whole.without(known);
}

/** On a bucket another machine may have replaced a table and deleted it meanwhile: what it held is in another one. */
async function checkStillThere(
  { generations, isShared, exclusively }: CareParts,
  damaged: readonly TableReport[],
): Promise<void> {
  if (!isShared || damaged.length === 0) return;
  await exclusively(() => generations.refresh());
  const live = new Set(generations.catalog.tables.map(({ name }) => name));
  if (damaged.some(({ name }) => !live.has(name)))
    throw new AppError('ABORTED', 'another machine has replaced tables while they were being read', {
      hint: 'try again',
    });
}

function verificationOf(
  cuts: readonly TableCut[],
  { tables, duplicates, journal }: VerifyResult,
  missing: RangeSet,
  lost: number,
): Verification {
  const damaged = tables.filter(isDamaged).map((report) => ({
    table: report.name,
    state: report.state,
    problems: report.problems.slice(0, namedLimit),
    rows: report.damagedRows,
    ids: report.ids,
    missing: RangeSet.of(report.missing).size,
    spans: spansOf(RangeSet.of(report.missing)),
  }));
  return {
    ok: damaged.length === 0 && missing.size === 0 && journal.damaged.length === 0,
    tables: tables.length,
    events: sum(cuts.map(({ expected }) => RangeSet.of(expected).size)),
    rows: sum(tables.map(({ rows }) => rows)),
    duplicates,
    damaged,
    missing: missing.size,
    spans: spansOf(missing),
    journal,
    lost,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const spansOf = (set: RangeSet): EventSpan[] =>
  Object.entries(set.toJSON())
    .flatMap(([writer, intervals]) => intervals.map(([from, to]) => ({ writer, from, to })))
    .slice(0, namedLimit);

/** Null when the table was replaced meanwhile. */
async function mendOne(
  { generations, upkeep }: CareParts,
  table: string,
  acceptLoss: boolean,
): Promise<Mended | null> {
  if (!generations.catalog.tables.some(({ name }) => name === table)) return null;
  // What is made of it is sealed: events go on into another one.
  if (hotOf(generations.catalog)?.name === table) await generations.roll();
  return upkeep.mend(table, acceptLoss);
}

function missingIn(error: unknown): RangeSet | null {
  if (!(error instanceof AppError) || error.code !== 'DATA_LOSS') return null;
  const missing = error.details?.missing;
  return typeof missing === 'object' && missing !== null ? RangeSet.of(missing as Ranges) : null;
}

const journalFolder = ({ directory }: CareParts, writer: string): string =>
  join(directory, 'journal', writer);

/** Whether every event that a journal segment was written for is among those held. */
async function isHeld(parts: CareParts, path: string, held: RangeSet): Promise<boolean> {
  const folder = dirname(path);
  const owner = parts.journals.find(({ writer }) => folder === journalFolder(parts, writer));
  const files = owner === undefined ? [] : await listSegments(folder);
  const at = files.findIndex((file) => file.path === path);
  const file = files[at];
  if (file === undefined || owner === undefined) return false;
  const next = nextSeqAfter(file, files[at + 1], await listSetAside(folder));
  const last = Math.min(next - 1, owner.journal.lastSeq());
  return held.count(owner.writer, file.firstSeq, last) === Math.max(0, last - file.firstSeq + 1);
}
