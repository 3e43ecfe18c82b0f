import type { RecordBatch } from 'apache-arrow';
import type { FoundEvent } from '../../schema/event.ts';
import { lightColumns, mapRows, pathsOf, placedOf } from './rows.ts';

/** A row that full text has found, and its score by the counts of its table. */
export interface Match {
  rowId: bigint;
  score: number;
}

export const matchesOf = (batch: RecordBatch): Match[] =>
  mapRows(batch, (row) => ({ rowId: row('_rowid') as bigint, score: Number(row('_score')) }));

export const rowIdsOf = (batch: RecordBatch): bigint[] => mapRows(batch, (row) => row('_rowid') as bigint);

/** Columns of an event as a search finds it, and what it is scored by. */
export const foundColumns = [
  ...lightColumns.filter((name) => name !== 'hlc' && name !== 'v'),
  'paths',
  'text',
  'terms',
];

export interface Found {
  rowId: bigint;
  event: FoundEvent;
  terms: string;
}

/** Rows of `foundColumns`: there is no checksum over these alone, so they are not checked. */
export const foundOf = (batch: RecordBatch): Found[] =>
  mapRows(batch, (row) => ({
    rowId: row('_rowid') as bigint,
    event: { ...placedOf(row), text: String(row('text')), paths: pathsOf(row) },
    terms: String(row('terms')),
  }));

/** Where a row is, in which turn, and when. */
export interface TurnRow {
  rowId: bigint;
  turn: string;
  hlc: string;
}

export const turnRowColumns = ['turn', 'hlc'];

export const turnRowsOf = (batch: RecordBatch): TurnRow[] =>
  mapRows(batch, (row) => ({
    rowId: row('_rowid') as bigint,
    turn: String(row('turn')),
    hlc: String(row('hlc')),
  }));
