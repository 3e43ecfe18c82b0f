import { close, open as openFile, read as readFile } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, gunzipSync } from 'node:zlib';
import {
  blockEntryBytes,
  type Described,
  magic,
  markOfTurn,
  runEntryBytes,
  sumOf,
  trailerBytes,
  turnEntryBytes,
} from './format.ts';

/** A block is not what was written, or cannot be read. */
export class DamagedFields extends Error {}

const closeFile = promisify(close);

/** Gives a row's values by column, while `decode` runs. */
export type FieldsReader = (column: string) => string;

export interface FieldsFile {
  /** What `decode` makes of the rows, in their order; null for a row that the file does not have. Throws DamagedFields. */
  read<T>(rowIds: readonly bigint[], decode: (row: FieldsReader) => T): Promise<(T | null)[]>;
  /** Rows of the turn in the order of their clock readings; rows of another turn may be among them. */
  rowsOf(turn: string): bigint[];
  close(): Promise<void>;
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

interface Index extends Described {
  /** Where each block begins in the file, and last where they end. */
  offsets: Float64Array;
  rawBytes: Uint32Array;
  /** The number of each block's first row, and last how many there are. */
  blockRows: Uint32Array;
  runIds: BigUint64Array;
  /** The number of each run's first row, and last how many there are. */
  runRows: Uint32Array;
  marks: Uint32Array;
  /** Where in `turnRows` each turn's rows begin, and last where they end. */
  turnStarts: Uint32Array;
  /** Numbers of rows, turn by turn. */
  turnRows: Uint32Array;
}

async function readIndex(file: number, size: number): Promise<Index | null> {
  if (size < magic.length + trailerBytes) return null;
  const trailer = await readAt(file, size - trailerBytes, trailerBytes);
  const footerBytes = trailer.readUInt32LE(0);
  const blocksEnd = size - trailerBytes - footerBytes;
  if (!trailer.subarray(8).equals(magic) || footerBytes < 4 || blocksEnd < magic.length) return null;
  const footer = await readAt(file, blocksEnd, footerBytes);
  if (crc32(footer) !== trailer.readUInt32LE(4)) return null;
  const jsonEnd = 4 + footer.readUInt32LE(0);
  const described = JSON.parse(footer.toString('utf8', 4, jsonEnd)) as Described;
  const { blocks, runs, turns } = described;
  const runsAt = jsonEnd + blocks * blockEntryBytes;
  const turnsAt = runsAt + runs * runEntryBytes;
  const rowsAt = turnsAt + turns * turnEntryBytes;
  const index: Index = {
    ...described,
    offsets: new Float64Array(blocks + 1).fill(magic.length),
    rawBytes: new Uint32Array(blocks),
    blockRows: new Uint32Array(blocks + 1),
    runIds: new BigUint64Array(runs),
    runRows: new Uint32Array(runs + 1),
    marks: new Uint32Array(turns),
    turnStarts: new Uint32Array(turns + 1),
    turnRows: new Uint32Array((footerBytes - rowsAt) / 4),
  };
  for (let block = 0; block < blocks; block += 1) {
    const at = jsonEnd + block * blockEntryBytes;
    index.offsets[block + 1] = (index.offsets[block] ?? 0) + footer.readUInt32LE(at);
    index.rawBytes[block] = footer.readUInt32LE(at + 4);
    index.blockRows[block + 1] = (index.blockRows[block] ?? 0) + footer.readUInt32LE(at + 8);
  }
  for (let run = 0; run < runs; run += 1) {
    const at = runsAt + run * runEntryBytes;
    index.runIds[run] = footer.readBigUInt64LE(at);
    index.runRows[run + 1] = (index.runRows[run] ?? 0) + footer.readUInt32LE(at + 8);
  }
  for (let turn = 0; turn < turns; turn += 1) {
    const at = turnsAt + turn * turnEntryBytes;
    index.marks[turn] = footer.readUInt32LE(at);
    index.turnStarts[turn + 1] = (index.turnStarts[turn] ?? 0) + footer.readUInt32LE(at + 4);
  }
  for (let row = 0; row < index.turnRows.length; row += 1)
    index.turnRows[row] = footer.readUInt32LE(rowsAt + 4 * row);
  return index.offsets[blocks] === blocksEnd ? index : null;
}

/** Fills the buffer. Callbacks, and not promises: a search reads a hundred blocks. */
const readInto = (file: number, buffer: Buffer, position: number): Promise<void> =>
  new Promise((resolve, reject) => {
    readFile(file, buffer, 0, buffer.length, position, (error, bytesRead) => {
      if (error !== null) reject(new DamagedFields(error.message, { cause: error }));
      else if (bytesRead < buffer.length) reject(new DamagedFields('the file is shorter than it says'));
      else resolve();
    });
  });

async function readAt(file: number, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  await readInto(file, buffer, position);
  return buffer;
}

function createReader(file: number, index: Index): FieldsFile {
  const { columns, offsets, rawBytes, blockRows, runIds, runRows, marks, turnStarts, turnRows } = index;

  const placeOf = (rowId: bigint): { block: number; place: number } | null => {
    const run = lastUpTo(runIds, rowId);
    const first = runIds[run];
    if (first === undefined) return null;
    const row = (runRows[run] ?? 0) + Number(rowId - first);
    if (row >= (runRows[run + 1] ?? 0)) return null;
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
    rowsOf: (turn) => {
      const mark = markOfTurn(turn);
      const at = lastUpTo(marks, mark);
      if (marks[at] !== mark) return [];
      return Array.from(turnRows.subarray(turnStarts[at], turnStarts[at + 1]), rowIdOf);
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
