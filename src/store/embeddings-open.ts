import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Table } from '@lancedb/lancedb';
import {
  type EmbeddingsManifest,
  type EmbeddingTable,
  readManifest,
  writeManifest,
} from './embeddings-manifest.ts';
import { EmbeddingRows } from './embeddings-memory.ts';
import { type EmbeddedEvent, fromBatch } from './lance/embeddings-rows.ts';
import type { SealedVectors } from './lance/embeddings-search.ts';
import { type EmbeddingTables, openEmbeddingTables } from './lance/embeddings-tables.ts';

/** Which vectors are wanted: those of one model, in the workspace's folder for them. */
export interface EmbeddingsPlace {
  /** The workspace's folder. */
  directory: string;
  /** Id of the embedder: vectors of another one are thrown away. */
  model: string;
  dims: number;
}

/** Vectors as they were found on disk. */
export interface OpenedEmbeddings {
  tables: EmbeddingTables;
  manifest: EmbeddingsManifest;
  /** Tables that are sealed, open. */
  sealed: Map<string, SealedVectors>;
  /** Rows of the others, by table. */
  memory: Map<string, EmbeddingRows>;
  /** Tables that were damaged or missing: their events are to be embedded anew. */
  dropped: string[];
}

export const embeddingsFolder = (directory: string): string => join(directory, 'vectors');
export const manifestPath = (directory: string): string => join(embeddingsFolder(directory), 'manifest.json');

/** `embeddings_<model key>_<n>`: a model's name may have any characters. */
export const tableName = ({ model }: Pick<EmbeddingsManifest, 'model'>, number: number): string =>
  `embeddings_${createHash('sha256').update(model).digest('hex').slice(0, 12)}_${number}`;

/** Opens what is there of the model; what is not whole, or of another model, is taken away. */
export async function openTables({ directory, model, dims }: EmbeddingsPlace): Promise<OpenedEmbeddings> {
  const folder = embeddingsFolder(directory);
  const found = await readManifest(manifestPath(directory));
  const isOurs = found !== null && found.model === model && found.dims === dims;
  const manifest = isOurs ? found : { model, dims, next: 1, tables: [] };
  const tables = await openEmbeddingTables(folder);
  const opened: OpenedEmbeddings = { tables, manifest, sealed: new Map(), memory: new Map(), dropped: [] };
  const whole: EmbeddingTable[] = [];
  for (const entry of manifest.tables)
    if (await openOne(opened, entry)) whole.push(entry);
    else opened.dropped.push(entry.name);
  opened.manifest = { ...manifest, tables: whole };
  await writeManifest(manifestPath(directory), opened.manifest);
  await dropStrangers(folder, new Set(whole.map(({ name }) => `${name}.lance`)));
  return opened;
}

/** False when the table does not hold what it should. */
async function openOne(
  { tables, manifest, sealed, memory }: OpenedEmbeddings,
  { name, rows, bits, state }: EmbeddingTable,
): Promise<boolean> {
  try {
    const table = await tables.open(name);
    if (state === 'sealed') {
      if ((await table.countRows()) !== rows) return false;
      sealed.set(name, { name, table, rows, bits });
      return true;
    }
    const kept = new EmbeddingRows();
    kept.add(await readAll(table, manifest.dims));
    table.close();
    if (kept.size < rows) return false;
    memory.set(name, kept);
    return true;
  } catch {
    return false;
  }
}

/** Whether every row of a table can be read. */
export async function isWhole(
  { tables, manifest }: OpenedEmbeddings,
  { name, rows }: EmbeddingTable,
): Promise<boolean> {
  try {
    const table = await tables.open(name);
    const found = await readAll(table, manifest.dims);
    table.close();
    return found.length >= rows;
  } catch {
    return false;
  }
}

/** Throws when a row cannot be read. */
async function readAll(table: Table, dims: number): Promise<EmbeddedEvent[]> {
  const rows: EmbeddedEvent[] = [];
  for await (const batch of table.query()) rows.push(...fromBatch(batch, dims));
  return rows;
}

/** Tables of an earlier model, and those that a crash has left. */
async function dropStrangers(folder: string, known: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith('.lance') && !known.has(name))
      await rm(join(folder, name), { recursive: true, force: true });
}

/** What a workspace has on disk, without opening it: null where nothing was embedded. */
export async function embeddedOnDisk(directory: string): Promise<{ model: string; embedded: number } | null> {
  const manifest = await readManifest(manifestPath(directory));
  if (manifest === null) return null;
  return { model: manifest.model, embedded: manifest.tables.reduce((sum, { rows }) => sum + rows, 0) };
}

/** Takes all vectors of a workspace away. */
export const dropEmbeddings = (directory: string): Promise<void> =>
  rm(embeddingsFolder(directory), { recursive: true, force: true });
