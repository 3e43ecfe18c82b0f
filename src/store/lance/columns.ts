import {
  type Data,
  DataType,
  type Field,
  Float64,
  Int32,
  Int64,
  type List,
  makeData,
  RecordBatch,
  type Schema,
  Struct,
  Uint32,
  Utf8,
} from 'apache-arrow';
import type { EventRow } from './rows.ts';

/**
 * Rows as an Arrow batch, column by column. LanceDB's own `makeArrowTable` looks for the type of every value again and
 * builds columns value by value: five times the processor time, on the thread that acknowledges events.
 */
export function batchOf(rows: readonly EventRow[], schema: Schema): RecordBatch {
  const children = schema.fields.map((field) => columnOf(rows, field));
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children });
  return new RecordBatch(schema, data);
}

/** A batch with one more column of texts, the last of `schema`. */
export function withTexts(batch: RecordBatch, schema: Schema, values: readonly string[]): RecordBatch {
  const given = schema.fields.slice(0, -1).map(({ name }) => {
    const data = batch.getChild(name)?.data[0];
    if (data === undefined) throw new TypeError(`the batch has no column ${name}`);
    return data;
  });
  const children = [...given, textColumn(values)];
  const data = makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children });
  return new RecordBatch(schema, data);
}

function columnOf(rows: readonly EventRow[], { name, type }: Field): Data {
  const values = rows.map((row) => row[name] ?? null);
  const { length } = rows;
  if (DataType.isUtf8(type)) return textColumn(values as (string | null)[]);
  if (DataType.isList(type)) return listColumn(values as string[][], type as List<Utf8>);
  if (type instanceof Int64)
    return makeData({ type, length, nullCount: 0, data: BigInt64Array.from(values as bigint[]) });
  if (type instanceof Float64)
    return makeData({ type, length, nullCount: 0, data: Float64Array.from(values as number[]) });
  if (type instanceof Int32)
    return makeData({ type, length, nullCount: 0, data: Int32Array.from(values as number[]) });
  if (type instanceof Uint32)
    return makeData({ type, length, nullCount: 0, data: Uint32Array.from(values as number[]) });
  throw new TypeError(`the column ${name} has a type that is not written here: ${type}`);
}

function textColumn(values: readonly (string | null)[]): Data<Utf8> {
  const valueOffsets = new Int32Array(values.length + 1);
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  let bytes = 0;
  for (const [at, value] of values.entries()) {
    if (value === null) nullCount += 1;
    else {
      nullBitmap[at >> 3] = (nullBitmap[at >> 3] ?? 0) | (1 << (at & 7));
      bytes += Buffer.byteLength(value);
    }
    valueOffsets[at + 1] = bytes;
  }
  const data = Buffer.allocUnsafeSlow(bytes);
  for (const [at, value] of values.entries()) if (value !== null) data.write(value, valueOffsets[at] ?? 0);
  const type = new Utf8();
  return nullCount === 0
    ? makeData({ type, length: values.length, nullCount, valueOffsets, data })
    : makeData({ type, length: values.length, nullCount, nullBitmap, valueOffsets, data });
}

function listColumn(values: readonly (readonly string[])[], type: List<Utf8>): Data<List<Utf8>> {
  const { length } = values;
  const valueOffsets = new Int32Array(length + 1);
  for (const [at, items] of values.entries()) valueOffsets[at + 1] = (valueOffsets[at] ?? 0) + items.length;
  return makeData({ type, length, nullCount: 0, valueOffsets, child: textColumn(values.flat()) });
}
