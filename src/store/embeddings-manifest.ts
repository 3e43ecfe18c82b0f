import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeDurably } from './durable.ts';
import { RangeSet, Ranges } from './ranges.ts';

const EmbeddingTable = z.object({
  name: z.string(),
  rows: z.number().int().nonnegative(),
  /** Of each number in the index of a sealed table; where it does not say so it has one. */
  bits: z.number().int().positive().optional(),
  /** growing: takes rows; closed: waits to be indexed; sealed: indexed and final. The first two are also in memory. */
  state: z.enum(['growing', 'closed', 'sealed']),
  /** Events that it is made of, with those that have no vector. */
  ranges: Ranges,
});
export type EmbeddingTable = z.infer<typeof EmbeddingTable>;

/** What the vectors of a workspace are made by, and which tables hold them. */
export const EmbeddingsManifest = z.object({
  model: z.string(),
  dims: z.number().int().positive(),
  /** Number of the next table. */
  next: z.number().int().positive(),
  tables: z.array(EmbeddingTable),
});
export type EmbeddingsManifest = z.infer<typeof EmbeddingsManifest>;

/** Null when there is none, or none that can be read: then everything is embedded anew. */
export async function readManifest(path: string): Promise<EmbeddingsManifest | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return EmbeddingsManifest.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export const writeManifest = (path: string, manifest: EmbeddingsManifest): Promise<void> =>
  writeDurably(path, JSON.stringify(manifest));

/** Rows, and bytes of vectors, that a table takes before it is indexed: until then they are in memory. */
const closeRows = 8_192;
const closeBytes = 48 << 20;
/** So many times as much waits for an index that whoever adds more had better wait. */
const crowdedBy = 4;

/** Whether a growing table is closed. */
export const isFull = (rows: number, dims: number, most = closeRows): boolean =>
  rows >= most || rows * dims * 4 >= closeBytes;

/** Whether so many rows are in memory that no more should come. */
export const isCrowded = (rows: number, dims: number, most?: number): boolean =>
  isFull(rows / crowdedBy, dims, most);

/** Sealed tables of about one size that are made one: asking one more takes longer than comparing thousands of rows. */
const mergedAtOnce = 2;

const tierOf = (rows: number): number => Math.max(0, Math.floor(Math.log2(rows / closeRows)));

/** Tables that should be made one now: those that are closed, else two sealed ones of about one size. */
export function nextBuild({ tables }: EmbeddingsManifest): EmbeddingTable[] {
  const closed = tables.filter(({ state }) => state === 'closed');
  if (closed.length > 0) return closed;
  const tiers = new Map<number, EmbeddingTable[]>();
  for (const table of tables.filter(({ state }) => state === 'sealed')) {
    const tier = tiers.get(tierOf(table.rows)) ?? [];
    tiers.set(tierOf(table.rows), [...tier, table]);
  }
  return [...tiers.values()].find((tier) => tier.length >= mergedAtOnce)?.slice(0, mergedAtOnce) ?? [];
}

export const rangesOf = (tables: readonly EmbeddingTable[]): RangeSet =>
  RangeSet.of(...tables.map(({ ranges }) => ranges));
