import type { RecordBatch } from 'apache-arrow';
import type { FoundEvent, ShownEvent } from '../../schema/event.ts';
import type { Forgetter } from '../forget/forgetter.ts';
import { headColumns, shownOfRow } from './heads.ts';
import {
  checkedEventOf,
  damagedRow,
  eventColumns,
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
  foundOf(row: Row): Omit<Found, 'rowId'>;
  shownColumns: string[];
  shownOf(row: Row): ShownEvent;
}

/** What a search and a card need of a row: kept in a file beside the table as well, see `fields/format.ts`. */
export const fieldsColumns = [...headColumns, 'terms'];

/** Of tables with heads; each row is checked. `table`: its name. */
export function rowsWithHeads(table: string): ShownRows {
  const shownOf = (row: Row): ShownEvent => {
    const event = shownOfRow(row);
    // A head that is damaged names no event.
    if (event === null) throw damagedRow(table, 'of an event that was found');
    return event;
  };
  return {
    foundColumns: fieldsColumns,
    foundOf: (row) => ({ event: shownOf(row), terms: String(row('terms')) }),
    shownColumns: headColumns,
    shownOf,
  };
}

/** Of tables that were sealed before there were heads: what is found is not checked, what is shown is read whole. */
export const rowsWithoutHeads = (table: string): ShownRows => ({
  foundColumns: [...lightColumns.filter((name) => name !== 'hlc' && name !== 'v'), 'paths', 'text', 'terms'],
  foundOf: (row) => ({
    event: { ...placedOf(row), text: String(row('text')), paths: pathsOf(row) },
    terms: String(row('terms')),
  }),
  shownColumns: eventColumns,
  shownOf: (row) => checkedEventOf(row, table),
});

/** A row that was found by words which are forgotten shows none of them. */
export function withoutForgotten(row: Found, forgetter: Forgetter): Found {
  const mark = forgetter.markOf(row.event.writer, row.event.seq);
  return mark === null ? row : { ...row, event: { ...row.event, text: mark, paths: [] }, terms: '' };
}

/** Where a row is, in which turn, and when. */
interface TurnRow {
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
