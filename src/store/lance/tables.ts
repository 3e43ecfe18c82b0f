import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, connect, Session, type Table } from '@lancedb/lancedb';
import type { Schema } from 'apache-arrow';
import { makePrivateDirectory, syncDirectory } from '../durable.ts';
import { type Location, lanceConnection } from '../location.ts';
import { eventsSchema } from './rows.ts';
import { createTreeSync, type TreeSync } from './tree-sync.ts';

/**
 * LanceDB's caches default to 7 GB; ours serve one developer's machine. What the indexes of a million events need at hand
 * takes 130 to 160 MiB: with 128 MiB a search reads them anew each time, and takes five times as long (measured).
 */
const indexCacheBytes = 256n << 20n;
const metadataCacheBytes = 48n << 20n;

/** The folder of a workspace's Lance tables, on disk or in a bucket. */
export interface Tables {
  /** Where a table's files are; null in a bucket. */
  directoryOf(name: string): string | null;
  /** Makes an empty table of events, durable on return; `schema`: `eventsSchema` unless given. */
  create(name: string, schema?: Schema): Promise<Table>;
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

/**
 * Opens the folder of a workspace's tables. A bucket is not asked for anything
 * before the first table is: it may be away, and LanceDB already calls it to connect. `requestTimeoutMs`: as of
 * `lanceConnection`.
 */
export async function openTables(
  location: Location,
  options: { requestTimeoutMs?: number } = {},
): Promise<Tables> {
  const session = new Session(indexCacheBytes, metadataCacheBytes);
  const root = location.kind === 'local' ? join(location.directory, 'tables') : null;
  if (root !== null) await makePrivateDirectory(root);
  const synced = new Map<string, TreeSync>();
  const directoryOf = (name: string): string | null => (root === null ? null : join(root, `${name}.lance`));
  let expiresAt: number | null = null;
  let open: Promise<Connection> | null = null;

  const connectNow = async (): Promise<Connection> => {
    const { uri, storageOptions, expiresAt: until } = await lanceConnection(location, options);
    expiresAt = until;
    return connect(`${uri}/tables`, { session, ...(root === null ? { storageOptions } : {}) });
  };

  const connected = (): Promise<Connection> => {
    open ??= connectNow().catch((error) => {
      open = null;
      throw error;
    });
    return open;
  };

  const sync = async (name: string): Promise<void> => {
    const directory = directoryOf(name);
    if (directory === null) return;
    const tree = synced.get(name) ?? createTreeSync(directory);
    synced.set(name, tree);
    await tree.sync();
  };

  return {
    directoryOf,
    create: async (name, schema = eventsSchema) => {
      const table = await (await connected()).createEmptyTable(name, schema);
      await sync(name);
      if (root !== null) await syncDirectory(root);
      return table;
    },
    open: async (name) => (await connected()).openTable(name),
    names: async () => allNames(await connected()),
    drop: async (name) => {
      synced.delete(name);
      const directory = directoryOf(name);
      // A damaged table may not open, and LanceDB opens what it drops.
      if (directory !== null) await rm(directory, { recursive: true, force: true });
      else await (await connected()).dropTable(name).catch(ignoreAbsent);
    },
    sync,
    reconnect: async () => {
      open = null;
      await connected();
    },
    isStale: () => expiresAt !== null && expiresAt - Date.now() < renewMs,
    close: () => void open?.then((db) => db.close()).catch(() => undefined),
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
