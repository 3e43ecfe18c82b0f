import { crc32 } from 'node:zlib';

/**
 * Some columns of a sealed table, row by row: the rows that a search finds are scattered, and LanceDB reads each value of
 * each row by itself. Blocks of whole rows, compressed one by one, as Lucene's stored fields are; docs/formats/fields.md
 * says how. Everything here can be made anew from the table.
 *
 * Each block is a member of gzip: those that are wanted are unpacked and checked in one call, for making a decompressor
 * takes about as long as unpacking a block (measured: 12 of the 45 ms of a recall went into 100 blocks of zstd, one by one).
 */
export const magic = Buffer.from('HMFIELD2');

/** What a file says of itself, before its lists of blocks and runs. */
export interface Described {
  table: string;
  columns: string[];
  blocks: number;
  runs: number;
  turns: number;
  /** By writer where its rows are: runs of seqs that follow each other in rows that do. */
  places: Record<string, [seq: number, row: number, rows: number][]>;
  /** Bytes of the lists of paths, as they are in the file and unpacked. */
  paths: { bytes: number; raw: number };
}

/** Three numbers of 32 bits: bytes in the file, bytes when unpacked, rows. */
export const blockEntryBytes = 12;
/** The first row's id, 64 bits, and how many follow each other, 32 bits. */
export const runEntryBytes = 12;
/** The turn's mark and how many rows it has, 32 bits each; the numbers of all rows of turns follow after the last entry. */
export const turnEntryBytes = 8;
/** Length of the footer and its CRC-32, and the magic bytes once more. */
export const trailerBytes = 8 + magic.length;

/** Stands for a turn in the file: others may have the same, so rows that are found by it are asked for their turn. */
export const markOfTurn = (turn: string): number => crc32(turn);

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** 32 bits each, as they are in the file. */
export function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, 4 * at);
  return bytes;
}
