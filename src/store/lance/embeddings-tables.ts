import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, connect, Session, type Table } from '@lancedb/lancedb';
import { diskUse } from '../disk-use.ts';
import { makePrivateDirectory } from '../durable.ts';
import { embeddingsSchema } from './embeddings-rows.ts';
import { createTreeSync } from './tree-sync.ts';

/** LanceDB's caches default to 7 GB. */
const indexCacheBytes = 64n << 20n;
const metadataCacheBytes = 16n << 20n;

/** The folder of a workspace's vectors, on this machine's disk. */
export interface EmbeddingTables {
  create(name: string, dims: number): Promise<Table>;
  open(name: string): Promise<Table>;
  /** Makes a table's new files durable. */
  sync(name: string): Promise<void>;
  drop(name: string): Promise<void>;
  sizeBytes(): Promise<number>;
  directory: string;
  close(): void;
}

export async function openEmbeddingTables(directory: string): Promise<EmbeddingTables> {
  await makePrivateDirectory(directory);
  const session = new Session(indexCacheBytes, metadataCacheBytes);
  const db: Connection = await connect(directory, { session });
  const pathOf = (name: string): string => join(directory, `${name}.lance`);
  return {
    directory,
    create: (name, dims) => db.createEmptyTable(name, embeddingsSchema(dims)),
    open: (name) => db.openTable(name),
    sync: (name) => createTreeSync(pathOf(name)).sync(),
    drop: (name) => rm(pathOf(name), { recursive: true, force: true }),
    sizeBytes: () => diskUse(directory),
    close: () => db.close(),
  };
}
