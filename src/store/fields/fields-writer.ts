import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { type Described, magic, markOfTurn, numbers, runEntryBytes, sumOf } from './format.ts';
import { collectPaths } from './path-lists.ts';

/** Rows are put into one block until it has so many bytes. Twice as many take a tenth less room, and half as long again to unpack for a row (measured). */
const blockBytes = 4 << 10;
/** Smaller by a twenty-fifth than at the quickest level, for a fifth more time, which is spent in upkeep's own process (measured). */
const level = 4;

export interface FieldsRow {
  rowId: bigint;
  /** In UTF-8, in the order of the columns. */
  values: readonly Buffer[];
  writer: string;
  seq: number;
  /** Null outside of turns. */
  turn: string | null;
  /** By this the rows of a turn are in order. */
  hlc: string;
  paths: readonly string[];
}

/** Writes the file in one step: nobody sees half of it. It is not synced, for a file that a power cut has damaged is not opened. */
export async function writeFields(
  path: string,
  { table, columns }: Pick<Described, 'table' | 'columns'>,
  rows: AsyncIterable<readonly FieldsRow[]>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}`;
  const file = await open(partial, 'w', 0o600);
  try {
    await file.write(magic);
    const blocks: Buffer[] = [];
    const runs: { first: bigint; rows: number }[] = [];
    const places = createPlaces();
    const turns = createTurns();
    const paths = collectPaths();
    let waiting: FieldsRow[] = [];
    let bytes = 0;
    const end = async (): Promise<void> => {
      if (waiting.length === 0) return;
      const raw = packRows(waiting);
      const packed = gzipSync(raw, { level });
      blocks.push(numbers([packed.length, raw.length, waiting.length]));
      await file.write(packed);
      waiting = [];
      bytes = 0;
    };
    for await (const part of rows)
      for (const row of part) {
        const run = runs.at(-1);
        if (run !== undefined && row.rowId === run.first + BigInt(run.rows)) run.rows += 1;
        else runs.push({ first: row.rowId, rows: 1 });
        places.add(row);
        turns.add(row);
        paths.add(row.paths);
        waiting.push(row);
        bytes += sumOf(row.values.map(({ length }) => length));
        if (bytes >= blockBytes) await end();
      }
    await end();
    const ofTurns = turns.end();
    const { raw, packed } = paths.end();
    await file.write(packed);
    const described: Described = {
      table,
      columns,
      blocks: blocks.length,
      runs: runs.length,
      turns: ofTurns.turns,
      places: places.end(),
      paths: { bytes: packed.length, raw },
    };
    const json = Buffer.from(JSON.stringify(described));
    const parts = [numbers([json.length]), json, ...blocks, ...runs.map(runEntry), ...ofTurns.entries];
    const footer = Buffer.concat(parts);
    await file.write(Buffer.concat([footer, numbers([footer.length, crc32(footer)]), magic]));
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

/** Collects where each writer's rows are. */
function createPlaces() {
  const byWriter = new Map<string, Described['places'][string]>();
  let row = 0;
  return {
    add({ writer, seq }: FieldsRow): void {
      const runs = byWriter.get(writer) ?? [];
      byWriter.set(writer, runs);
      const last = runs.at(-1);
      if (last !== undefined && seq === last[0] + last[2] && row === last[1] + last[2]) last[2] += 1;
      else runs.push([seq, row, 1]);
      row += 1;
    },
    end: (): Described['places'] => Object.fromEntries(byWriter),
  };
}

/** Collects which rows each turn has. */
function createTurns() {
  const lists = new Map<number, { row: number; hlc: string }[]>();
  let row = 0;
  return {
    add({ turn, hlc }: FieldsRow): void {
      if (turn !== null) {
        const mark = markOfTurn(turn);
        const list = lists.get(mark);
        if (list === undefined) lists.set(mark, [{ row, hlc }]);
        else list.push({ row, hlc });
      }
      row += 1;
    },
    end(): { turns: number; entries: Buffer[] } {
      const sorted = [...lists].sort(([a], [b]) => a - b);
      const rowsOf = (list: { row: number; hlc: string }[]): Buffer =>
        numbers(list.sort((a, b) => (a.hlc < b.hlc ? -1 : a.hlc > b.hlc ? 1 : 0)).map((one) => one.row));
      const entries = sorted.map(([mark, list]) => numbers([mark, list.length]));
      return { turns: sorted.length, entries: [...entries, ...sorted.map(([, list]) => rowsOf(list))] };
    },
  };
}

/** Lengths of all values, 32 bits each, and then the values. */
function packRows(rows: readonly FieldsRow[]): Buffer {
  const values = rows.flatMap((row) => row.values);
  return Buffer.concat([numbers(values.map(({ length }) => length)), ...values]);
}

function runEntry({ first, rows }: { first: bigint; rows: number }): Buffer {
  const bytes = Buffer.allocUnsafe(runEntryBytes);
  bytes.writeBigUInt64LE(first);
  bytes.writeUInt32LE(rows, 8);
  return bytes;
}
