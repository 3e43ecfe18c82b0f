import { crc32 } from 'node:zlib';
import {
  Field,
  Float64,
  Int32,
  Int64,
  List,
  type RecordBatch,
  Schema,
  Uint32,
  Utf8,
  type Vector,
} from 'apache-arrow';
import { AppError } from '../../schema/app-error.ts';
import type { Event, LightEvent, Position } from '../../schema/event.ts';
import type { Incoming } from '../intake.ts';
import type { StoredEvent } from '../stored-event.ts';
import { packBody, unpackBody } from './body.ts';

/**
 * Long texts: many values to a compressed block (measured on real traces: 0.63 of what Lance does by itself). A search
 * unpacks a block for each row that it reads: 16 KiB of text at zstd's level 6 take the room of 32 KiB at its level 3,
 * and half the time.
 */
const compressed = new Map([
  ['lance-encoding:compression', 'zstd'],
  ['lance-encoding:compression-level', '6'],
  ['lance-encoding:structural-encoding', 'miniblock'],
  ['lance-encoding:minichunk-size', String(16 << 10)],
]);

const text = (name: string, nullable = false): Field => new Field(name, new Utf8(), nullable);
export const longText = (name: string): Field => new Field(name, new Utf8(), false, compressed);

/** Columns of every table of events: plain Lance types, so that Spark, DuckDB and others read them as they are. */
export const eventsSchema = new Schema([
  text('id'),
  text('delivery', true),
  text('fact'),
  text('workspace'),
  text('branch'),
  text('session'),
  text('turn', true),
  text('agent'),
  text('writer'),
  new Field('seq', new Int64(), false),
  text('hlc'),
  text('parent', true),
  text('trace'),
  text('span'),
  text('parent_span', true),
  text('actor_kind'),
  text('actor_name'),
  text('actor_model', true),
  new Field('at', new Float64(), false),
  text('type'),
  new Field('v', new Int32(), false),
  text('status'),
  new Field('paths', new List(new Field('item', new Utf8(), true)), false),
  longText('text'),
  longText('terms'),
  longText('body'),
  new Field('crc', new Uint32(), false),
]);

/** All that an event is made of, and its checksum. */
export const eventColumns = eventsSchema.fields.map(({ name }) => name).filter((name) => name !== 'terms');

/** Columns of a light event. */
export const lightColumns = [
  'id',
  'branch',
  'session',
  'turn',
  'agent',
  'writer',
  'seq',
  'hlc',
  'actor_kind',
  'actor_name',
  'actor_model',
  'at',
  'type',
  'v',
  'status',
];

/** Columns of an event as it is taken in; those of `contentColumns` only where a fold reads them. */
export const incomingColumns = [...lightColumns, 'fact', 'delivery', 'terms'];
export const contentColumns = ['text', 'paths', 'body'];

export const positionColumns = ['id', 'hlc', 'writer', 'seq'];

export type EventRow = Record<string, unknown>;

export function toRow({ event, terms }: StoredEvent): EventRow {
  const { actor } = event;
  // Field by field: this runs for every event, on the thread that acknowledges others.
  const row: EventRow = {
    id: event.id,
    delivery: event.delivery,
    fact: event.fact,
    workspace: event.workspace,
    branch: event.branch,
    session: event.session,
    turn: event.turn,
    agent: event.agent,
    writer: event.writer,
    seq: BigInt(event.seq),
    hlc: event.hlc,
    parent: event.parent,
    trace: event.trace,
    span: event.span,
    parent_span: event.parentSpan,
    actor_kind: actor.kind,
    actor_name: actor.name,
    actor_model: actor.model ?? null,
    at: event.at,
    type: event.type,
    v: event.v,
    status: event.status,
    paths: event.paths,
    text: event.text,
    terms,
    body: packBody(event.body, event.text, event.redaction),
    crc: 0,
  };
  row.crc = checksumOf((column) => row[column]);
  return row;
}

/** Reads one row's values by column. */
export type Row = (column: string) => unknown;

/** Separates fields and items in what the checksum is made over; `none` stands for null. */
const fieldMark = '\u001f';
const itemMark = '\u001e';
const none = '\u001d';

const summedColumns = eventColumns.filter((name) => name !== 'crc');

/** CRC-32 over the stored values of a row in the order of `eventColumns`: LanceDB keeps no checksums of data. */
function checksumOf(row: Row): number {
  const parts = summedColumns.map((column) => {
    const value = row(column);
    if (value === null || value === undefined) return none;
    return typeof value === 'object' ? Array.from(value as Iterable<string>).join(itemMark) : String(value);
  });
  return crc32(parts.join(fieldMark));
}

/** Calls `visit` with a reader of each row's values; strings are decoded only when they are asked for. */
export function mapRows<T>(batch: RecordBatch, visit: (row: Row) => T): T[] {
  const columns = new Map<string, Vector>();
  for (const { name } of batch.schema.fields) {
    const vector = batch.getChild(name);
    if (vector !== null) columns.set(name, vector);
  }
  const rows: T[] = [];
  for (let at = 0; at < batch.numRows; at += 1) rows.push(visit((column) => columns.get(column)?.get(at)));
  return rows;
}

const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const positionOf = (row: Row): Position => ({
  id: String(row('id')),
  hlc: String(row('hlc')),
  writer: String(row('writer')),
  seq: Number(row('seq')),
});

const lightOf = (row: Row): LightEvent => ({
  ...placedOf(row),
  hlc: String(row('hlc')),
  v: Number(row('v')),
});

export function placedOf(row: Row): Omit<LightEvent, 'hlc' | 'v'> {
  const model = orNull(row('actor_model'));
  return {
    id: String(row('id')),
    writer: String(row('writer')),
    seq: Number(row('seq')),
    branch: String(row('branch')),
    session: String(row('session')),
    turn: orNull(row('turn')),
    agent: String(row('agent')),
    actor: {
      kind: row('actor_kind') as Event['actor']['kind'],
      name: String(row('actor_name')),
      ...(model === null ? {} : { model }),
    },
    at: Number(row('at')),
    type: String(row('type')),
    status: row('status') as Event['status'],
  };
}

export const pathsOf = (row: Row): string[] => Array.from(row('paths') as Iterable<string>);

function contentOf(row: Row): Pick<Event, 'text' | 'paths' | 'body' | 'redaction'> {
  const content = String(row('text'));
  return {
    text: content,
    paths: pathsOf(row),
    ...unpackBody(String(row('body')), content),
  };
}

/** Null when the row is not what was written. */
function eventOf(stored: Row): Event | null {
  // Each value is decoded once: for the checksum, and for the event.
  const values = new Map(eventColumns.map((column) => [column, stored(column)]));
  const row: Row = (column) => values.get(column);
  if (checksumOf(row) !== row('crc')) return null;
  return {
    ...lightOf(row),
    delivery: orNull(row('delivery')),
    fact: String(row('fact')),
    workspace: String(row('workspace')),
    parent: orNull(row('parent')),
    trace: String(row('trace')),
    span: String(row('span')),
    parentSpan: orNull(row('parent_span')),
    ...contentOf(row),
  };
}

export const positionsOf = (batch: RecordBatch): Position[] => mapRows(batch, positionOf);

export const typesOf = (batch: RecordBatch): { id: string; type: string }[] =>
  mapRows(batch, (row) => ({ id: String(row('id')), type: String(row('type')) }));

/** Events of a batch of `incomingColumns`, with their content where the batch has it. */
export function incomingOf(batch: RecordBatch): Incoming[] {
  const hasContent = batch.schema.fields.some(({ name }) => name === 'body');
  return mapRows(batch, (row) => ({
    event: {
      ...lightOf(row),
      fact: String(row('fact')),
      delivery: orNull(row('delivery')),
      ...(hasContent ? contentOf(row) : {}),
    },
    terms: String(row('terms')),
  }));
}

/** Places of the rows of a batch that has all columns; null where a row is damaged. */
export const placesOf = (batch: RecordBatch): (Pick<Event, 'writer' | 'seq'> | null)[] =>
  mapRows(batch, (row) =>
    checksumOf(row) === row('crc') ? { writer: String(row('writer')), seq: Number(row('seq')) } : null,
  );

/** Rows of a batch as they are stored: those at the given places. */
export function rawRowsOf(batch: RecordBatch, places: ReadonlySet<number>): EventRow[] {
  const names = eventsSchema.fields.map(({ name }) => name);
  const plainOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? Array.from(value as Iterable<unknown>) : value;
  return mapRows(batch, (row) => Object.fromEntries(names.map((name) => [name, plainOf(row(name))]))).filter(
    (_, place) => places.has(place),
  );
}

/** The same for a batch that has `terms` as well. */
export const storedEventsOf = (batch: RecordBatch): (StoredEvent | null)[] =>
  mapRows(batch, (row) => {
    const event = eventOf(row);
    return event === null ? null : { event, terms: String(row('terms')) };
  });

/** The event of a row of `eventColumns`, throwing DATA_LOSS when it is damaged: a reader must not be given altered text. */
export function checkedEventOf(row: Row, table: string): Event {
  const event = eventOf(row);
  if (event === null) throw damagedRow(table, `of event ${row('id')}`);
  return event;
}

export const eventsOf = (batch: RecordBatch, table: string): Event[] =>
  mapRows(batch, (row) => checkedEventOf(row, table));

/** `which`: the row, as words. */
export const damagedRow = (table: string, which: string): AppError =>
  new AppError('DATA_LOSS', `the row ${which} in the table ${table} is not what was written`, {
    hint: 'hivemind store repair',
    details: { table },
  });
