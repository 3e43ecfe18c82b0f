import { Field, Float64, Int32, Int64, List, Schema, Uint32, Utf8 } from 'apache-arrow';
import type { Event, LightEvent } from '../../schema/event.ts';
import { crc32c } from '../journal/crc.ts';

/** An event with the terms under which full text finds it. */
export interface StoredEvent {
  event: Event;
  terms: string;
}

const text = (name: string, nullable = false): Field => new Field(name, new Utf8(), nullable);

/** Columns of the `events` table: plain Lance types, so that Spark, DuckDB and others read it as it is. */
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
  text('text'),
  text('terms'),
  text('body'),
  new Field('crc', new Uint32(), false),
]);

export const eventColumns = eventsSchema.fields.map((field) => field.name).filter((name) => name !== 'terms');

export type EventRow = Record<string, unknown>;

export function toRow({ event, terms }: StoredEvent): EventRow {
  return {
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
    actor_kind: event.actor.kind,
    actor_name: event.actor.name,
    actor_model: event.actor.model ?? null,
    at: event.at,
    type: event.type,
    v: event.v,
    status: event.status,
    paths: event.paths,
    text: event.text,
    terms,
    body: JSON.stringify(event.body),
    crc: checksumOf(event),
  };
}

const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

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

/** Rebuilds the event of a row that was read with `lightColumns`. */
export function lightFromRow(row: EventRow): LightEvent {
  const model = orNull(row.actor_model);
  return {
    id: String(row.id),
    branch: String(row.branch),
    session: String(row.session),
    turn: orNull(row.turn),
    agent: String(row.agent),
    writer: String(row.writer),
    seq: Number(row.seq),
    hlc: String(row.hlc),
    actor: {
      kind: row.actor_kind as Event['actor']['kind'],
      name: String(row.actor_name),
      ...(model === null ? {} : { model }),
    },
    at: Number(row.at),
    type: String(row.type),
    v: Number(row.v),
    status: row.status as Event['status'],
  };
}

/** Rebuilds the event of a row that was read with `eventColumns`. */
export function fromRow(row: EventRow): Event {
  return {
    ...lightFromRow(row),
    delivery: orNull(row.delivery),
    fact: String(row.fact),
    workspace: String(row.workspace),
    parent: orNull(row.parent),
    trace: String(row.trace),
    span: String(row.span),
    parentSpan: orNull(row.parent_span),
    ...contentFromRow(row),
  };
}

/** The columns `text`, `paths` and `body` of a row. */
export const contentFromRow = (row: EventRow): Pick<Event, 'text' | 'paths' | 'body'> => ({
  text: String(row.text),
  paths: Array.from(row.paths as Iterable<string>),
  body: JSON.parse(String(row.body)) as Record<string, unknown>,
});

/** CRC-32C over every field in a fixed order: LanceDB itself keeps no checksums of data. */
export function checksumOf(event: Event): number {
  const { actor } = event;
  const ordered = [
    [
      event.id,
      event.delivery,
      event.fact,
      event.workspace,
      event.branch,
      event.session,
      event.turn,
      event.agent,
    ],
    [event.writer, event.seq, event.hlc, event.parent, event.trace, event.span, event.parentSpan],
    [actor.kind, actor.name, actor.model ?? null, event.at, event.type, event.v, event.status],
    [event.paths, event.text, event.body],
  ];
  return crc32c(Buffer.from(JSON.stringify(ordered)));
}
