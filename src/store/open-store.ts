import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Mutex } from 'async-mutex';
import { AppError } from '../schema/app-error.ts';
import type { Event, FoldedEvent } from '../schema/event.ts';
import {
  type AttachParts,
  attach,
  type KnownJournal,
  noRepairs,
  type Repairs,
  StaleWriter,
} from './attach.ts';
import { Catalog } from './catalog.ts';
import { readCheckpoint } from './checkpoint.ts';
import { takeOverEarlierLayout } from './earlier-layout.ts';
import { type FieldsFolder, openFieldsFolder } from './fields/folder.ts';
import { type Forgetting, type Forgettings, followForgettings } from './forget/forgetter.ts';
import { Fresh } from './fresh.ts';
import { Generations } from './generations.ts';
import { Intake } from './intake.ts';
import type { RunJob } from './job.ts';
import { isFromFirst, openJournal } from './journal/journal.ts';
import { openJournalAside, writerSetAside } from './journal/set-aside.ts';
import { BuildResult } from './lance/build.ts';
import { fieldsColumns } from './lance/found-rows.ts';
import { openTables, type Tables } from './lance/tables.ts';
import type { Location } from './location.ts';
import { openDocument } from './objects/document.ts';
import { createLease } from './objects/lease.ts';
import type { Objects } from './objects/objects.ts';
import { openObjects } from './objects/open-objects.ts';
import { type OpenMark, openMark } from './open-mark.ts';
import { makeOpenable } from './openable.ts';
import type { RangeSet } from './ranges.ts';
import { tellReason } from './reason.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { createStore, type Store } from './store.ts';
import { storedEvent } from './stored-event.ts';
import { createUpkeep, leaseTtlMs } from './upkeep.ts';
import { renewWriter, writerOf } from './writer.ts';

export interface OpenStoreInput {
  /** The workspace's folder on this machine. */
  directory: string;
  /** Where the tables are; in the folder when nothing is said. */
  location?: Location;
  /** Terms under which an event that comes back from the journal is found. */
  termsOf: (event: Event) => string;
  folds: Folds;
  runJob: RunJob;
  /** What has been ordered to be forgotten: it is not taken in, wherever it comes from. */
  forgotten?: () => readonly Forgetting[];
  /** Set aside what keeps the store from opening; nothing is lost by that. */
  repair?: boolean;
  /** Go on without events that are nowhere to be found. */
  acceptLoss?: boolean;
}

/** What the daemon makes of the events. */
export interface Folds {
  /** Changes whenever folding does: records of another version are folded anew. */
  version: string;
  /** Types of which the folds read text, paths and body. */
  whole: readonly string[];
  /** Called once for every event, in any order; `isOwn`: this daemon has stamped it. */
  fold: (event: FoldedEvent, isOwn: boolean) => void;
  /** Begins with the records of an earlier run, whose events are not folded again, or (null) with none at all. */
  restore: (records: unknown) => void;
  /** The records as of now, as JSON. */
  save: () => unknown;
}

/**
 * Opens a workspace's store: mends what can be mended without loss, and throws DATA_LOSS where it cannot. A bucket that is
 * out of reach does not keep it from opening once it has been open before: events are taken in meanwhile.
 */
export async function openStore(input: OpenStoreInput): Promise<Store> {
  await mkdir(input.directory, { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      return await openAs(await writerOf(input.directory), input);
    } catch (error) {
      if (error instanceof StaleWriter) await renewWriter(input.directory);
      else if (!(await makeOpenable(input.directory, error, input.repair === true))) throw error;
    }
  }
}

async function openAs(writer: string, input: OpenStoreInput): Promise<Store> {
  const { directory, folds, location = { kind: 'local', directory } } = input;
  const closing: (() => unknown)[] = [];
  try {
    await takeOverEarlierLayout(directory, writer);
    const mark = await openMark(directory);
    closing.push(mark.clear);
    const snapshotPath = join(directory, 'snapshot');
    const saved = await readSnapshot(snapshotPath, folds.version);
    folds.restore(saved?.records ?? null);
    const intake = new Intake((event) => folds.fold(event, event.writer === writer), saved);
    const fresh = new Fresh();
    const repairs = noRepairs();
    const forgotten = followForgettings(input.forgotten ?? (() => []));
    const journals = await openJournals(input, writer, { intake, fresh, saved, repairs, forgotten });
    closing.push(() => Promise.all(journals.map(({ journal }) => journal.close())));
    const objects = await openObjects(location);
    closing.push(() => objects.close());
    const tables = await openTables(location);
    closing.push(() => tables.close());
    const fields =
      location.kind === 's3'
        ? null
        : openFieldsFolder(directory, fieldsColumns, (file, signal) =>
            input.runJob({ kind: 'fields', location, fields: file }, signal),
          );
    const changing = new Mutex();
    const shelf = {
      ...input,
      forgotten,
      mark,
      writer,
      location,
      intake,
      fresh,
      repairs,
      journals,
      tables,
      fields,
      objects,
      changing,
    };
    const parts = partsOf(shelf);
    closing.push(() => parts.generations.close());
    const inherited = await attach(parts).catch((error) => {
      // Without a snapshot only a journal that still has all of our events says which are known.
      const lastSeq = journals[0]?.journal.lastSeq() ?? 0;
      const isKnown = saved !== null || intake.view.prefix(writer) === lastSeq;
      if (parts.isShared && isKnown && lastSeq > 0 && isOutOfReach(error)) return null;
      throw parts.isShared ? tellReason(error, objects.place) : error;
    });
    return createStore({
      ...parts,
      location,
      runJob: input.runJob,
      objects,
      folds,
      changing,
      inherited,
      snapshotPath,
      savedView: saved?.view ?? {},
      close: async () => {
        for (const close of closing.reverse()) await close();
      },
    });
  } catch (error) {
    for (const close of closing.reverse()) await close();
    throw error;
  }
}

export const isOutOfReach = (error: unknown): boolean =>
  !(error instanceof StaleWriter) && (!(error instanceof AppError) || awayCodes.has(error.code));

/** What a bucket that is there and ours may say for a while. */
const awayCodes = new Set<string>([
  'UNAVAILABLE',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'DEADLINE_EXCEEDED',
  'ABORTED',
]);

interface Shelf extends Omit<OpenStoreInput, 'forgotten'> {
  forgotten: Forgettings;
  mark: OpenMark;
  location: Location;
  writer: string;
  intake: Intake;
  fresh: Fresh;
  repairs: Repairs;
  journals: AttachParts['journals'];
  tables: Tables;
  fields: FieldsFolder | null;
  objects: Objects;
  changing: Mutex;
}

function partsOf(shelf: Shelf): AttachParts {
  const { directory, location, writer, intake, fresh, tables, fields, objects } = shelf;
  const { folds, journals, changing } = shelf;
  const isShared = location.kind === 's3';
  const document = openDocument(objects, 'catalog', Catalog);
  const generations = new Generations({
    tables,
    document,
    objects,
    intake,
    fresh,
    writer,
    whole: folds.whole,
    forgotten: shelf.forgotten,
    fields,
  });
  const upkeep = createUpkeep({
    generations,
    fresh,
    tables,
    objects,
    lease: isShared ? createLease(objects, 'upkeep', writer, { ttlMs: leaseTtlMs }) : null,
    directory,
    forgotten: shelf.forgotten,
    termsOf: shelf.termsOf,
    runBuild: async (build, signal) =>
      BuildResult.parse(await shelf.runJob({ kind: 'build', location, build }, signal)),
    fields,
    fromJournal: (wanted) => readBack(journals, wanted),
    exclusively: (change) => changing.runExclusive(change),
  });
  const { repairs, termsOf, acceptLoss = false } = shelf;
  return {
    directory,
    writer,
    isShared,
    intake,
    fresh,
    tables,
    fields,
    objects,
    generations,
    journals,
    upkeep,
    repairs,
    mark: shelf.mark,
    termsOf,
    forgotten: shelf.forgotten,
    acceptLoss,
  };
}

interface JournalParts {
  intake: Intake;
  fresh: Fresh;
  saved: Snapshot | null;
  repairs: Repairs;
  forgotten: Forgettings;
}

/** Opens this writer's journal, takes in what the snapshot does not have, and fills the tail; opens those of earlier writers. */
async function openJournals(
  { directory, location, termsOf }: OpenStoreInput,
  writer: string,
  { intake, fresh, saved, repairs, forgotten }: JournalParts,
): Promise<AttachParts['journals']> {
  const folder = join(directory, 'journal');
  const checkpoint = await readCheckpoint(join(directory, 'checkpoint.json'));
  const flushed = checkpoint?.writer === writer ? checkpoint.seq : 0;
  // Without a snapshot the tables are read anyway; but a bucket may be out of reach, and the journal have it all.
  const unsaved = location?.kind === 's3' && (await isFromFirst(join(folder, writer))) ? 0 : flushed;
  const folded = saved === null ? unsaved : intake.view.last(writer);
  const own = await openJournal(join(folder, writer), writer, Math.min(flushed, folded));
  const journals: KnownJournal[] = [{ writer, journal: own.journal, isAside: false }];
  try {
    repairs.torn.push(...own.broken);
    const rows = own.events.map(forgotten.now().of).map((event) => storedEvent(event, termsOf));
    for (const name of await readdir(folder)) {
      const aside = writerSetAside(name);
      if (aside !== null) {
        const journal = await openJournalAside(join(folder, name), aside);
        journals.push({ writer: aside, journal, isAside: true });
      }
      if (name === writer || !name.startsWith('wr_')) continue;
      const { journal, broken } = await openJournal(join(folder, name), name, 0);
      journals.push({ writer: name, journal, isAside: false });
      repairs.torn.push(...broken);
    }
    // Once all of them are open: an opening that fails is tried again, and nothing may be folded twice.
    for (const row of rows) intake.take(row);
    fresh.tail.add(rows.filter(({ event }) => event.seq > flushed));
    return journals;
  } catch (error) {
    await Promise.all(journals.map(({ journal }) => journal.close()));
    throw error;
  }
}

async function* readBack(journals: AttachParts['journals'], wanted: RangeSet): AsyncGenerator<Event[]> {
  for (const { writer, journal } of journals)
    for (const [from, to] of wanted.toJSON()[writer] ?? [])
      for await (const events of journal.read(from, to)) yield events;
}
