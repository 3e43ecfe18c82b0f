import { join } from 'node:path';
import { Mutex } from 'async-mutex';
import { AppError } from '../schema/app-error.ts';
import { compareEvents, type Event, type FoldedEvent, type Position } from '../schema/event.ts';
import type { Span } from '../schema/view.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { Filter } from './filter.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import { KeySet } from './key-set.ts';
import { type EventsTable, openEventsTable, type Scored } from './lance/events.ts';
import { quote, quoteList } from './lance/quote.ts';
import { contentFromRow, lightColumns, lightFromRow, type StoredEvent } from './lance/rows.ts';
import { Tail } from './tail.ts';

/** How long sealed journal segments are kept after their events are in LanceDB, for self-repair. */
const retentionMs = 7 * 24 * 60 * 60 * 1000;

/** Most rows that one LanceDB commit takes. */
const flushRows = 5000;

export interface Found {
  fromIndex: Scored[];
  fromTail: Scored[];
}

/** All of one workspace's events: LanceDB ∪ tail for reads, the journal for writes. */
export interface EventStore {
  writer: string;
  lastSeq(): number;
  tailSize(): number;
  /** About what the tail takes in memory. */
  tailBytes(): number;
  /** Durable when it resolves. The events must carry the next seqs, and only one call may run at a time. */
  append(rows: StoredEvent[]): Promise<void>;
  /** Moves up to one batch of the tail into LanceDB; returns how many rows. */
  flush(): Promise<number>;
  find(filter: Filter, options?: { limit?: number }): Promise<Event[]>;
  /** Where the events that match stand, in order. */
  positions(filter: Filter): Promise<Position[]>;
  /** The events at some of the filter's positions, in order: a page of a long session costs no more than itself. */
  at(filter: Filter, page: readonly Position[]): Promise<Event[]>;
  search(terms: readonly string[], spans: readonly Span[], limit: number): Promise<Found>;
  /** Which of these keys are taken already. */
  known(column: 'fact' | 'delivery', keys: readonly string[]): Promise<Set<string>>;
  /** Every event, with text, paths and body if its type is in `whole`; unordered. */
  replayAll(whole: readonly string[], visit: (event: FoldedEvent) => void): Promise<void>;
  count(): Promise<number>;
  unindexed(): Promise<number>;
  fragments(): Promise<number>;
  close(): Promise<void>;
}

export interface OpenedStore {
  store: EventStore;
  /** Copies of torn journal tails that were cut on opening. */
  broken: string[];
}

/** Opens the store in `directory` for `writer`; `termsOf` gives the terms of events that come back from the journal. */
export async function openEventStore(
  directory: string,
  writer: string,
  termsOf: (event: Event) => string,
): Promise<OpenedStore> {
  const checkpointPath = join(directory, 'checkpoint.json');
  const checkpoint = await readCheckpoint(checkpointPath);
  const table = await openEventsTable(join(directory, 'lance'));
  let journal: Journal | null = null;
  try {
    await verifyHead(table, checkpoint, directory);
    const afterSeq = checkpoint?.writer === writer ? checkpoint.seq : 0;
    const recovered = await openJournal(join(directory, 'journal'), writer, afterSeq);
    journal = recovered.journal;
    // A crash between LanceDB's commit and the checkpoint leaves rows that are in both.
    const there = await table.seqsAfter(writer, afterSeq);
    const missing = recovered.events.filter((event) => !there.has(event.seq));
    await verifyWhole(table, writer, missing.length, journal.lastSeq(), directory);
    const tail = new Tail();
    tail.add(missing.map((event) => ({ event, terms: termsOf(event) })));
    const keys = await loadKeys(table, recovered.events);
    return {
      store: createStore({ writer, table, journal, tail, keys, checkpointPath }),
      broken: recovered.broken,
    };
  } catch (error) {
    await journal?.close();
    table.close();
    throw error;
  }
}

interface Parts {
  writer: string;
  table: EventsTable;
  journal: Journal;
  tail: Tail;
  keys: KeySet;
  checkpointPath: string;
}

function createStore({ writer, table, journal, tail, keys, checkpointPath }: Parts): EventStore {
  const flushing = new Mutex();

  // A commit whose outcome is unknown (it failed, or what followed did) may have left rows in the table.
  let doubtful = false;

  const flush = (): Promise<number> =>
    flushing.runExclusive(async () => {
      const rows = tail.oldest(flushRows);
      const [first, last] = [rows[0]?.event.seq, rows.at(-1)?.event.seq];
      if (first === undefined || last === undefined) return 0;
      const there = doubtful ? await table.seqsAfter(writer, first - 1) : new Set<number>();
      doubtful = true;
      const head = await table.add(rows.filter(({ event }) => !there.has(event.seq)));
      await writeCheckpoint(checkpointPath, { writer, seq: last, version: head.version, rows: head.rows });
      doubtful = false;
      tail.dropOldest(rows.length);
      await journal.prune(last, Date.now() - retentionMs);
      return rows.length;
    });

  // The tail is read first: rows that a flush moves meanwhile are then seen twice, never not at all.
  const find = async (filter: Filter, options: { limit?: number } = {}): Promise<Event[]> => {
    const recent = tail.find(filter);
    return mergeById(await table.find(filter, options), recent);
  };

  const positions = async (filter: Filter): Promise<Position[]> => {
    const recent = tail.find(filter);
    return mergeById(await table.positions(filter), recent);
  };

  const at = async (filter: Filter, page: readonly Position[]): Promise<Event[]> => {
    const [first, last] = [page[0], page.at(-1)];
    if (first === undefined || last === undefined) return [];
    const wanted = new Set(page.map(({ id }) => id));
    const found = await find({ ...filter, hlcs: [first.hlc, last.hlc] });
    return found.filter(({ id }) => wanted.has(id));
  };

  const search = async (terms: readonly string[], spans: readonly Span[], limit: number): Promise<Found> => {
    const fromTail = tail.search(terms, spans, limit);
    const fromIndex = await table.search(terms, spans, limit);
    const seen = new Set(fromIndex.map(({ event }) => event.id));
    return { fromIndex, fromTail: fromTail.filter(({ event }) => !seen.has(event.id)) };
  };

  const known = async (column: 'fact' | 'delivery', wanted: readonly string[]): Promise<Set<string>> => {
    const likely = wanted.filter((key) => keys.mayHave(keyOf(column, key)));
    if (likely.length === 0) return new Set();
    const inTail = tail.has(column, new Set(likely));
    return new Set([...inTail, ...(await table.withKeys(column, likely))]);
  };

  return {
    writer,
    lastSeq: () => journal.lastSeq(),
    tailSize: () => tail.size,
    tailBytes: () => tail.bytes,
    append: async (rows) => {
      await journal.write(rows.map(({ event }) => event));
      tail.add(rows);
      for (const { event } of rows) addKeys(keys, event);
    },
    flush,
    find,
    positions,
    at,
    search,
    known,
    replayAll: (whole, visit) => replayAll(table, tail, whole, visit),
    count: async () => {
      const { size, firstSeq } = tail;
      // A flush in between has the rows in both for a moment: what the tail has is not counted in the table.
      const others = firstSeq === null ? undefined : `writer <> ${quote(writer)} OR seq < ${firstSeq}`;
      return (await table.count(others)) + size;
    },
    unindexed: async () => (await table.unindexed()) + tail.size,
    fragments: () => table.fragments(),
    close: async () => {
      await flushing.runExclusive(async () => undefined);
      await journal.close();
      table.close();
    },
  };
}

/** Deliveries are text of the outside's choosing: hashed into the same key space by a prefix that no fact has. */
const keyOf = (column: 'fact' | 'delivery', key: string): string =>
  column === 'fact' ? key : Buffer.from(key).toString('hex').slice(-16).padStart(16, 'd');

function addKeys(keys: KeySet, event: Pick<Event, 'fact' | 'delivery'>): void {
  keys.add(keyOf('fact', event.fact));
  if (event.delivery !== null) keys.add(keyOf('delivery', event.delivery));
}

async function loadKeys(table: EventsTable, events: readonly Event[]): Promise<KeySet> {
  const keys = new KeySet();
  for await (const rows of table.scan(['fact', 'delivery'])) {
    for (const row of rows)
      addKeys(keys, {
        fact: String(row.fact),
        delivery: typeof row.delivery === 'string' ? row.delivery : null,
      });
  }
  for (const event of events) addKeys(keys, event);
  return keys;
}

async function replayAll(
  table: EventsTable,
  tail: Tail,
  whole: readonly string[],
  visit: (event: FoldedEvent) => void,
): Promise<void> {
  const recent = tail.oldest(Number.POSITIVE_INFINITY);
  const list = quoteList(whole);
  for await (const rows of table.scan([...lightColumns, 'text', 'paths', 'body'], `type IN ${list}`))
    for (const row of rows) visit({ ...lightFromRow(row), ...contentFromRow(row) });
  for await (const rows of table.scan(lightColumns, `type NOT IN ${list}`))
    for (const row of rows) visit(lightFromRow(row));
  for (const { event } of recent) visit(event);
}

function mergeById<T extends Position>(stored: T[], recent: T[]): T[] {
  const seen = new Set(stored.map(({ id }) => id));
  return [...stored, ...recent.filter(({ id }) => !seen.has(id))].sort(compareEvents);
}

async function verifyHead(
  table: EventsTable,
  checkpoint: Checkpoint | null,
  directory: string,
): Promise<void> {
  if (checkpoint === null) return;
  const rows = await table.count();
  if (rows >= checkpoint.rows) return;
  throw new AppError(
    'DATA_LOSS',
    `the event table in ${directory} has ${rows} rows, its ledger says ${checkpoint.rows}`,
    {
      hint: 'restore the folder from a back-up; the journal beside it is untouched',
    },
  );
}

/** A writer's seqs are dense, so its last one says how many of its events there must be. */
async function verifyWhole(
  table: EventsTable,
  writer: string,
  inTail: number,
  lastSeq: number,
  directory: string,
): Promise<void> {
  const found = (await table.count(`writer = ${quote(writer)}`)) + inTail;
  if (found >= lastSeq) return;
  throw new AppError('DATA_LOSS', `table and journal in ${directory} have ${found} of ${lastSeq} events`, {
    hint: 'restore the folder from a back-up',
  });
}
