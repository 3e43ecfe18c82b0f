import { dirname } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { EventSpan, Verification } from '../schema/operations/store.ts';
import { type BackupJob, BackupResult } from './backup/write.ts';
import { hotOf } from './catalog.ts';
import { cutTables } from './cut.ts';
import { listSegments, listSetAside, nextSeqAfter } from './journal/names.ts';
import { RangeSet, type Ranges } from './ranges.ts';
import type { Mended } from './upkeep.ts';
import {
  inTables,
  journalFolder,
  spansOf,
  type VerificationParts,
  verifyStore,
  type Watch,
} from './verification.ts';
import { inShort } from './verify.ts';

export interface TablesMended {
  mended: Mended[];
  /** Tables that were left as they are, why, and what making them anew would lose. */
  refused: { table: string; events: number; spans: EventSpan[]; reason: string }[];
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

export interface CareParts extends VerificationParts {
  flush: () => Promise<number>;
}

export function createCare(parts: CareParts): Care {
  const { upkeep, location, runJob, exclusively } = parts;

  const mendTables: Care['mendTables'] = async (damaged, acceptLoss) => {
    const done: TablesMended = { mended: [], refused: [] };
    for (const { table } of damaged)
      try {
        const one = await exclusively(() => mendOne(parts, table, acceptLoss));
        if (one !== null) done.mended.push(one);
      } catch (error) {
        const missing = missingIn(error);
        const spans = missing === null ? [] : spansOf(missing);
        done.refused.push({ table, events: missing?.size ?? 0, spans, reason: inShort(error) });
      }
    return done;
  };

  const spareSegments: Care['spareSegments'] = async (paths) => {
    const held = inTables(parts);
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

  const verify: Care['verify'] = (watch) => upkeep.hold(() => verifyStore(parts, watch));

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
