import type { Query, Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import type { Event, Position } from '../../schema/event.ts';
import { type Filter, filterToSql } from '../filter.ts';
import type { FoundCache } from '../found-cache.ts';
import type { Incoming } from '../intake.ts';
import type { StoredEvent } from '../stored-event.ts';
import {
  type Found,
  foundColumns,
  foundOf,
  type Match,
  matchesOf,
  rowIdsOf,
  type TurnRow,
  turnRowColumns,
  turnRowsOf,
} from './found-rows.ts';
import { afterToSql, rowsAfter } from './hot-table.ts';
import { quoteList } from './quote.ts';
import {
  contentColumns,
  eventColumns,
  eventsOf,
  incomingColumns,
  incomingOf,
  positionColumns,
  positionsOf,
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
  /** Id and type of the events that match, unordered. */
  types(filter: Filter): Promise<{ id: string; type: string }[]>;
  /** The best by this table's own statistics: where their rows are, and no more. */
  search(terms: readonly string[], filter: Filter, limit: number): Promise<Match[]>;
  /** What a search of this table has found, unordered. */
  takeFound(rowIds: readonly bigint[]): Promise<Found[]>;
  /** Where the filter's rows that stand in a turn are, unordered. */
  turnRows(filter: Filter): Promise<TurnRow[]>;
  /** The same by their places alone, which is cheaper. */
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

export function createSealedTable(name: string, table: Table, cache: FoundCache): SealedTable {
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
  const limited = (query: Query, limit: number | undefined): Query =>
    limit === undefined ? query : query.limit(limit);

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

  return {
    name,
    find: (filter, limit) =>
      read(limited(table.query().where(filterToSql(filter)).select(eventColumns), limit), (batch) =>
        eventsOf(batch, name),
      ),
    positions: (filter) =>
      read(table.query().where(filterToSql(filter)).select(positionColumns), positionsOf),
    types: (filter) => read(table.query().where(filterToSql(filter)).select(['id', 'type']), typesOf),
    search: (terms, filter, limit) =>
      read(
        table
          .query()
          .fullTextSearch(terms.join(' '), { columns: ['terms'] })
          .where(filterToSql(filter))
          .fastSearch()
          .limit(limit)
          .withRowId()
          .select(['_score']),
        matchesOf,
      ),
    takeFound: async (rowIds) => {
      const known = rowIds.flatMap((rowId) => cache.get(name, rowId) ?? []);
      const have = new Set(known.map(({ rowId }) => rowId));
      const unknown = rowIds.filter((rowId) => !have.has(rowId));
      const read = await take(unknown, [...foundColumns, '_rowid'], foundOf);
      for (const row of read) cache.put(name, row);
      return [...known, ...read];
    },
    turnRows: (filter) =>
      read(table.query().where(filterToSql(filter)).withRowId().select(turnRowColumns), turnRowsOf),
    rowIds: (filter) =>
      read(table.query().where(filterToSql(filter)).withRowId().select(['_rowid']), rowIdsOf),
    take: (rowIds) => take(rowIds, eventColumns, (batch) => eventsOf(batch, name)),
    incoming,
    rowsAfter: (seqs) => rowsAfter(table, seqs),
    close: () => table.close(),
  };
}

async function* batchesOf(name: string, query: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch> {
  try {
    yield* query;
  } catch (error) {
    throw new FailedRead(name, error);
  }
}
