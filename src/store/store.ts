import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mutex } from 'async-mutex';
import { AppError } from '../schema/app-error.ts';
import { type AttachParts, attach, type Repairs } from './attach.ts';
import { type Care, createCare } from './care.ts';
import { sealedOf } from './catalog.ts';
import { createReads, type EventStore } from './event-store.ts';
import { createFlush } from './flush.ts';
import type { Generations } from './generations.ts';
import { DamagedTable } from './generations.ts';
import type { RunJob } from './job.ts';
import type { Journal } from './journal/journal.ts';
import { FailedRead } from './lance/sealed-table.ts';
import type { Tables } from './lance/tables.ts';
import type { Location } from './location.ts';
import type { Objects } from './objects/objects.ts';
import type { Folds } from './open-store.ts';
import type { Ranges } from './ranges.ts';
import { tellReason } from './reason.ts';
import { createSettle } from './settle.ts';
import { type StoreStats, statsOf } from './stats.ts';
import type { StoredEvent } from './stored-event.ts';
import type { Upkeep } from './upkeep.ts';

/** The store of one workspace, with what keeps it in order. */
export interface Store extends EventStore, Care {
  directory: string;
  tables: Tables;
  objects: Objects;
  generations: Generations;
  journal: Journal;
  upkeep: Upkeep;
  repairs: Repairs;
  /** Several machines may be writing to the tables. */
  isShared: boolean;
  /** False while the bucket has not been reached since the store was opened: events are taken in, and cannot be read. */
  isAttached(): boolean;
  /** Moves up to one batch of the tail into LanceDB; returns how many rows. */
  flush(): Promise<number>;
  /** Whether the store was not closed in order before it was opened. */
  wasUnclean: boolean;
  /** Reads every file of the sealed tables and mends those that are not what was written. */
  scrub(signal: AbortSignal): Promise<void>;
  /** Takes in what other machines have written. */
  poll(): Promise<void>;
  /** Ages the journal and compresses some of it, saves a snapshot where one is due, or `always`; true when there is more to compress. */
  settle(always?: boolean): Promise<boolean>;
  /** Nothing else changes the tables while `change` runs. */
  exclusively<T>(change: () => Promise<T>): Promise<T>;
  /** What is stored where, and what it takes: reads no file, and lists those of a bucket. */
  stats(): Promise<StoreStats>;
  close(): Promise<void>;
}

export interface StoreParts extends AttachParts {
  location: Location;
  runJob: RunJob;
  objects: Objects;
  folds: Folds;
  changing: Mutex;
  /** Events of earlier writers that no table has; null while the store is not attached. */
  inherited: StoredEvent[] | null;
  snapshotPath: string;
  savedView: Ranges;
  close: () => Promise<void>;
}

export function createStore(parts: StoreParts): Store {
  const { directory, writer, fresh, intake, generations, tables, objects, upkeep, isShared } = parts;
  const own = parts.journals[0]?.journal;
  if (own === undefined) throw new AppError('INTERNAL', 'a store without a journal');
  const exclusively = <T>(change: () => Promise<T>): Promise<T> => parts.changing.runExclusive(change);
  let isAttached = parts.inherited !== null;
  let hasFailed = false;
  let isInReach = isAttached;
  const flush = createFlush({
    generations,
    fresh,
    intake,
    writer,
    checkpointPath: join(directory, 'checkpoint.json'),
    isShared,
  });

  /** Reaches for the bucket again: after an opening without it, after an error, and before credentials expire. */
  const reach = async (): Promise<void> => {
    if (!isShared) return;
    if (!isAttached) {
      // What the bucket was asked with may have expired.
      await tables.reconnect();
      await attach(parts);
      isAttached = true;
    } else if (hasFailed || tables.isStale()) await generations.reopen();
  };

  const told = <T>(work: Promise<T>): Promise<T> =>
    isShared
      ? work.catch((error: unknown) => {
          throw tellReason(error, objects.place);
        })
      : work;

  const reached = <T>(change: () => Promise<T>): Promise<T> =>
    exclusively(async () => {
      try {
        await told(reach());
        hasFailed = true;
        const result = await told(change());
        hasFailed = false;
        isInReach = true;
        return result;
      } catch (error) {
        isInReach = false;
        throw error;
      }
    });

  const settle = createSettle(parts, own);

  // Making a table anew takes long: one that cannot be mended is not tried again by everybody who reads it.
  const beyondRepair = new Set<string>();
  const heal = async (table: string, error: unknown): Promise<boolean> => {
    if (isShared) return false;
    return exclusively(async () => {
      // Several reads may have met the same damage.
      if (!generations.catalog.tables.some(({ name }) => name === table)) return true;
      if (beyondRepair.has(table)) return false;
      // A row that is not what was written says so; a read may fail for other reasons as well.
      if (error instanceof FailedRead && (await generations.damageOf(table)).length === 0) return false;
      beyondRepair.add(table);
      parts.repairs.mended.push(await upkeep.mend(table, false));
      return true;
    });
  };

  const scrub = async (signal: AbortSignal): Promise<void> => {
    for (const { name } of isShared ? [] : sealedOf(generations.catalog)) {
      if (signal.aborted) return;
      const problems = await generations.damageOf(name);
      if (problems.length > 0) await heal(name, new DamagedTable(name, problems));
    }
  };

  const reads = createReads({ ...parts, journal: own, heal });
  const attachedOnly =
    <A extends unknown[], R>(read: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (!isAttached) throw outOfReach(objects.place);
      return told(read(...args));
    };

  const flushReached = async (): Promise<number> => {
    await checkThere(directory);
    return reached(flush);
  };
  const runUpkeep = async (signal: AbortSignal): Promise<void> => {
    await checkThere(directory);
    await told(upkeep.run(signal));
  };
  const poll = (): Promise<void> =>
    reached(async () => {
      await generations.poll(() => undefined);
      // No new event wakes the flusher for these.
      if (fresh.inherited.size > 0) await flush();
    });
  const care = createCare({ ...parts, exclusively, flush: flushReached });
  /** With what other machines have written until now. */
  const upToDate =
    <A extends unknown[], R>(read: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (isShared) await poll();
      return read(...args);
    };

  return {
    ...reads,
    ...care,
    verify: attachedOnly(upToDate(care.verify)),
    mendTables: attachedOnly(care.mendTables),
    backUp: attachedOnly(upToDate(care.backUp)),
    stats: () => statsOf(parts, isInReach),
    find: attachedOnly(reads.find),
    lookUp: attachedOnly(reads.lookUp),
    positions: attachedOnly(reads.positions),
    outline: attachedOnly(reads.outline),
    countTypes: attachedOnly(reads.countTypes),
    at: attachedOnly(reads.at),
    search: attachedOnly(reads.search),
    directory,
    tables,
    objects,
    generations,
    journal: own,
    upkeep: { ...upkeep, run: runUpkeep },
    repairs: parts.repairs,
    isShared,
    wasUnclean: parts.mark.unclean > 0,
    scrub,
    isAttached: () => isAttached,
    flush: flushReached,
    poll,
    settle,
    exclusively,
    close: async () => {
      await exclusively(async () => undefined);
      await parts.close();
    },
  };
}

/** LanceDB would make the folder anew, where an unmounted disk or a home that was renamed is to come back. */
async function checkThere(directory: string): Promise<void> {
  await stat(join(directory, 'journal')).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new AppError('UNAVAILABLE', `${directory} is gone: was a disk unmounted, or the home renamed?`, {
      hint: 'bring it back where it was',
      cause,
    });
  });
}

const outOfReach = (place: string): AppError =>
  new AppError('UNAVAILABLE', `${place} has not been reached since the daemon was started`, {
    hint: 'hivemind status says what is wrong; events are taken in meanwhile',
  });
