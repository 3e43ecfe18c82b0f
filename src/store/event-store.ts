import { AppError } from '../schema/app-error.ts';
import {
  type CountedEvent,
  compareEvents,
  type Event,
  type FoundEvent,
  type OutlinedEvent,
  type Position,
  type ShownEvent,
} from '../schema/event.ts';
import type { Filter } from './filter.ts';
import { type Fresh, type Scored, uniqueById } from './fresh.ts';
import type { Generations } from './generations.ts';
import type { Intake, KeyColumn } from './intake.ts';
import type { Journal } from './journal/journal.ts';
import { FailedRead, type SealedTable } from './lance/sealed-table.ts';
import { createPlaces } from './places.ts';
import { RangeSet } from './ranges.ts';
import { searchTables } from './search.ts';
import { storedEvent } from './stored-event.ts';
import { mergeTurns, type Turns } from './turns.ts';

export type { Scored } from './fresh.ts';

/** All of one workspace's events, as everybody but the store itself sees them. */
export interface EventStore {
  writer: string;
  lastSeq(): number;
  /** Acknowledged events that are not in LanceDB yet, and about what they take in memory. */
  tailSize(): number;
  /** Epoch milliseconds at which the oldest of these was taken; null when there is none. */
  tailSince(): number | null;
  /** Events in memory, because no sealed table holds them yet. */
  freshSize(): number;
  freshBytes(): number;
  count(): number;
  /** Durable, and taken in by the folds, when it resolves. The events must carry the next seqs, and only one call may run at a time. */
  append(events: Event[]): Promise<void>;
  find(filter: Filter, options?: { limit?: number }): Promise<Event[]>;
  /** Where the events that match stand, in order. */
  positions(filter: Filter): Promise<Position[]>;
  /**
   * Calls `take` for each event that matches, unordered and perhaps twice: rows move from memory to tables while they
   * are read. Nothing is kept of a million of them but what `take` keeps.
   */
  outline(filter: Filter, take: (event: OutlinedEvent) => void): Promise<void>;
  /** The events at some of the filter's positions, in order: a page of a long session costs no more than itself. */
  at(filter: Filter, page: readonly Position[]): Promise<Event[]>;
  /** The events of turns, in order; of a turn that has more than `perTurn` how it began and how it ended. */
  ofTurns(wanted: Turns, options: { perTurn: number }): Promise<Event[]>;
  /** The same events as cards tell of them: several times cheaper than whole ones, and checked. */
  shownOfTurns(wanted: Turns, options: { perTurn: number }): Promise<ShownEvent[]>;
  /**
   * Full text over the terms among the events that the filter lets through, best first. What is found in a table without
   * heads is not checked: what is shown of it is to be read by `find`, `at`, `ofTurns` or `shownOfTurns`.
   */
  search(terms: readonly string[], filter: Filter, limit: number): Promise<Scored[]>;
  /** The events that the filter lets through, as a search finds them: several times cheaper than whole ones, and not checked. */
  lookUp(filter: Filter): Promise<FoundEvent[]>;
  /**
   * Hands what is counted of the filter's events to a counter, each once, unordered and not checked: however many there
   * are, no more than a few thousand are held. `begin` makes the counter, once more where a damaged table was mended.
   */
  countEach(filter: Filter, begin: () => (event: CountedEvent) => void): Promise<void>;
  /** How many of the filter's events there are of each type. */
  countTypes(filter: Filter): Promise<Map<string, number>>;
  /** Last seq up to which all events of a writer are taken in. */
  seenUpTo(writer: string): number;
  /** Every writer of whom events are taken in. */
  writers(): string[];
  /** Whether an event has this key. */
  isKnown(column: KeyColumn, key: string): boolean;
}

export interface ReadParts {
  generations: Generations;
  fresh: Fresh;
  intake: Intake;
  journal: Journal;
  writer: string;
  termsOf: (event: Event) => string;
  /** Mends a table that a read has failed on; false when it is not damaged, or cannot be mended here. */
  heal: (table: string, error: unknown) => Promise<boolean>;
}

export function createReads(parts: ReadParts): EventStore {
  const { generations, fresh, intake, journal, writer, termsOf } = parts;

  const askAll = <T>(ask: (table: SealedTable) => Promise<T>): Promise<T[]> =>
    Promise.all(generations.sealed().map(ask));

  /** A read that meets a damaged table has it mended, and is done again. */
  const guarded =
    <A extends unknown[], R>(read: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const healed = new Set<string>();
      for (;;)
        try {
          return await read(...args);
        } catch (error) {
          const table = damagedTableOf(error);
          if (table === null || healed.has(table) || !(await parts.heal(table, error))) throw error;
          healed.add(table);
        }
    };

  // What is in memory is read in the same moment as the list of tables: rows move from one to the other.
  const find = async (filter: Filter, { limit }: { limit?: number } = {}): Promise<Event[]> => {
    const recent = fresh.find(filter);
    const stored = await askAll((table) => table.find(filter, limit));
    return uniqueById([...stored.flat(), ...recent]).sort(compareEvents);
  };

  const positions = async (filter: Filter): Promise<Position[]> => {
    const recent = fresh.find(filter).map(({ id, hlc, writer: by, seq }) => ({ id, hlc, writer: by, seq }));
    const stored = await askAll((table) => table.positions(filter));
    return uniqueById([...stored.flat(), ...recent]).sort(compareEvents);
  };

  const outline = async (filter: Filter, take: (event: OutlinedEvent) => void): Promise<void> => {
    const recent = fresh.find(filter);
    await askAll((table) => table.outline(filter, take));
    recent.forEach(take);
  };

  const countTypes = async (filter: Filter): Promise<Map<string, number>> => {
    const recent = fresh.find(filter).map(({ id, type }) => ({ id, type }));
    const stored = await askAll((table) => table.types(filter));
    const counts = new Map<string, number>();
    for (const { type } of uniqueById([...stored.flat(), ...recent]))
      counts.set(type, (counts.get(type) ?? 0) + 1);
    return counts;
  };

  const countEach = async (filter: Filter, begin: () => (event: CountedEvent) => void): Promise<void> => {
    const recent = fresh.find(filter);
    const count = begin();
    const isNew = createPlaces();
    const take = (events: readonly CountedEvent[]): void => {
      for (const event of events) if (isNew(event)) count(event);
    };
    take(recent);
    // One table after the other: each holds a batch in memory.
    for (const table of generations.sealed()) for await (const batch of table.counted(filter)) take(batch);
  };

  const lookUp = async (filter: Filter): Promise<FoundEvent[]> => {
    const recent = fresh.find(filter);
    const stored = await askAll((table) => table.lookUp(filter));
    return uniqueById([...stored.flat(), ...recent]);
  };

  const at = async (filter: Filter, page: readonly Position[]): Promise<Event[]> => {
    const [first, last] = [page[0], page.at(-1)];
    if (first === undefined || last === undefined) return [];
    const wanted = new Set(page.map(({ id }) => id));
    const found = await find({ ...filter, hlcs: [first.hlc, last.hlc] });
    return found.filter(({ id }) => wanted.has(id));
  };

  const turns = async <E extends Position & { turn: string | null }>(
    wanted: Turns,
    perTurn: number,
    read: (table: SealedTable) => Promise<E[]>,
  ): Promise<(E | Event)[]> => {
    if (wanted.turns.length === 0) return [];
    const recent = fresh.find(wanted);
    return mergeTurns(await askAll(read), recent, perTurn);
  };

  const search = (terms: readonly string[], filter: Filter, limit: number): Promise<Scored[]> =>
    searchTables({
      recent: fresh.search(terms, filter, intake.counts),
      tables: generations.sealed(),
      counts: intake.counts,
      terms,
      filter,
      limit,
    });

  return {
    writer,
    lastSeq: () => journal.lastSeq(),
    tailSize: () => fresh.tail.size,
    tailSince: () => fresh.tailSince,
    freshSize: () => fresh.size,
    freshBytes: () => fresh.bytes,
    count: () => generations.count(),
    append: async (events) => {
      await journal.write(events);
      const rows = events.map((event) => storedEvent(event, termsOf));
      fresh.tail.add(rows);
      for (const row of rows) intake.take(row);
    },
    find: guarded(find),
    lookUp: guarded(lookUp),
    positions: guarded(positions),
    outline: guarded(outline),
    countTypes: guarded(countTypes),
    countEach: guarded(countEach),
    seenUpTo: (by) => {
      const { lost } = generations.catalog;
      return Object.keys(lost).length === 0
        ? intake.view.prefix(by)
        : RangeSet.of(intake.view.toJSON(), lost).prefix(by);
    },
    writers: () => intake.view.writers(),
    at: guarded(at),
    ofTurns: guarded((wanted, { perTurn }) =>
      turns(wanted, perTurn, (table) => table.ofTurns(wanted, perTurn)),
    ),
    shownOfTurns: guarded((wanted, { perTurn }) =>
      turns(wanted, perTurn, (table) => table.shownOfTurns(wanted, perTurn)),
    ),
    search: guarded(search),
    isKnown: (column, key) => intake.isKnown(column, key),
  };
}

/** The table that an error of a read is about, if that may be damaged. */
function damagedTableOf(error: unknown): string | null {
  if (error instanceof FailedRead) return error.table;
  if (!(error instanceof AppError) || error.code !== 'DATA_LOSS') return null;
  const table = (error.details as { table?: unknown } | undefined)?.table;
  return typeof table === 'string' ? table : null;
}
