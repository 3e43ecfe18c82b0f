import type { RecordBatch } from 'apache-arrow';
import { createForgetter, type Forgetting } from '../forget/forgetter.ts';
import type { StoredEvent } from '../stored-event.ts';
import { mapRows, storedEventsOf } from './rows.ts';

/** Makes stubs of rows on their way from one table into another. */
export interface RowForgetter {
  row(row: StoredEvent): StoredEvent;
  /** Whether any row of a batch is one to be forgotten. */
  touches(batch: RecordBatch): boolean;
  /** Whether any row of a batch is not as it may be kept. */
  changes(batch: RecordBatch): boolean;
  /** The rows at the given places as they may be kept. */
  rowsOf(batch: RecordBatch, wanted: ReadonlySet<number>): StoredEvent[];
  /** Keys of the facts that went through and are forgotten. */
  readonly facts: ReadonlySet<string>;
}

export function createRowForgetter(forgettings: readonly Forgetting[]): RowForgetter {
  const forgetter = createForgetter(forgettings);
  const facts = new Set<string>();
  const row = (given: StoredEvent): StoredEvent => {
    const { writer, seq, fact } = given.event;
    if (forgetter.isForgotten(writer, seq)) facts.add(fact);
    return forgetter.row(given);
  };
  const isTouched = (writer: unknown, seq: unknown): boolean =>
    forgetter.touched.has(String(writer), Number(seq));
  const touches = (batch: RecordBatch): boolean =>
    forgettings.length > 0 &&
    mapRows(batch, (value) => isTouched(value('writer'), value('seq'))).includes(true);
  return {
    row,
    facts,
    touches,
    changes: (batch) =>
      touches(batch) &&
      storedEventsOf(batch)
        .map((stored) => stored !== null && row(stored) !== stored)
        .includes(true),
    rowsOf: (batch, wanted) =>
      storedEventsOf(batch).flatMap((stored, at) =>
        stored === null || !wanted.has(at) ? [] : [row(stored)],
      ),
  };
}
