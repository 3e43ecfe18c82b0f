import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, Index } from '@lancedb/lancedb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedEvent, Embeddings } from '../../../src/store/embeddings.ts';
import { doJob } from '../../../src/store/job.ts';
import { createRandom } from '../../world/random.ts';
import { branchesOf, cosineOf, placesOf, randomVector, rowsBy, writersOf } from '../../world/vectors.ts';

const dims = 48;
const all = { spans: branchesOf.map((branch) => ({ branch, writer: null, upTo: null })) };
let directory: string;
let vectors: Embeddings;
const open = (): Promise<Embeddings> =>
  Embeddings.open({
    directory,
    model: 'm',
    dims,
    runJob: doJob,
    closeRows: 3000,
    onDropped: () => undefined,
  });
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hm-vectors-'));
  vectors = await open();
});
afterEach(async () => {
  await vectors.close();
  rmSync(directory, { recursive: true, force: true });
});

async function add(rows: readonly EmbeddedEvent[]): Promise<void> {
  for (const writer of writersOf) {
    const own = rows.filter(({ event }) => event.writer === writer);
    await vectors.add(own, placesOf(own));
  }
  await vectors.flush();
  while (await vectors.upkeep(new AbortController().signal));
}

/** How many of the ten nearest to ten vectors are found. */
async function foundOfHundred(rows: readonly EmbeddedEvent[]): Promise<number> {
  const random = createRandom(13);
  let hits = 0;
  for (let round = 0; round < 10; round += 1) {
    const vector = randomVector(random, dims);
    const nearest = rows
      .map(({ event, vector: other }) => ({ id: event.id, score: cosineOf(vector, other) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10);
    const expected = new Set(nearest.map(({ id }) => id));
    hits += (await vectors.search(vector, all, 10)).filter(({ id }) => expected.has(id)).length;
  }
  return hits;
}

async function indexByOneBit(name: string): Promise<void> {
  const db = await connect(join(directory, 'vectors'));
  const table = await db.openTable(name);
  await table.dropIndex('vector_rq');
  const config = Index.ivfRq({ distanceType: 'cosine', numPartitions: 55 });
  await table.createIndex('vector', { name: 'vector_rq', config });
  table.close();
  db.close();
}

test('an index of one bit, as the first versions made it, is asked for more rows, and is made one of now in time', async () => {
  const rows = rowsBy(createRandom(12), 6000, dims);
  await add(rows.slice(0, 3000));
  const name = vectors.tables[0]?.name ?? '';
  await vectors.close();
  await indexByOneBit(name);
  const manifest = join(directory, 'vectors', 'manifest.json');
  const found = JSON.parse(readFileSync(manifest, 'utf8')) as { tables: { bits?: number }[] };
  for (const table of found.tables) delete table.bits;
  writeFileSync(manifest, JSON.stringify(found));
  vectors = await open();
  expect(await foundOfHundred(rows.slice(0, 3000))).toBeGreaterThan(90);
  await add(rows.slice(3000));
  expect(vectors.tables.map(({ rows: count, bits }) => [count, bits])).toEqual([[6000, 4]]);
  expect(await foundOfHundred(rows)).toBeGreaterThan(90);
});
