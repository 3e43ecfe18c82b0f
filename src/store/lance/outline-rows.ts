import type { RecordBatch } from 'apache-arrow';
import type { Event, OutlinedEvent } from '../../schema/event.ts';
import { mapRows } from './rows.ts';

/** Columns of an outlined event: short ones, so that those of a million are soon read. */
export const outlineColumns = [
  'branch',
  'session',
  'agent',
  'writer',
  'seq',
  'hlc',
  'actor_kind',
  'at',
  'type',
  'status',
];

export const outlinesOf = (batch: RecordBatch): OutlinedEvent[] =>
  mapRows(batch, (row) => ({
    branch: String(row('branch')),
    session: String(row('session')),
    agent: String(row('agent')),
    writer: String(row('writer')),
    seq: Number(row('seq')),
    hlc: String(row('hlc')),
    actor: { kind: row('actor_kind') as Event['actor']['kind'] },
    at: Number(row('at')),
    type: String(row('type')),
    status: row('status') as Event['status'],
  }));
