import { close, open as openFile } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { createPathMatcher } from '../path-glob.ts';
import { DamagedFields, type FieldsIndex, readAt, readIndex, readInto } from './fields-index.ts';
import { markOfTurn, sumOf } from './format.ts';
import { openPaths, type PathLists } from './path-lists.ts';

/** Questions for paths whose answers are kept, a byte for each row: who asks for some of a folder asks again. */
const mostAnswered = 4;

const closeFile = promisify(close);

/** Gives a row's values by column, while `decode` runs. */
export type FieldsReader = (column: string) => string;

export interface FieldsFile {
  /** What `decode` makes of the rows, in their order; null for a row that the file does not have. Throws DamagedFields. */
  read<T>(rowIds: readonly bigint[], decode: (row: FieldsReader) => T): Promise<(T | null)[]>;
  /** The row of a writer's event; null when it is not in the table. */
  rowAt(writer: string, seq: number): bigint | null;
  /** Rows of the turn in the order of their clock readings; rows of another turn may be among them. */
  rowsOf(turn: string): bigint[];
  /** Rows with a path that one of the globs says. Throws DamagedFields. */
  rowsOn(globs: readonly string[]): Promise<RowsOn>;
  close(): Promise<void>;
}

/** The rows of a table that are on some paths. */
export interface RowsOn {
  count: number;
  /** Rows of the whole table. */
  of: number;
  has(rowId: bigint): boolean;
  rowIds(): bigint[];
}

/** Opens the file of a table; null where there is none, or not a whole one of these columns. Whatever is wrong with it, the table has it all. */
export async function openFields(
  path: string,
  table: string,
  columns: readonly string[],
): Promise<FieldsFile | null> {
  const size = await stat(path).then(
    (info) => info.size,
    () => 0,
  );
  const file = size === 0 ? null : await promisify(openFile)(path, 'r').catch(() => null);
  if (file === null) return null;
  const index = await readIndex(file, size).catch(() => null);
  if (index?.table === table && index.columns.join() === columns.join()) return createReader(file, index);
  await closeFile(file);
  return null;
}

function createReader(file: number, index: FieldsIndex): FieldsFile {
  const { columns, offsets, rawBytes, blockRows, runIds, runRows, marks, turnStarts, turnRows } = index;
  const total = blockRows.at(-1) ?? 0;

  /** Number of the row; null when the file has none of that id. */
  const rowOf = (rowId: bigint): number | null => {
    const run = lastUpTo(runIds, rowId);
    const first = runIds[run];
    if (first === undefined) return null;
    const row = (runRows[run] ?? 0) + Number(rowId - first);
    return row < (runRows[run + 1] ?? 0) ? row : null;
  };

  const placeOf = (rowId: bigint): { block: number; place: number } | null => {
    const row = rowOf(rowId);
    if (row === null) return null;
    const block = lastUpTo(blockRows, row);
    return { block, place: row - (blockRows[block] ?? 0) };
  };

  const rowIdOf = (row: number): bigint => {
    const run = lastUpTo(runRows, row);
    return (runIds[run] ?? 0n) + BigInt(row - (runRows[run] ?? 0));
  };

  /** Several blocks, one behind the other. */
  const readPacked = async (blocks: readonly number[]): Promise<Buffer> => {
    const sizeOf = (block: number): number => (offsets[block + 1] ?? 0) - (offsets[block] ?? 0);
    const packed = Buffer.allocUnsafe(sumOf(blocks.map(sizeOf)));
    const reads: Promise<void>[] = [];
    let end = 0;
    for (const block of blocks) {
      const into = packed.subarray(end, end + sizeOf(block));
      reads.push(readInto(file, into, offsets[block] ?? 0));
      end += into.length;
    }
    await Promise.all(reads);
    return packed;
  };

  /** They stay in memory from the first question on. */
  let lists: Promise<PathLists> | null = null;
  const answered = new Map<string, RowsOn>();
  const readPaths = async (): Promise<PathLists> => {
    const { bytes, raw } = index.paths;
    const packed = await readAt(file, offsets.at(-1) ?? 0, bytes);
    return openPaths(packed, raw).catch((cause) => {
      throw new DamagedFields('the lists of paths are not what was written', { cause });
    });
  };

  const rowsIn = async (paths: PathLists, globs: readonly string[]): Promise<RowsOn> => {
    const isOn = createPathMatcher(globs);
    const marked = new Uint8Array(total);
    const count = await paths.mark((path) => isOn([path]), marked);
    const rowIds = (): bigint[] => {
      const ids: bigint[] = [];
      for (let row = marked.indexOf(1); row !== -1; row = marked.indexOf(1, row + 1)) ids.push(rowIdOf(row));
      return ids;
    };
    return { count, of: total, has: (rowId) => marked[rowOf(rowId) ?? total] === 1, rowIds };
  };

  /** The blocks in what was unpacked of them. */
  const partsOf = (raw: Buffer, blocks: readonly number[]): Map<number, Buffer> => {
    const parts = new Map<number, Buffer>();
    let at = 0;
    for (const block of blocks) {
      const next = at + (rawBytes[block] ?? 0);
      parts.set(block, raw.subarray(at, next));
      at = next;
    }
    return parts;
  };

  const valuesIn = (bytes: Buffer, block: number, place: number): FieldsReader => {
    const rows = (blockRows[block + 1] ?? 0) - (blockRows[block] ?? 0);
    let at = 4 * rows * columns.length;
    const ends = columns.map(() => 0);
    for (let value = 0; value < (place + 1) * columns.length; value += 1) {
      at += bytes.readUInt32LE(4 * value);
      ends[value % columns.length] = at;
    }
    const lengthOf = (column: number): number => bytes.readUInt32LE(4 * (place * columns.length + column));
    return (name) => {
      const column = columns.indexOf(name);
      const end = ends[column] ?? 0;
      return column === -1 ? '' : bytes.toString('utf8', end - lengthOf(column), end);
    };
  };

  return {
    read: async (rowIds, decode) => {
      const places = rowIds.map(placeOf);
      const wanted = [...new Set(places.flatMap((place) => place?.block ?? []))];
      const packed = await readPacked(wanted);
      const raw = unpack(packed, sumOf(wanted.map((block) => rawBytes[block] ?? 0)));
      const blocks = partsOf(raw, wanted);
      try {
        return places.map((place) => {
          const bytes = place === null ? undefined : blocks.get(place.block);
          return place === null || bytes === undefined
            ? null
            : decode(valuesIn(bytes, place.block, place.place));
        });
      } finally {
        giveBack(packed);
        giveBack(raw);
      }
    },
    rowAt: (writer, seq) => {
      const own = index.byWriter.get(writer);
      const [first, row, rows] = own?.runs[lastUpTo(own.seqs, seq)] ?? [0, 0, 0];
      return seq < first + rows ? rowIdOf(row + seq - first) : null;
    },
    rowsOf: (turn) => {
      const mark = markOfTurn(turn);
      const at = lastUpTo(marks, mark);
      if (marks[at] !== mark) return [];
      return Array.from(turnRows.subarray(turnStarts[at], turnStarts[at + 1]), rowIdOf);
    },
    rowsOn: async (globs) => {
      const key = JSON.stringify(globs);
      const before = answered.get(key);
      if (before !== undefined) return before;
      lists ??= readPaths();
      const on = await rowsIn(await lists, globs);
      answered.set(key, on);
      const [oldest = key] = answered.keys();
      if (answered.size > mostAnswered) answered.delete(oldest);
      return on;
    },
    close: () => closeFile(file),
  };
}

/**
 * Frees a buffer's memory now. Each search takes a megabyte or two outside of the heap, and when V8 has counted enough of
 * them it goes through the whole heap at once to see what can go: 230 ms with a million events (measured). Small buffers share theirs
 * with others.
 */
function giveBack({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}

function unpack(packed: Buffer, rawBytes: number): Buffer {
  if (rawBytes === 0) return packed;
  try {
    const raw = gunzipSync(packed, { chunkSize: rawBytes + 64, maxOutputLength: rawBytes });
    if (raw.length === rawBytes) return raw;
  } catch (error) {
    throw new DamagedFields('a block is not what was written', { cause: error });
  }
  throw new DamagedFields('a block is shorter than it was');
}

/** Place of the last of the ascending values that is not above the wanted one; −1 when all are. */
function lastUpTo<T extends number | bigint>(values: ArrayLike<T>, wanted: T): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as T) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
