import {
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow';
import type { LightEvent } from '../../schema/event.ts';
import { batchOf } from './columns.ts';

/** What a filter asks of an event: the same columns as those of an event's table. */
export type Placed = Omit<LightEvent, 'v'>;

/** An event with the vector of its text. */
export interface EmbeddedEvent {
  event: Placed;
  vector: Float32Array;
}

const text = (name: string, nullable = false): Field => new Field(name, new Utf8(), nullable);

const placeFields = [
  text('id'),
  text('branch'),
  text('writer'),
  new Field('seq', new Int64(), false),
  text('hlc'),
  text('session'),
  text('turn', true),
  text('type'),
  text('agent'),
  text('actor_kind'),
  text('actor_name'),
  text('status'),
  new Field('at', new Float64(), false),
];

/** IVF_RQ takes dimensions by eights: the rest is filled with 0, which changes no cosine. */
export const paddedDims = (dims: number): number => Math.ceil(dims / 8) * 8;

export const embeddingsSchema = (dims: number): Schema =>
  new Schema([
    ...placeFields,
    new Field('vector', new FixedSizeList(paddedDims(dims), new Field('item', new Float32(), true)), false),
  ]);

export function toBatch(rows: readonly EmbeddedEvent[], dims: number): RecordBatch {
  const schema = embeddingsSchema(dims);
  const placed = batchOf(
    rows.map(({ event }) => placeRow(event)),
    new Schema(placeFields),
  );
  const width = paddedDims(dims);
  const values = new Float32Array(rows.length * width);
  for (const [at, { vector }] of rows.entries()) values.set(vector, at * width);
  const child = makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values });
  const type = new FixedSizeList<Float32>(width, new Field('item', new Float32(), true));
  const vectors = makeData({ type, length: rows.length, nullCount: 0, child });
  const children = [...placed.data.children, vectors];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children }),
  );
}

const placeRow = (event: Placed): Record<string, unknown> => ({
  id: event.id,
  branch: event.branch,
  writer: event.writer,
  seq: BigInt(event.seq),
  hlc: event.hlc,
  session: event.session,
  turn: event.turn,
  type: event.type,
  agent: event.agent,
  actor_kind: event.actor.kind,
  actor_name: event.actor.name,
  status: event.status,
  at: event.at,
});

/** The rows of a batch; throws where a vector has other dimensions. */
export function fromBatch(batch: RecordBatch, dims: number): EmbeddedEvent[] {
  const column = (name: string) => batch.getChild(name);
  const columns = new Map(placeFields.map(({ name }) => [name, column(name)]));
  const vectors = column('vector');
  const rows: EmbeddedEvent[] = [];
  for (let at = 0; at < batch.numRows; at += 1) {
    const value = (name: string): unknown => columns.get(name)?.get(at);
    const values = vectors?.get(at)?.toArray() as Float32Array | undefined;
    if (values === undefined || values.length !== paddedDims(dims))
      throw new TypeError('a row has no vector of the dimensions that it should have');
    rows.push({ event: placedOf(value), vector: Float32Array.from(values.subarray(0, dims)) });
  }
  return rows;
}

const placedOf = (value: (column: string) => unknown): Placed => ({
  id: String(value('id')),
  branch: String(value('branch')),
  writer: String(value('writer')),
  seq: Number(value('seq')),
  hlc: String(value('hlc')),
  session: String(value('session')),
  turn: typeof value('turn') === 'string' ? String(value('turn')) : null,
  type: String(value('type')),
  agent: String(value('agent')),
  actor: { kind: value('actor_kind') as Placed['actor']['kind'], name: String(value('actor_name')) },
  status: value('status') as Placed['status'],
  at: Number(value('at')),
});
