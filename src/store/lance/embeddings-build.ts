import { Index, type Table } from '@lancedb/lancedb';
import { z } from 'zod';
import { RunIndex } from '../../schema/runs.ts';
import { reach } from '../failpoint.ts';
import { type EmbeddedEvent, fromBatch, toBatch } from './embeddings-rows.ts';
import type { EmbeddingTables } from './embeddings-tables.ts';

/** Makes one sealed table of vectors out of others. */
export const EmbeddingsBuild = z.object({
  directory: z.string(),
  inputs: z.array(z.string()),
  output: z.string(),
  dims: z.number().int().positive(),
});
export type EmbeddingsBuild = z.infer<typeof EmbeddingsBuild>;

export const EmbeddingsBuilt = z.object({ rows: z.number().int(), bits: z.number().int() });
export type EmbeddingsBuilt = z.infer<typeof EmbeddingsBuilt>;

const commitRows = 8_192;

/** Of each number in the index. With 4 twice the wanted rows are compared exactly, with 1 twenty times as many, for the same result. */
const indexedBits = 4;

/** So few are compared faster than an index is asked. */
const leastIndexed = 2_000;

/**
 * Writes the rows of the inputs, each event once, into a new table and indexes it, as in ADR 9: to be run in a process of
 * its own, whose memory goes back when it ends. Durable on return; nobody knows the table yet. Events in `without` are
 * left out.
 */
export async function buildEmbeddings(
  tables: EmbeddingTables,
  { inputs, output, dims }: EmbeddingsBuild,
  without = new RunIndex(),
): Promise<EmbeddingsBuilt> {
  const table = await tables.create(output, dims);
  const seen = new Set<string>();
  let waiting: EmbeddedEvent[] = [];
  const write = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const batch = toBatch(waiting, dims);
    waiting = [];
    await table.add({ schema: batch.schema, batches: [batch] });
  };
  for (const input of inputs) {
    const from = await tables.open(input);
    for await (const batch of from.query())
      for (const row of fromBatch(batch, dims)) {
        if (seen.has(row.event.id) || without.has(row.event.writer, row.event.seq)) continue;
        seen.add(row.event.id);
        waiting.push(row);
        if (waiting.length >= commitRows) await write();
      }
    from.close();
  }
  await write();
  await createIndexes(table, seen.size);
  reach('vectors.build');
  await tables.sync(output);
  table.close();
  return { rows: seen.size, bits: indexedBits };
}

async function createIndexes(table: Table, rows: number): Promise<void> {
  if (rows === 0) return;
  for (const column of ['branch', 'writer', 'type'])
    await table.createIndex(column, { name: `${column}_bitmap`, config: Index.bitmap() });
  for (const column of ['seq', 'id', 'session'])
    await table.createIndex(column, { name: `${column}_btree`, config: Index.btree() });
  if (rows < leastIndexed) return;
  const config = Index.ivfRq({
    distanceType: 'cosine',
    numPartitions: partitionsOf(rows),
    numBits: indexedBits,
  });
  await table.createIndex('vector', { name: 'vector_rq', config });
}

/** Of an index over so many rows. */
export const partitionsOf = (rows: number): number => Math.max(1, Math.round(Math.sqrt(rows)));
