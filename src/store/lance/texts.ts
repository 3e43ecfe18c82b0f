import type { Data, RecordBatch, Utf8 } from 'apache-arrow';

/** Reads values of a batch's columns without Arrow's own accessors: those take several times as long for each value. */
type Reader<T> = (row: number) => T;

/** A column of texts. Throws when the batch has none of the name. */
export function texts(batch: RecordBatch, name: string): Reader<string> {
  const slice = slicesOf(dataOf(batch, name));
  return (row) => slice(row, 'utf8');
}

/** The same as they lie there, in UTF-8. */
export function textBytes(batch: RecordBatch, name: string): Reader<Buffer> {
  const data = dataOf(batch, name);
  const offsets: Int32Array = data.valueOffsets;
  const bytes = bytesOf(data);
  return (row) => bytes.subarray(offsets[row], offsets[row + 1]);
}

/** A column of few different texts: each of them is decoded once. */
export function repeatedTexts(batch: RecordBatch, name: string): Reader<string> {
  const slice = slicesOf(dataOf(batch, name));
  const known = new Map<string, string>();
  return (row) => {
    const key = slice(row, 'latin1');
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = slice(row, 'utf8');
    known.set(key, value);
    return value;
  };
}

/** A column of lists of texts. */
export function textLists(batch: RecordBatch, name: string): Reader<string[]> {
  const data = dataOf(batch, name);
  const offsets: Int32Array = data.valueOffsets;
  const [items] = data.children as Data<Utf8>[];
  const slice = items === undefined ? () => '' : slicesOf(items);
  return (row) => {
    const [from = 0, to = 0] = [offsets[row], offsets[row + 1]];
    const list: string[] = [];
    for (let at = from; at < to; at += 1) list.push(slice(at, 'utf8'));
    return list;
  };
}

function slicesOf(data: Data): (row: number, encoding: 'utf8' | 'latin1') => string {
  const offsets: Int32Array = data.valueOffsets;
  const bytes = bytesOf(data);
  return (row, encoding) => bytes.toString(encoding, offsets[row], offsets[row + 1]);
}

function bytesOf(data: Data): Buffer {
  const values = data.values as Uint8Array;
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function dataOf(batch: RecordBatch, name: string): Data {
  const [data, ...more] = batch.getChild(name)?.data ?? [];
  if (data === undefined || more.length > 0)
    throw new TypeError(`the batch has no column ${name} in one piece`);
  return data;
}
