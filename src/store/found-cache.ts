import type { Found } from './lance/found-rows.ts';

/** Most that is kept of one workspace, in about bytes: some 8,000 rows. */
const mostBytes = 16 << 20;

/** A longer row is not worth the room of all the others. */
const longestRow = mostBytes / 64;

/** What a row takes without its texts. */
const envelopeBytes = 700;

/**
 * Rows of sealed tables that searches have read, those in use longest. Who asks again about what is being worked on asks
 * for the same rows, and a row that is read anew costs a read for each of its columns, and unpacking a block for each text.
 */
export class FoundCache {
  #rows = new Map<string, Found>();
  #bytes = 0;

  get size(): number {
    return this.#rows.size;
  }

  get(table: string, rowId: bigint): Found | undefined {
    const key = keyOf(table, rowId);
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    this.#rows.delete(key);
    this.#rows.set(key, row);
    return row;
  }

  put(table: string, row: Found): void {
    const key = keyOf(table, row.rowId);
    const bytes = bytesOf(row);
    if (bytes > longestRow || this.#rows.has(key)) return;
    this.#rows.set(key, row);
    this.#bytes += bytes;
    for (const [oldest, unused] of this.#rows) {
      if (this.#bytes <= mostBytes) break;
      this.#rows.delete(oldest);
      this.#bytes -= bytesOf(unused);
    }
  }
}

/** A table is never written again, and its name is never used again. */
const keyOf = (table: string, rowId: bigint): string => `${table} ${rowId}`;

const bytesOf = ({ event, terms }: Found): number =>
  envelopeBytes + event.text.length + terms.length + event.paths.reduce((sum, path) => sum + path.length, 0);
