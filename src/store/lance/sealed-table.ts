import { setImmediate } from 'node:timers/promises';
import type { Query, Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import { AppError } from '../../schema/app-error.ts';
import type {
  CountedEvent,
  Event,
  FoundEvent,
  OutlinedEvent,
  Position,
  ShownEvent,
} from '../../schema/event.ts';
import type { FieldsFolder } from '../fields/folder.ts';
import { createMatcher, type Filter, filterToSql } from '../filter.ts';
import type { Forgetter, Forgettings } from '../forget/forgetter.ts';
import type { FoundCache } from '../found-cache.ts';
import type { Incoming } from '../intake.ts';
import type { StoredEvent } from '../stored-event.ts';
import { endsOf, endsOfTurns, type Turns } from '../turns.ts';
import { bodiesOf, bodyColumns, type CountedRow, countedColumns, countedRowsOf } from './counted-rows.ts';
import {
  type Found,
  type Match,
  matchesOf,
  rowIdsOf,
  rowsWithHeads,
  rowsWithoutHeads,
  type ShownRows,
  turnRowColumns,
  turnRowsOf,
  withoutForgotten,
} from './found-rows.ts';
import { hasHeads } from './heads.ts';
import { afterToSql, rowsAfter } from './hot-table.ts';
import { type RankRows, rankOnPaths } from './on-paths.ts';
import { outlineColumns, outlinesOf } from './outline-rows.ts';
import { quoteList } from './quote.ts';
import {
  contentColumns,
  eventColumns,
  eventsOf,
  incomingColumns,
  incomingOf,
  mapRows,
  positionColumns,
  positionsOf,
  type Row,
  typesOf,
} from './rows.ts';

export type { Match } from './found-rows.ts';

/**
 * A table that is complete, fully indexed and never written again. Every whole event that it gives was checked; what a
 * search finds is a part of the row, over which there is no checksum.
 */
export interface SealedTable {
  name: string;
  find(filter: Filter, limit?: number): Promise<Event[]>;
  /** Where the events that match stand, unordered: what a reader needs to take a part of them. */
  positions(filter: Filter): Promise<Position[]>;
  /** Calls `take` for each event that matches, unordered, batch by batch. */
  outline(filter: Filter, take: (event: OutlinedEvent) => void): Promise<void>;
  /** Id and type of the events that match, unordered. */
  types(filter: Filter): Promise<{ id: string; type: string }[]>;
  /** The best by this table's own statistics, best first: where their rows are, and no more. */
  search(terms: readonly string[], filter: Filter, limit: number): Promise<Match[]>;
  /** The filter's events as a search finds them, unordered. */
  lookUp(filter: Filter): Promise<FoundEvent[]>;
  /** What a search of this table has found, unordered. */
  takeFound(rowIds: readonly bigint[]): Promise<Found[]>;
  /** The events of turns, unordered; of a turn that has more than `perTurn` those at both of its ends. */
  ofTurns(turns: Turns, perTurn: number): Promise<Event[]>;
  /** The same as cards tell of them, checked. */
  shownOfTurns(turns: Turns, perTurn: number): Promise<ShownEvent[]>;
  /** What is counted of the filter's events, in batches, unordered and not checked. */
  counted(filter: Filter): AsyncIterable<CountedEvent[]>;
  /** Where the filter's rows are, unordered. */
  rowIds(filter: Filter): Promise<bigint[]>;
  /** The events of some rows, unordered; several times faster than by their ids. */
  take(rowIds: readonly bigint[]): Promise<Event[]>;
  /** Events behind the given seqs, by writer, in batches, unordered; with content those whose type is in `whole`. */
  incoming(seqs: ReadonlyMap<string, number>, whole: readonly string[]): AsyncIterable<Incoming[]>;
  /** Whole rows behind the given seqs, by writer. Damaged rows are null. */
  rowsAfter(seqs: ReadonlyMap<string, number>): AsyncIterable<(StoredEvent | null)[]>;
  close(): void;
}

/** A read that LanceDB could not do: the table may be damaged, or out of reach. */
export class FailedRead extends Error {
  readonly table: string;

  constructor(table: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.table = table;
  }
}

/** What tables have in common that are read together. */
export interface ReadWith {
  /** Rows that were read before, of tables without stored fields. */
  cache: FoundCache;
  /** Null where the tables are in a bucket. */
  fields: FieldsFolder | null;
  forgotten: Forgettings;
}

export function createSealedTable(
  name: string,
  table: Table,
  { cache, fields, forgotten }: ReadWith,
): SealedTable {
  // The table may be one of before: on a bucket it is another machine that forgets.
  const keptOf = (batch: RecordBatch): Event[] => {
    const forgetter = forgotten.now();
    return eventsOf(batch, name).map(forgetter.of);
  };
  const read = async <T>(query: Query, decode: (batch: RecordBatch) => T[]): Promise<T[]> => {
    const found: T[] = [];
    for await (const batch of batchesOf(name, query)) found.push(...decode(batch));
    return found;
  };
  const take = async <T>(
    rowIds: readonly bigint[],
    columns: string[],
    decode: (batch: RecordBatch) => T[],
  ): Promise<T[]> => {
    const found: T[] = [];
    if (rowIds.length === 0) return found;
    const query = table.takeRowIds([...rowIds]).select(columns);
    for await (const batch of batchesOf(name, query)) found.push(...decode(batch));
    return found;
  };
  let known: Promise<ShownRows> | null = null;
  const shownRows = (): Promise<ShownRows> => {
    known ??= table.schema().then(
      (schema) => (hasHeads(schema) ? rowsWithHeads(name) : rowsWithoutHeads(name)),
      (error) => {
        known = null;
        throw new FailedRead(name, error);
      },
    );
    return known;
  };
  const readFields = async <T>(rowIds: readonly bigint[], decode: (row: Row) => T): Promise<T[] | null> => {
    try {
      return (await fields?.read(name, rowIds, decode)) ?? null;
    } catch (error) {
      // The table itself says whether it is damaged as well.
      if (!(error instanceof AppError)) throw error;
      await fields?.discard(name);
      return null;
    }
  };
  const takeCached = async (
    rowIds: readonly bigint[],
    columns: string[],
    decode: (row: Row) => Omit<Found, 'rowId'>,
  ): Promise<Found[]> => {
    const known = rowIds.flatMap((rowId) => cache.get(name, rowId) ?? []);
    const have = new Set(known.map(({ rowId }) => rowId));
    const unknown = rowIds.filter((rowId) => !have.has(rowId));
    const read = await take(unknown, [...columns, '_rowid'], (batch) =>
      mapRows(batch, (row) => ({ ...decode(row), rowId: row('_rowid') as bigint })),
    );
    for (const row of read) cache.put(name, row);
    return [...known, ...read];
  };
  const takeFound = async (rowIds: readonly bigint[]): Promise<Found[]> => {
    const { foundColumns, foundOf } = await shownRows();
    const stored = await readFields(rowIds, foundOf);
    const found =
      stored?.map((row, at) => ({ ...row, rowId: rowIds[at] ?? 0n })) ??
      (await takeCached(rowIds, foundColumns, foundOf));
    const forgetter = forgotten.now();
    return found.map((row) => withoutForgotten(row, forgetter));
  };
  const takeShown = async (rowIds: readonly bigint[]): Promise<ShownEvent[]> => {
    const { shownColumns, shownOf } = await shownRows();
    const shown =
      (await readFields(rowIds, shownOf)) ??
      (await take(rowIds, shownColumns, (batch) => mapRows(batch, shownOf)));
    const forgetter = forgotten.now();
    return shown.map((event) => {
      const mark = forgetter.markOf(event.writer, event.seq);
      return mark === null ? event : { ...event, text: mark, paths: [], body: {} };
    });
  };
  const rowIds = (filter: Filter): Promise<bigint[]> =>
    read(table.query().where(filterToSql(filter)).withRowId().select(['_rowid']), rowIdsOf);
  const rowsOfTurns = async (turns: Turns, perTurn: number): Promise<bigint[]> => {
    const all = await rowIds(turns);
    if (all.length <= perTurn) return all;
    // How rows stand to each other is asked only when one of the turns may be too long.
    const query = table.query().where(filterToSql(turns)).withRowId().select(turnRowColumns);
    return endsOfTurns(await read(query, turnRowsOf), perTurn).map(({ rowId }) => rowId);
  };
  const limited = (query: Query, limit: number | undefined): Query =>
    limit === undefined ? query : query.limit(limit);

  const fullText = async (terms: readonly string[], where: string, limit: number): Promise<Match[]> => {
    const query = table
      .query()
      .fullTextSearch(terms.join(' '), { columns: ['terms'] })
      .where(where);
    const ranked = await read(query.fastSearch().limit(limit).withRowId().select(['_score']), matchesOf);
    return ranked.sort((a, b) => b.score - a.score);
  };

  async function* incoming(
    seqs: ReadonlyMap<string, number>,
    whole: readonly string[],
  ): AsyncGenerator<Incoming[]> {
    const after = afterToSql(seqs);
    const isWhole = whole.length === 0 ? 'false' : `type IN ${quoteList(whole)}`;
    const withContent = table.query().where(`${after} AND ${isWhole}`);
    for await (const batch of withContent.select([...incomingColumns, ...contentColumns]))
      yield incomingOf(batch);
    const others = table.query().where(`${after} AND NOT (${isWhole})`);
    for await (const batch of others.select(incomingColumns)) yield incomingOf(batch);
  }

  async function* counted(filter: Filter): AsyncGenerator<CountedEvent[]> {
    const query = table.query().where(filterToSql(filter)).withRowId().select(countedColumns);
    for await (const batch of batchesOf(name, query))
      for (const rows of countedRowsOf(batch)) {
        const unclear = rows.filter((row) => row.unclear).map(({ rowId }) => rowId);
        const bodies = new Map(await take(unclear, bodyColumns, bodiesOf));
        const forgetter = forgotten.now();
        yield rows.map((row) => withoutForgottenPaths(row, bodies, forgetter));
        await setImmediate();
      }
  }

  return {
    name,
    find: (filter, limit) =>
      read(limited(table.query().where(filterToSql(filter)).select(eventColumns), limit), keptOf),
    positions: (filter) =>
      read(table.query().where(filterToSql(filter)).select(positionColumns), positionsOf),
    outline: async (filter, give) => {
      const query = table.query().where(filterToSql(filter)).select(outlineColumns);
      for await (const batch of batchesOf(name, query)) outlinesOf(batch).forEach(give);
    },
    types: (filter) => read(table.query().where(filterToSql(filter)).select(['id', 'type']), typesOf),
    search: async (terms, filter, limit) => {
      const { paths } = filter;
      const on = paths === undefined ? null : ((await fields?.rowsOn(name, paths.globs)) ?? null);
      const rank: RankRows = (where, most) => fullText(terms, where, most);
      return on === null ? rank(filterToSql(filter), limit) : rankOnPaths(rank, filter, on, limit);
    },
    lookUp: async (filter) => {
      const rows = filter.places?.flatMap(({ writer, seqs }) =>
        seqs.map((seq) => fields?.rowAt(name, writer, seq)),
      );
      if (rows === undefined || rows.includes(undefined) || filter.says !== undefined)
        return (await takeFound(await rowIds(filter))).map(({ event }) => event);
      const shown = await takeShown(rows.filter((row) => typeof row === 'bigint'));
      return shown.filter(createMatcher(filter));
    },
    takeFound,
    ofTurns: async (turns, perTurn) => take(await rowsOfTurns(turns, perTurn), eventColumns, keptOf),
    shownOfTurns: async (turns, perTurn) => {
      const listed = turns.turns.map((turn) => fields?.rowsOf(name, turn) ?? null);
      if (listed.every((rows) => rows !== null)) {
        const shown = await takeShown(listed.flatMap((rows) => endsOf(rows, perTurn)));
        // Some rows may be those of another turn, or not to be seen: then these are not the ends.
        if (shown.every(createMatcher(turns))) return shown;
      }
      return takeShown(await rowsOfTurns(turns, perTurn));
    },
    counted,
    rowIds,
    take: (rowIds) => take(rowIds, eventColumns, keptOf),
    incoming,
    rowsAfter: (seqs) => rowsAfter(table, seqs),
    close: () => table.close(),
  };
}

/** Of what is forgotten it is counted that it happened, and no more. */
function withoutForgottenPaths(
  { event, rowId }: CountedRow,
  bodies: ReadonlyMap<bigint, CountedEvent['body']>,
  forgetter: Forgetter,
): CountedEvent {
  if (forgetter.markOf(event.writer, event.seq) !== null) return { ...event, paths: [], body: {} };
  const body = bodies.get(rowId);
  return body === undefined ? event : { ...event, body };
}

async function* batchesOf(name: string, query: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch> {
  try {
    yield* query;
  } catch (error) {
    throw new FailedRead(name, error);
  }
}
