import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { numbers } from './format.ts';

/** Whoever else waits is served in between: paths may be many, and some made to be slow to compare. */
const sliceMs = 10;

/** Which rows have a path, for each path of a table. */
export interface PathLists {
  /** Sets a 1 at the number of each row that has a wanted path; returns how many these are. */
  mark(isWanted: (path: string) => boolean, rows: Uint8Array): Promise<number>;
}

/** Collects the paths of rows, which come in their order. */
export function collectPaths() {
  const lists = new Map<string, number[]>();
  let row = 0;
  return {
    add(paths: readonly string[]): void {
      for (const path of new Set(paths)) {
        const list = lists.get(path);
        if (list === undefined) lists.set(path, [row]);
        else list.push(row);
      }
      row += 1;
    },
    /** Of each path: its length in bytes, how many rows have it, the path, the numbers of the rows. */
    end(): { raw: number; packed: Buffer } {
      const raw = Buffer.concat(
        [...lists].flatMap(([path, rows]) => {
          const text = Buffer.from(path);
          return [numbers([text.length, rows.length]), text, numbers(rows)];
        }),
      );
      return { raw: raw.length, packed: gzipSync(raw) };
    },
  };
}

/** Reads what `collectPaths` has packed. Rejects when it is not that. */
export async function openPaths(packed: Buffer, rawBytes: number): Promise<PathLists> {
  const raw = await promisify(gunzip)(packed, { maxOutputLength: Math.max(rawBytes, 1) });
  const lists: { path: string; from: number; rows: number }[] = [];
  for (let at = 0; at < raw.length; ) {
    const [length, rows] = [raw.readUInt32LE(at), raw.readUInt32LE(at + 4)];
    const from = at + 8 + length;
    lists.push({ path: raw.toString('utf8', at + 8, from), from, rows });
    at = from + 4 * rows;
  }
  return {
    mark: async (isWanted, marked) => {
      let count = 0;
      let since = performance.now();
      for (const { path, from, rows } of lists) {
        if (performance.now() - since > sliceMs) {
          await setImmediate();
          since = performance.now();
        }
        if (!isWanted(path)) continue;
        for (let at = from; at < from + 4 * rows; at += 4) {
          const row = raw.readUInt32LE(at);
          if (marked[row] === 0) count += 1;
          marked[row] = 1;
        }
      }
      return count;
    },
  };
}
