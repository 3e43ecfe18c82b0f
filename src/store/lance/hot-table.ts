import { setImmediate } from 'node:timers/promises';
import type { Table } from '@lancedb/lancedb';
import { Table as ArrowTable, type RecordBatch } from 'apache-arrow';
import { reach } from '../failpoint.ts';
import type { StoredEvent } from '../stored-event.ts';
import { batchOf } from './columns.ts';
import { quote } from './quote.ts';
import { eventColumns, eventsSchema, storedEventsOf, toRow } from './rows.ts';
import type { Tables } from './tables.ts';

/** A table that takes rows and has no index: its rows are kept in memory by everybody who reads them. */
export interface HotTable {
  name: string;
  /** Commits the rows in one step; durable when it resolves. */
  append(rows: readonly StoredEvent[]): Promise<void>;
  /** How many commits this process has made since the table was opened. */
  commits(): number;
  /** Sees what others have appended meanwhile; true when there is something. */
  refresh(): Promise<boolean>;
  /** Rows behind the given seqs, by writer; all of writers that are not named. Damaged rows are null. */
  rowsAfter(seqs: ReadonlyMap<string, number>): AsyncIterable<(StoredEvent | null)[]>;
  close(): void;
}

export function createHotTable(tables: Tables, name: string, table: Table): HotTable {
  let commits = 0;
  return {
    name,
    append: async (rows) => {
      commits += 1;
      await table.add(await tableOf(rows));
      reach('flush.add');
      await tables.sync(name);
      reach('flush.sync');
    },
    commits: () => commits,
    refresh: async () => {
      const before = await table.version();
      await table.checkoutLatest();
      return (await table.version()) !== before;
    },
    rowsAfter: (seqs) => rowsAfter(table, seqs),
    close: () => table.close(),
  };
}

/** Rows that are turned into columns at a stretch: some milliseconds in which nobody else is acknowledged. */
export const pieceRows = 200;

async function tableOf(rows: readonly StoredEvent[]): Promise<ArrowTable> {
  const batches: RecordBatch[] = [];
  for (let at = 0; at < rows.length; at += pieceRows) {
    batches.push(batchOf(rows.slice(at, at + pieceRows).map(toRow), eventsSchema));
    await setImmediate();
  }
  return new ArrowTable(eventsSchema, batches);
}

export async function* rowsAfter(
  table: Table,
  seqs: ReadonlyMap<string, number>,
): AsyncGenerator<(StoredEvent | null)[]> {
  const query = table.query().where(afterToSql(seqs));
  for await (const batch of query.select([...eventColumns, 'terms'])) yield storedEventsOf(batch);
}

export function afterToSql(seqs: ReadonlyMap<string, number>): string {
  const known = [...seqs].map(([writer, seq]) => `(writer = ${quote(writer)} AND seq <= ${seq})`);
  return known.length === 0 ? 'true' : `NOT (${known.join(' OR ')})`;
}
