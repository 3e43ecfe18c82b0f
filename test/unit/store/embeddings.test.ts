import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedEvent, Embeddings, embeddedOnDisk } from '../../../src/store/embeddings.ts';
import type { Filter } from '../../../src/store/filter.ts';
import { doJob } from '../../../src/store/job.ts';
import { createRandom, type Random } from '../../world/random.ts';
import {
  branchesOf,
  cosineOf,
  embedded,
  placesOf,
  randomVector,
  rowsBy,
  sessionsOf,
  typesOf,
  writersOf,
} from '../../world/vectors.ts';

let directory: string;
let vectors: Embeddings;
let dropped: string[];
const idle = new AbortController().signal;
const open = (more: object = {}): Promise<Embeddings> =>
  Embeddings.open({
    directory,
    model: 'm',
    dims: 12,
    runJob: doJob,
    closeRows: 100,
    onDropped: (table) => dropped.push(table),
    ...more,
  });
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hm-vectors-'));
  dropped = [];
  vectors = await open();
});
afterEach(async () => {
  await vectors.close();
  rmSync(directory, { recursive: true, force: true });
});

const all: Filter = { spans: branchesOf.map((branch) => ({ branch, writer: null, upTo: null })) };
const ask = new Float32Array(12).fill(Math.sqrt(1 / 12));
const addAll = async (rows: readonly EmbeddedEvent[], into = vectors): Promise<void> => {
  for (const writer of writersOf)
    for (let at = 0; at < rows.length; at += 40) {
      const part = rows.slice(at, at + 40).filter(({ event }) => event.writer === writer);
      await into.add(part, placesOf(part));
    }
};
const upkeep = async (): Promise<void> => {
  await vectors.flush();
  while (await vectors.upkeep(idle));
};
/** What may be found, said once more and by other means. */
function allowed({ event }: EmbeddedEvent, { spans, sessions, types, since, until }: Filter): boolean {
  const isSeen = spans.some(
    ({ branch, writer, upTo, after = 0 }) =>
      branch === event.branch &&
      (writer === null || writer === event.writer) &&
      (upTo === null || event.seq <= upTo) &&
      event.seq > after,
  );
  return (
    isSeen &&
    (sessions?.includes(event.session) ?? true) &&
    (types?.includes(event.type) ?? true) &&
    event.at >= (since ?? 0) &&
    event.at < (until ?? Number.POSITIVE_INFINITY)
  );
}

function randomFilter(random: Random, most: number): Filter {
  const spans = random
    .shuffle(branchesOf)
    .slice(0, random.int(0, 3))
    .map((branch) => ({
      branch,
      writer: random.chance(0.6) ? random.pick(writersOf) : null,
      upTo: random.chance(0.6) ? random.int(1, most) : null,
      ...(random.chance(0.3) ? { after: random.int(1, most) } : {}),
    }));
  return {
    spans,
    ...(random.chance(0.3) ? { sessions: [random.pick(sessionsOf)] } : {}),
    ...(random.chance(0.3) ? { types: random.shuffle(typesOf).slice(0, 2) } : {}),
    ...(random.chance(0.2) ? { since: 1_700_000_000_000 + random.int(1, most) } : {}),
    ...(random.chance(0.2) ? { until: 1_700_000_000_000 + random.int(1, most) } : {}),
  };
}

const nearest = (rows: readonly EmbeddedEvent[], vector: Float32Array, filter: Filter, limit: number) =>
  rows
    .filter((row) => allowed(row, filter))
    .map((row) => ({ id: row.event.id, score: cosineOf(row.vector, vector) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, limit);

test.each([1, 2, 3])(
  'what is found is what a plain comparison finds, and never outside the spans (seed %i)',
  async (seed) => {
    const random = createRandom(seed);
    const rows = rowsBy(random, 700, 12);
    await addAll(rows.slice(0, 350));
    await upkeep();
    await addAll(rows.slice(350));
    if (seed === 2) await upkeep();
    if (seed === 3) {
      await vectors.close();
      vectors = await open();
    }
    expect(vectors.size).toBe(700);
    const states = new Set(vectors.tables.map(({ state }) => state));
    expect(states.has('sealed')).toBe(true);
    let found = 0;
    for (let round = 0; round < 60; round += 1) {
      const [vector, filter, limit] = [
        randomVector(random, 12),
        randomFilter(random, 350),
        random.int(1, 30),
      ];
      const hits = await vectors.search(vector, filter, limit);
      const expected = nearest(rows, vector, filter, limit);
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      for (const [at, { score }] of hits.entries()) expect(score).toBeCloseTo(expected[at]?.score ?? 0, 4);
      found += hits.length;
    }
    expect(found).toBeGreaterThan(300);
  },
);

test('with an index: nearly all of the nearest, as many as there are, and never outside the spans', async () => {
  await vectors.close();
  vectors = await open({ dims: 48, closeRows: 9000 });
  const random = createRandom(11);
  const rows = rowsBy(random, 9000, 48);
  for (const writer of writersOf) {
    const part = rows.filter(({ event }) => event.writer === writer);
    await vectors.add(part, placesOf(part));
  }
  await upkeep();
  expect(vectors.tables.map(({ state, rows: count }) => [state, count])).toEqual([['sealed', 9000]]);
  let hitsOfTen = 0;
  for (let round = 0; round < 30; round += 1) {
    const vector = randomVector(random, 48);
    const expected = new Set(nearest(rows, vector, all, 10).map(({ id }) => id));
    hitsOfTen += (await vectors.search(vector, all, 10)).filter(({ id }) => expected.has(id)).length;
    const filter = randomFilter(random, 4500);
    const hits = await vectors.search(vector, filter, 10);
    const possible = new Set(rows.filter((row) => allowed(row, filter)).map(({ event }) => event.id));
    expect(hits.filter(({ id }) => !possible.has(id))).toEqual([]);
    expect(hits).toHaveLength(Math.min(10, possible.size));
  }
  expect(hitsOfTen).toBeGreaterThan(270);
});

test('an event is found once, however often it is given', async () => {
  const rows = rowsBy(createRandom(5), 60, 12);
  await addAll([...rows, ...rows]);
  await addAll(rows);
  await upkeep();
  const hits = await vectors.search(ask, all, 1000);
  expect(hits).toHaveLength(60);
  expect(new Set(hits.map(({ id }) => id)).size).toBe(60);
  expect(vectors.size).toBe(60);
});

test('places are covered also where there is nothing to embed, and stay so', async () => {
  await vectors.add([], { [writersOf[0] ?? '']: [[1, 500]] });
  expect(vectors.covered().size).toBe(500);
  await vectors.close();
  vectors = await open();
  expect(vectors.covered().size).toBe(500);
  expect(dropped).toEqual([]);
  expect(await embeddedOnDisk(directory)).toEqual({ model: 'm', embedded: 0 });
});

test.each([{ model: 'another' }, { dims: 16 }])('%j: the vectors of before are gone', async (more) => {
  await addAll(rowsBy(createRandom(5), 150, 12));
  await upkeep();
  await vectors.close();
  vectors = await open(more);
  expect(vectors.size).toBe(0);
  expect(vectors.covered().size).toBe(0);
  expect(readdirSync(join(directory, 'vectors')).filter((name) => name.endsWith('.lance'))).toEqual([]);
  expect(dropped).toEqual([]);
});

describe('damage', () => {
  const folderOf = (name: string): string => join(directory, 'vectors', `${name}.lance`);
  /** Every data file below a table's folder, of zeros. */
  const ruin = (name: string): void => {
    const data = join(folderOf(name), 'data');
    for (const file of readdirSync(data))
      writeFileSync(join(data, file), Buffer.alloc(statSync(join(data, file)).size));
  };
  let rows: EmbeddedEvent[];
  beforeEach(async () => {
    rows = rowsBy(createRandom(6), 150, 12);
    await addAll(rows.slice(0, 100));
    await upkeep();
    await addAll(rows.slice(100));
    await vectors.flush();
  });
  const nameOf = (state: string): string => vectors.tables.find((table) => table.state === state)?.name ?? '';
  /** Embeds again what is not covered any more. */
  const catchUp = async (): Promise<void> => {
    const covered = vectors.covered();
    const lost = rows.filter(({ event }) => !covered.has(event.writer, event.seq));
    expect(lost.length).toBeGreaterThan(0);
    for (const row of lost) await vectors.add([row], placesOf([row]));
    expect(await vectors.search(ask, all, 1000)).toHaveLength(150);
  };

  test.each(['sealed', 'growing'])('a %s table that is gone is embedded again', async (state) => {
    const name = nameOf(state);
    await vectors.close();
    rmSync(folderOf(name), { recursive: true });
    vectors = await open();
    expect(dropped).toEqual([name]);
    await catchUp();
  });

  test('a growing table that cannot be read is embedded again', async () => {
    const name = nameOf('growing');
    await vectors.close();
    ruin(name);
    vectors = await open();
    expect(dropped).toEqual([name]);
    await catchUp();
  });

  test('a sealed table that cannot be read: the search says so once, and then goes on', async () => {
    const name = nameOf('sealed');
    await vectors.close();
    ruin(name);
    vectors = await open();
    await expect(vectors.search(ask, all, 10)).rejects.toThrow();
    expect(dropped).toEqual([name]);
    expect(await vectors.search(ask, all, 1000)).toHaveLength(50);
    await catchUp();
  });

  test('a manifest that cannot be read: everything is embedded anew', async () => {
    await vectors.close();
    writeFileSync(join(directory, 'vectors', 'manifest.json'), '{"model":');
    vectors = await open();
    expect(vectors.covered().size).toBe(0);
    await catchUp();
  });

  test('a build that fails leaves everything as it was', async () => {
    await vectors.close();
    vectors = await open({ closeRows: 40, runJob: async () => Promise.reject(new Error('no memory')) });
    await vectors.add([embedded(createRandom(9), writersOf[1] ?? '', 900, 12)], {
      [writersOf[1] ?? '']: [[900, 900]],
    });
    await vectors.flush();
    expect(nameOf('closed')).not.toBe('');
    await expect(vectors.upkeep(idle)).rejects.toThrow('no memory');
    expect(await vectors.search(ask, all, 1000)).toHaveLength(151);
    expect(dropped).toEqual([]);
  });

  test('what a crash has left beside the tables is taken away', async () => {
    await vectors.close();
    mkdirSync(folderOf('embeddings_x_9'));
    vectors = await open();
    expect(readdirSync(join(directory, 'vectors')).filter((name) => name.includes('_x_'))).toEqual([]);
    expect(JSON.parse(readFileSync(join(directory, 'vectors', 'manifest.json'), 'utf8')).tables).toHaveLength(
      2,
    );
  });
});
