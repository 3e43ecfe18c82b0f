import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { EventSpan, Verification } from '../schema/operations/store.ts';
import type { AttachParts } from './attach.ts';
import { cutTables, heldBy, type TableCut } from './cut.ts';
import type { RunJob } from './job.ts';
import type { Location } from './location.ts';
import type { OnProgress } from './progress.ts';
import { RangeSet } from './ranges.ts';
import { inShort, isDamaged, namedLimit, type TableReport, type VerifyJob, VerifyResult } from './verify.ts';

/** What a caller of long work gives: how to end it, and whom to tell how far it is. */
export interface Watch {
  signal: AbortSignal;
  onProgress: OnProgress;
}

export interface VerificationParts extends AttachParts {
  location: Location;
  runJob: RunJob;
  exclusively: <T>(change: () => Promise<T>) => Promise<T>;
}

/** Reads everything and compares it with what must be there. Only while no table is deleted. */
export async function verifyStore(parts: VerificationParts, watch: Watch): Promise<Verification> {
  const { generations, journals, exclusively } = parts;
  const { cuts, missing } = await exclusively(async () => ({
    cuts: await cutTables(parts),
    missing: holes(parts),
  }));
  const known = journals
    .filter(({ isAside }) => !isAside)
    .map(({ writer, journal }) => ({
      directory: journalFolder(parts, writer),
      writer,
      lastSeq: journal.lastSeq(),
    }));
  const result = await readAll(parts, { tables: cuts, journals: known }, watch);
  await checkStillThere(parts, result.tables.filter(isDamaged));
  return verificationOf(cuts, result, missing, RangeSet.of(generations.catalog.lost).size);
}

/** LanceDB may end the process that reads damaged files: then each table is read by one of its own. */
async function readAll(
  { location, runJob }: VerificationParts,
  verify: VerifyJob,
  { signal, onProgress }: Watch,
): Promise<VerifyResult> {
  const read = async (part: VerifyJob): Promise<VerifyResult> =>
    VerifyResult.parse(await runJob({ kind: 'verify', location, verify: part }, signal, onProgress));
  try {
    return await read(verify);
  } catch (error) {
    if (signal.aborted || error instanceof AppError) throw error;
  }
  // Without tables: when this fails as well, they are not to blame.
  const whole = await read({ ...verify, tables: [] });
  for (const cut of verify.tables) {
    const one = await read({ tables: [cut], journals: [] }).catch((error: unknown) => {
      if (signal.aborted || error instanceof AppError) throw error;
      return { tables: [deadly(cut, error)], duplicates: 0 };
    });
    whole.tables.push(...one.tables);
    whole.duplicates += one.duplicates;
  }
  return whole;
}

const deadly = ({ name, state, expected }: TableCut, error: unknown): TableReport => ({
  name,
  state,
  rows: 0,
  damagedRows: 0,
  ids: [],
  problems: [`whoever reads it dies: ${inShort(error)}`],
  missing: expected,
});

/** Events that a table holds, or that were accepted as lost. */
export function inTables({ generations, fresh }: AttachParts): RangeSet {
  const { tables, lost } = generations.catalog;
  return RangeSet.of(...tables.map((table) => heldBy(table, fresh).toJSON()), lost);
}

/** Seqs are dense: those that nobody is known to have, up to the last of each writer. */
function holes(parts: AttachParts): RangeSet {
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
  { generations, isShared, exclusively }: VerificationParts,
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

export const spansOf = (set: RangeSet): EventSpan[] =>
  Object.entries(set.toJSON())
    .flatMap(([writer, intervals]) => intervals.map(([from, to]) => ({ writer, from, to })))
    .slice(0, namedLimit);

export const journalFolder = ({ directory }: AttachParts, writer: string): string =>
  join(directory, 'journal', writer);
