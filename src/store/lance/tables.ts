import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, connect, Session, type Table } from '@lancedb/lancedb';
import { makePrivateDirectory, syncDirectory } from '../durable.ts';
import type { LanceConnection } from '../location.ts';
import { eventsSchema } from './rows.ts';
import { createTreeSync, type TreeSync } from './tree-sync.ts';

/** LanceDB's caches default to 7 GB; ours serve one developer's machine. */
const indexCacheBytes = 96n << 20n;
const metadataCacheBytes = 32n << 20n;

/** The folder of a workspace's Lance tables, on disk or in a bucket. */
export interface Tables {
  /** Where a table's files are; null in a bucket. */
  directoryOf(name: string): string | null;
  /** Makes an empty table of events, durable on return. */
  create(name: string): Promise<Table>;
  /** Opens a table as it is now; later versions are seen after `checkoutLatest`. */
  open(name: string): Promise<Table>;
  names(): Promise<string[]>;
  /** Takes a table away; nothing happens when there is none. */
  drop(name: string): Promise<void>;
  /** LanceDB never calls fsync on a local path: this does it for a table's new files. Nothing to do in a bucket. */
  sync(name: string): Promise<void>;
  /** Connects anew, for tables that are opened from now on: credentials may have expired. */
  reconnect(): Promise<void>;
  /** Whether the credentials are about to expire. */
  isStale(): boolean;
  close(): void;
}

/** Credentials are renewed so long before they expire. */
const renewMs = 5 * 60_000;

/** Opens the folder of tables; `reach` says how, now and whenever it is asked again. */
export async function openTables(reach: () => Promise<LanceConnection>): Promise<Tables> {
  const session = new Session(indexCacheBytes, metadataCacheBytes);
  let connection = await reach();
  const { uri } = connection;
  const isLocal = !uri.includes('://');
  if (isLocal) await makePrivateDirectory(uri);
  const open = ({ storageOptions }: LanceConnection): Promise<Connection> =>
    connect(uri, { session, ...(isLocal ? {} : { storageOptions }) });
  let db = await open(connection);
  const synced = new Map<string, TreeSync>();
  const directoryOf = (name: string): string | null => (isLocal ? join(uri, `${name}.lance`) : null);

  const sync = async (name: string): Promise<void> => {
    const directory = directoryOf(name);
    if (directory === null) return;
    const tree = synced.get(name) ?? createTreeSync(directory);
    synced.set(name, tree);
    await tree.sync();
  };

  return {
    directoryOf,
    create: async (name) => {
      const table = await db.createEmptyTable(name, eventsSchema);
      await sync(name);
      if (isLocal) await syncDirectory(uri);
      return table;
    },
    open: (name) => db.openTable(name),
    names: () => allNames(db),
    drop: async (name) => {
      synced.delete(name);
      const directory = directoryOf(name);
      // A damaged table may not open, and LanceDB opens what it drops.
      if (directory !== null) await rm(directory, { recursive: true, force: true });
      else await db.dropTable(name).catch(ignoreAbsent);
    },
    sync,
    reconnect: async () => {
      connection = await reach();
      db = await open(connection);
    },
    isStale: () => connection.expiresAt !== null && connection.expiresAt - Date.now() < renewMs,
    close: () => db.close(),
  };
}

async function allNames(db: Connection): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const last = names.at(-1);
    const page = await db.tableNames({ limit: 100, ...(last === undefined ? {} : { startAfter: last }) });
    if (page.length === 0) return names;
    names.push(...page);
  }
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof Error) || !/not found|does not exist/i.test(error.message)) throw error;
}
