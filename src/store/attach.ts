import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { Event } from '../schema/event.ts';
import { acceptedLoss, hotOf, replaced, sealedOf, unsealedOf } from './catalog.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { FieldsFolder } from './fields/folder.ts';
import type { Forgettings } from './forget/forgetter.ts';
import type { Fresh } from './fresh.ts';
import { DamagedTable, type Generations } from './generations.ts';
import type { Intake } from './intake.ts';
import type { Journal } from './journal/journal.ts';
import type { Tables } from './lance/tables.ts';
import type { Objects } from './objects/objects.ts';
import type { OpenMark } from './open-mark.ts';
import { dropOrphans } from './orphans.ts';
import { RangeSet } from './ranges.ts';
import { type StoredEvent, storedEvent } from './stored-event.ts';
import { lossIn, type Mended, type Upkeep } from './upkeep.ts';

/** What was found damaged on opening, and mended. */
export interface Repairs {
  /** Copies of torn journal tails that were cut. */
  torn: string[];
  /** Versions of the catalog that were damaged; the one before was taken. */
  catalog: string[];
  /** Tables that were made anew. */
  mended: Mended[];
  /** Unsealed tables that could not be read; their rows came from the journal. */
  replaced: string[];
  /** Events that the tables had lost and the journal still had. */
  reappended: number;
  /** Events that were nowhere to be found and given up, as the caller wished. */
  lost: number;
}

export const noRepairs = (): Repairs => ({
  torn: [],
  catalog: [],
  mended: [],
  replaced: [],
  reappended: 0,
  lost: 0,
});

/** After so many openings in a row that did not end in order every file is read before anything is served. */
const mostUnclean = 3;

/** Events are numbered under this writer that this home knows nothing of: it is a copy, or has lost its journal. */
export class StaleWriter extends Error {}

export interface KnownJournal {
  writer: string;
  journal: Journal;
  /** Damaged, and out of use: what stands whole in it is read where it is missed. */
  isAside: boolean;
}

export interface AttachParts {
  directory: string;
  writer: string;
  isShared: boolean;
  intake: Intake;
  fresh: Fresh;
  tables: Tables;
  fields: FieldsFolder | null;
  objects: Objects;
  generations: Generations;
  /** This writer's journal first, then those of writers that this home had before. */
  journals: readonly KnownJournal[];
  upkeep: Upkeep;
  repairs: Repairs;
  mark: OpenMark;
  termsOf: (event: Event) => string;
  forgotten: Forgettings;
  acceptLoss: boolean;
}

/**
 * Puts together what the tables hold, what the journals hold and what is in memory already: mends damaged tables,
 * brings back what they have lost, takes in what is new, and leaves in the tail what no table has. Throws DATA_LOSS when
 * an acknowledged event is nowhere. Returns events of this home's earlier writers that no table has.
 */
export async function attach(parts: AttachParts): Promise<StoredEvent[]> {
  const { generations, fresh, intake, writer, repairs, isShared } = parts;
  repairs.catalog.push(...(await loadCatalog(parts)));
  const bad = await loadUnsealed(parts);
  const stored = storedRanges(generations, fresh, bad);
  // Whoever numbered on from here would give numbers that are taken.
  if (stored.last(writer) > lastSeqOf(parts)) throw new StaleWriter(writer);
  fresh.tail.retain(({ event }) => !stored.has(event.writer, event.seq));
  const { back, missing } = await bringBack(parts, stored);
  if (missing.size > 0) {
    if (!parts.acceptLoss) throw lossIn(parts.directory, missing);
    await generations.commit(acceptedLoss(generations.catalog, missing));
    repairs.lost += missing.size;
  }
  await replaceBad(parts, bad);
  fresh.tail.prepend(back.filter(({ event }) => event.writer === writer));
  await openSealed(parts);
  for (const row of back) intake.take(row);
  repairs.reappended += back.length;
  const inherited = back.filter(({ event }) => event.writer !== writer);
  fresh.inherited.add(inherited);
  // Only now, when nothing is missed; and what a damaged version of the catalog named may still be wanted.
  if (!isShared && repairs.catalog.length === 0 && repairs.lost === 0) await dropOrphans(parts);
  return inherited;
}

/**
 * Where no version of a local catalog is whole it begins anew: its tables are then as good as gone, and whether the
 * journals have all that was in them is found out next.
 */
async function loadCatalog({ generations, isShared, directory }: AttachParts): Promise<string[]> {
  try {
    return await generations.load();
  } catch (error) {
    const isDamaged = error instanceof AppError && error.code === 'DATA_LOSS';
    if (isShared || !isDamaged) throw error;
    const aside = join(directory, 'damaged');
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await rename(join(directory, 'catalog'), join(aside, `catalog-${Date.now()}`));
    return ['catalog', ...(await generations.load())];
  }
}

const lastSeqOf = ({ journals, writer }: AttachParts): number =>
  journals.find((one) => one.writer === writer)?.journal.lastSeq() ?? 0;

/** Reads the rows of unsealed tables into memory; returns those that are damaged. */
async function loadUnsealed({ generations, tables, mark }: AttachParts): Promise<string[]> {
  const bad: string[] = [];
  for (const { name } of unsealedOf(generations.catalog)) {
    // The process before died while it read this one: so would this.
    const isDeadly = mark.suspect === name && tables.directoryOf(name) !== null;
    await mark.reading(name);
    try {
      if (!isDeadly && (await generations.unsealed.load(name)) === 0) continue;
    } catch (error) {
      // In a bucket what does not open is out of reach, and others' rows are at stake.
      if (tables.directoryOf(name) === null) throw error;
    }
    bad.push(name);
  }
  await mark.reading(null);
  return bad;
}

/** What is in tables that can be read, or was given up. */
function storedRanges(generations: Generations, fresh: Fresh, bad: readonly string[]): RangeSet {
  const { catalog } = generations;
  const stored = RangeSet.of(...sealedOf(catalog).map(({ ranges }) => ranges), catalog.lost);
  for (const { name } of unsealedOf(catalog))
    if (!bad.includes(name)) for (const { event } of fresh.rowsOf(name)) stored.add(event.writer, event.seq);
  return stored;
}

/** Of the events that this home has written: those that are in no table and not in the tail, from the journals. */
async function bringBack(
  { directory, fresh, journals, termsOf, forgotten }: AttachParts,
  stored: RangeSet,
): Promise<{ back: StoredEvent[]; missing: RangeSet }> {
  const checkpoint = await readCheckpoint(join(directory, 'checkpoint.json'));
  const known = RangeSet.of(stored.toJSON());
  for (const { event } of fresh.tail.oldest(Number.POSITIVE_INFINITY)) known.add(event.writer, event.seq);
  const back: StoredEvent[] = [];
  const forgetter = forgotten.now();
  const missing = new RangeSet();
  for (const { writer, journal } of journals) {
    // Seqs are dense: the last one that anybody remembers says which events there must be.
    const flushed = checkpoint?.writer === writer ? checkpoint.seq : 0;
    const last = Math.max(journal.lastSeq(), known.last(writer), flushed);
    const wanted = new RangeSet();
    if (last > 0) wanted.addInterval(writer, 1, last);
    for (const [from, to] of wanted.without(known).toJSON()[writer] ?? []) {
      for await (const events of journal.read(from, to))
        for (const event of events)
          if (known.add(event.writer, event.seq)) back.push(storedEvent(forgetter.of(event), termsOf));
      const rest = new RangeSet();
      rest.addInterval(writer, from, to);
      for (const [start, end] of rest.without(known).toJSON()[writer] ?? [])
        missing.addInterval(writer, start, end);
    }
  }
  return { back, missing };
}

/** Their rows are in the journal and come back from there: the tables themselves give way. */
async function replaceBad({ generations, repairs }: AttachParts, bad: readonly string[]): Promise<void> {
  if (bad.length > 0) {
    for (const name of bad) generations.unsealed.forget(name);
    const next = replaced(generations.catalog, bad, null);
    if (next !== null) await generations.commit(next);
    repairs.replaced.push(...bad);
  }
  if (hotOf(generations.catalog) === undefined) await generations.roll();
}

/** Opens the sealed tables, mending those that are damaged, and takes in what is new. */
async function openSealed(parts: AttachParts): Promise<void> {
  const { generations, repairs, upkeep, acceptLoss, mark } = parts;
  const mend = async (name: string): Promise<void> => {
    repairs.mended.push(await upkeep.mend(name, acceptLoss));
  };
  // What sizes do not show may have ended the processes before.
  if (mark.unclean >= mostUnclean)
    for (const { name } of sealedOf(generations.catalog))
      if ((await generations.damageOf(name)).length > 0) await mend(name);
  for (;;) {
    try {
      await generations.apply();
      return;
    } catch (error) {
      if (!(error instanceof DamagedTable)) throw error;
      await mend(error.table);
    }
  }
}
