import { read as readFile } from 'node:fs';
import { crc32 } from 'node:zlib';
import {
  blockEntryBytes,
  type Described,
  magic,
  runEntryBytes,
  trailerBytes,
  turnEntryBytes,
} from './format.ts';

/** A part of the file is not what was written, or cannot be read. */
export class DamagedFields extends Error {}

/** What the footer of a file says. */
export interface FieldsIndex extends Described {
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
  /** The runs of `places` in the order of their seqs, and the first seq of each. */
  byWriter: Map<string, { runs: Described['places'][string]; seqs: Float64Array }>;
}

/** Null when it is not the footer of a whole file. */
export async function readIndex(file: number, size: number): Promise<FieldsIndex | null> {
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
  const index: FieldsIndex = {
    ...described,
    offsets: new Float64Array(blocks + 1).fill(magic.length),
    rawBytes: new Uint32Array(blocks),
    blockRows: new Uint32Array(blocks + 1),
    runIds: new BigUint64Array(runs),
    runRows: new Uint32Array(runs + 1),
    marks: new Uint32Array(turns),
    turnStarts: new Uint32Array(turns + 1),
    turnRows: new Uint32Array((footerBytes - rowsAt) / 4),
    byWriter: new Map(
      Object.entries(described.places).map(([writer, some]) => {
        const runs = some.toSorted(([a], [b]) => a - b);
        return [writer, { runs, seqs: Float64Array.from(runs, ([seq]) => seq) }];
      }),
    ),
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
  return (index.offsets[blocks] ?? 0) + described.paths.bytes === blocksEnd ? index : null;
}

/** Fills the buffer. Callbacks, and not promises: a search reads a hundred blocks. */
export const readInto = (file: number, buffer: Buffer, position: number): Promise<void> =>
  new Promise((resolve, reject) => {
    readFile(file, buffer, 0, buffer.length, position, (error, bytesRead) => {
      if (error !== null) reject(new DamagedFields(error.message, { cause: error }));
      else if (bytesRead < buffer.length) reject(new DamagedFields('the file is shorter than it says'));
      else resolve();
    });
  });

export async function readAt(file: number, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  await readInto(file, buffer, position);
  return buffer;
}
