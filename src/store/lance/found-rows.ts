import type { RecordBatch } from 'apache-arrow';
import type { FoundEvent, ShownEvent } from '../../schema/event.ts';
import { headColumns, shownOfRow } from './heads.ts';
import {
  damagedRow,
  eventColumns,
  eventsOf,
  lightColumns,
  mapRows,
  pathsOf,
  placedOf,
  type Row,
} from './rows.ts';

/** A row that full text has found, and its score by the counts of its table. */
export interface Match {
  rowId: bigint;
  score: number;
}

export const matchesOf = (batch: RecordBatch): Match[] =>
  mapRows(batch, (row) => ({ rowId: row('_rowid') as bigint, score: Number(row('_score')) }));

export const rowIdsOf = (batch: RecordBatch): bigint[] => mapRows(batch, (row) => row('_rowid') as bigint);

export interface Found {
  rowId: bigint;
  event: FoundEvent;
  terms: string;
}

/** How rows are read as a search finds them, and as cards tell of them. */
export interface ShownRows {
  foundColumns: string[];
  foundOf(batch: RecordBatch): Found[];
  shownColumns: string[];
  shownOf(batch: RecordBatch): ShownEvent[];
}

/** Of tables with heads; each row is checked. `table`: its name. */
export function rowsWithHeads(table: string): ShownRows {
  const shown = (row: Row): ShownEvent => {
    const event = shownOfRow(row);
    if (event === null) throw damagedRow(table, `at row ${row('_rowid')}`);
    return event;
  };
  return {
    foundColumns: [...headColumns, 'terms', '_rowid'],
    foundOf: (batch) =>
      mapRows(batch, (row) => ({
        rowId: row('_rowid') as bigint,
        event: shown(row),
        terms: String(row('terms')),
      })),
    shownColumns: [...headColumns, '_rowid'],
    shownOf: (batch) => mapRows(batch, shown),
  };
}

/** Of tables that were sealed before there were heads: what is found is not checked, what is shown is read whole. */
export const rowsWithoutHeads = (table: string): ShownRows => ({
  foundColumns: [
    ...lightColumns.filter((name) => name !== 'hlc' && name !== 'v'),
    'paths',
    'text',
    'terms',
    '_rowid',
  ],
  foundOf: (batch) =>
    mapRows(batch, (row) => ({
      rowId: row('_rowid') as bigint,
      event: { ...placedOf(row), text: String(row('text')), paths: pathsOf(row) },
      terms: String(row('terms')),
    })),
  shownColumns: eventColumns,
  shownOf: (batch) => eventsOf(batch, table),
});

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
