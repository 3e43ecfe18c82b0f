import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, connect, Index, makeArrowTable, Session, type Table } from '@lancedb/lancedb';
import { compareEvents, type Event, type Position } from '../../schema/event.ts';
import type { Span } from '../../schema/view.ts';
import { listTree, makePrivateDirectory, syncDirectory, syncFile } from '../durable.ts';
import { type Filter, filterToSql, spansToSql } from '../filter.ts';
import { quote, quoteList } from './quote.ts';
import { type EventRow, eventColumns, eventsSchema, fromRow, type StoredEvent, toRow } from './rows.ts';

const tableName = 'events';

/** LanceDB's caches default to 7 GB; ours serve one developer's machine. */
const indexCacheBytes = 128n << 20n;
const metadataCacheBytes = 64n << 20n;

export interface Scored {
  event: Event;
  score: number;
}

export interface EventsTable {
  /** Adds the rows in one commit and makes every new file durable. Returns version and row count after it. */
  add(rows: readonly StoredEvent[]): Promise<{ version: number; rows: number }>;
  find(filter: Filter, options?: { limit?: number }): Promise<Event[]>;
  /** Where the events that match stand, unordered: what a reader needs to take a part of them. */
  positions(filter: Filter): Promise<Position[]>;
  /** Full text over the terms column, best first; `score` is BM25. */
  search(terms: readonly string[], spans: readonly Span[], limit: number): Promise<Scored[]>;
  /** Rows of some columns, in batches, unordered. */
  scan(columns: readonly string[], where?: string): AsyncIterable<EventRow[]>;
  withKeys(column: 'fact' | 'delivery', keys: readonly string[]): Promise<string[]>;
  seqsAfter(writer: string, seq: number): Promise<Set<number>>;
  count(where?: string): Promise<number>;
  /** Rows that full text finds only by scanning them. */
  unindexed(): Promise<number>;
  fragments(): Promise<number>;
  close(): void;
}

/** Opens (or creates) the events table in the local directory `root`. */
export async function openEventsTable(root: string): Promise<EventsTable> {
  await makePrivateDirectory(root);
  const db = await connect(root, {
    session: new Session(indexCacheBytes, metadataCacheBytes),
    readConsistencyInterval: 0,
  });
  const table = await openOrCreate(db);
  const synced = new Set<string>();
  const directory = join(root, `${tableName}.lance`);
  await syncNewFiles(directory, synced);

  const add = async (rows: readonly StoredEvent[]): Promise<{ version: number; rows: number }> => {
    if (rows.length > 0) await table.add(makeArrowTable(rows.map(toRow), { schema: eventsSchema }));
    await syncNewFiles(directory, synced);
    return { version: await table.version(), rows: await table.countRows() };
  };

  const find = async (filter: Filter, options: { limit?: number } = {}): Promise<Event[]> => {
    const query = table.query().where(filterToSql(filter)).select(eventColumns);
    const rows = (await (options.limit === undefined
      ? query
      : query.limit(options.limit)
    ).toArray()) as EventRow[];
    return rows.map(fromRow).sort(compareEvents);
  };

  const positions = async (filter: Filter): Promise<Position[]> => {
    const rows = (await table
      .query()
      .where(filterToSql(filter))
      .select(['id', 'hlc', 'writer', 'seq'])
      .toArray()) as EventRow[];
    return rows.map(({ id, hlc, writer, seq }) => ({
      id: String(id),
      hlc: String(hlc),
      writer: String(writer),
      seq: Number(seq),
    }));
  };

  const search = async (
    terms: readonly string[],
    spans: readonly Span[],
    limit: number,
  ): Promise<Scored[]> => {
    const rows = (await table
      .query()
      .fullTextSearch(terms.join(' '), { columns: ['terms'] })
      .where(spansToSql(spans))
      .limit(limit)
      .select([...eventColumns, '_score'])
      .toArray()) as EventRow[];
    return rows.map((row) => ({ event: fromRow(row), score: Number(row._score) }));
  };

  async function* scan(columns: readonly string[], where?: string): AsyncGenerator<EventRow[]> {
    const query = table.query().select([...columns]);
    for await (const batch of where === undefined ? query : query.where(where))
      yield batch.toArray() as EventRow[];
  }

  return {
    add,
    find,
    positions,
    search,
    scan,
    withKeys: async (column, keys) => {
      if (keys.length === 0) return [];
      const rows = (await table
        .query()
        .where(`${column} IN ${quoteList(keys)}`)
        .select([column])
        .toArray()) as EventRow[];
      return rows.map((row) => String(row[column]));
    },
    seqsAfter: async (writer, seq) => {
      const rows = (await table
        .query()
        .where(`writer = ${quote(writer)} AND seq > ${seq}`)
        .select(['seq'])
        .toArray()) as EventRow[];
      return new Set(rows.map((row) => Number(row.seq)));
    },
    count: (where) => table.countRows(where),
    unindexed: async () => (await table.indexStats('terms_fts'))?.numUnindexedRows ?? 0,
    fragments: async () => (await table.stats()).fragmentStats.numFragments,
    close: () => {
      table.close();
      db.close();
    },
  };
}

async function openOrCreate(db: Connection): Promise<Table> {
  const isThere = (await db.tableNames()).includes(tableName);
  const table = isThere ? await db.openTable(tableName) : await db.createEmptyTable(tableName, eventsSchema);
  // Whoever made the table may have been killed before it had made its indexes.
  const known = new Set((await table.listIndices()).map(({ name }) => name));
  for (const [column, name, config] of indexes())
    if (!known.has(name)) await table.createIndex(column, { name, config });
  return table;
}

const indexes = (): (readonly [column: string, name: string, config: Index])[] => [
  ['terms', 'terms_fts', termsIndex()],
  ['branch', 'branch_bitmap', Index.bitmap()],
  ...['seq', 'id', 'session', 'turn', 'fact', 'delivery'].map(
    (column) => [column, `${column}_btree`, Index.btree()] as const,
  ),
];

/** Our own tokenizer has split and stemmed already: the index must take the terms as they are. */
const termsIndex = (): Index =>
  Index.fts({
    baseTokenizer: 'whitespace',
    lowercase: false,
    stem: false,
    removeStopWords: false,
    asciiFolding: false,
    withPosition: false,
    maxTokenLength: 64,
  });

/** LanceDB never calls fsync on a local path: every file that it has made since the last time is synced here. */
async function syncNewFiles(directory: string, synced: Set<string>): Promise<void> {
  const { files, directories } = await listTree(directory);
  const present = new Set(files);
  for (const path of files) {
    if (synced.has(path) && !path.endsWith('.json')) continue;
    await syncFile(path);
    synced.add(path);
  }
  for (const path of synced) if (!present.has(path)) synced.delete(path);
  for (const path of directories) {
    await stat(path)
      .then(() => syncDirectory(path))
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
  }
}
