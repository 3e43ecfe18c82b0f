import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedServer } from '../test/world/embed-server.ts';
import { createCorpus } from './lib/corpus.ts';
import { type DaemonUnderTest, daemonOf, residentMb } from './lib/daemon.ts';
import { load, untilSettled } from './lib/fill.ts';
import { median, quantile, type Ratio, type Report, type Row, shuffle } from './lib/measure.ts';
import { type MemoryServer, startMemoryServer, writeMemory } from './lib/recall/memory-server.ts';
import { makeQueries, type Query } from './lib/recall/queries.ts';
import { createSqlitePeer, type SqlitePeer } from './lib/recall/sqlite-peer.ts';
import { type BenchWorld, makeWorld } from './lib/world.ts';

const workspace = 'bench';
/** Of each kind; each is asked once a stage after the first few, which warm up. */
const queriesOfKind = 60;
const warmUp = 12;
/** Rows outside of sealed tables while it is measured. */
const unsealed = { least: 2_000, most: 4_000, table: 8_192 };
/** Above it the memory server's file is larger than a string of Node may be. */
const memoryServerEvents = 100_000;
/** Seconds a query at the most: it reads its whole file for each. */
const memoryServerQueries = 12;
/** Above it the vectors alone take 1.5 GB. */
const vectorEvents = 100_000;

interface Bench {
  world: BenchWorld;
  daemon: DaemonUnderTest;
  next: () => string;
  plain: SqlitePeer;
  vectors: SqlitePeer;
  sent: number;
}

type Times = Map<string, number[]>;

interface Stage {
  events: number;
  unsealed: number;
  times: Times;
  residentMb: number;
}

/**
 * Latency of `recall.search` through the socket at 10,000, 100,000 and (as `--rounds` 3 or more) a million events, 2,000
 * to 4,000 of them outside of the indexes, beside the same texts in SQLite FTS5 (in this process, any of the words, the
 * best 20 with snippets), FTS5 with sqlite-vec, and the MCP reference memory server over stdio. Queries are interleaved
 * with those of the peers and asked once each.
 */
export async function benchRecallSpeed(rounds: number): Promise<Report> {
  const sizes = [10_000, 100_000, 1_000_000].slice(0, Math.max(1, Math.min(3, rounds)));
  const world = makeWorld();
  const bench: Bench = {
    world,
    daemon: daemonOf(world, workspace),
    next: createCorpus(),
    plain: createSqlitePeer(join(world.dir, 'fts5.db'), false),
    vectors: createSqlitePeer(join(world.dir, 'vectors.db'), true),
    sent: 0,
  };
  try {
    const stages: Stage[] = [];
    for (const size of sizes) {
      stages.push(await runStage(bench, size));
      for (const row of rowsOf(stages.slice(-1))) process.stderr.write(`${JSON.stringify(row)}\n`);
    }
    return { bench: 'recall-speed', rows: rowsOf(stages), ratios: stages.flatMap(ratiosOf) };
  } finally {
    bench.plain.close();
    bench.vectors.close();
    world.remove();
    rmSync(world.dir, { recursive: true, force: true });
  }
}

async function runStage(bench: Bench, size: number): Promise<Stage> {
  await fill(bench, size - bench.sent);
  await settle(bench);
  const server = bench.sent <= 1.1 * memoryServerEvents ? await startServer(bench) : null;
  const times: Times = new Map();
  const queries = makeQueries(queriesOfKind);
  for (const query of queries.slice(0, warmUp)) await ask(bench, query, server, new Map());
  let served = 0;
  for (const query of shuffle(queries.slice(warmUp))) {
    const isServed = query.kind === 'keywords' && served < memoryServerQueries;
    if (isServed) served += 1;
    await ask(bench, query, isServed ? server : null, times);
  }
  server?.close();
  if (bench.sent <= 1.1 * vectorEvents) await askByMeaning(bench, times);
  return {
    events: bench.sent,
    unsealed: await unsealedOf(bench.daemon),
    times,
    residentMb: residentMb(await bench.daemon.pid()),
  };
}

async function fill(bench: Bench, count: number): Promise<void> {
  await load(bench.daemon, bench.next, count, (lines) => {
    bench.plain.add(lines);
    if (bench.sent < vectorEvents) bench.vectors.add(lines);
    bench.sent += lines.length;
  });
}

/** Brings the rows outside of sealed tables to a number between the two. */
async function settle(bench: Bench): Promise<void> {
  for (;;) {
    await untilSettled(bench.daemon);
    const rows = await unsealedOf(bench.daemon);
    if (rows >= unsealed.least && rows <= unsealed.most) return;
    await fill(bench, rows < unsealed.least ? unsealed.least + 200 - rows : unsealed.table + 100 - rows);
  }
}

const unsealedOf = async (daemon: DaemonUnderTest): Promise<number> =>
  (await daemon.call<{ unindexed: number }>('recall.search', { workspace, query: 'warm' })).unindexed;

async function startServer({ world, sent }: Bench): Promise<MemoryServer> {
  const path = join(world.dir, 'memory.jsonl');
  const next = createCorpus();
  function* lines(): Generator<string> {
    for (let at = 0; at < sent; at += 1) yield next();
  }
  await writeMemory(path, lines());
  return startMemoryServer(path);
}

const everywhere = (query: Query): string[] => query.text.match(/[\p{L}\p{N}_]+/gu) ?? [];

/** Everybody answers the one query, in a new order each time. */
async function ask(bench: Bench, query: Query, server: MemoryServer | null, times: Times): Promise<void> {
  const { daemon, plain } = bench;
  const words = everywhere(query);
  const subjects: [name: string, run: () => unknown][] = [
    [`ours, ${query.kind}`, () => daemon.call('recall.search', { workspace, query: query.text })],
    [`FTS5, ${query.kind}`, () => plain.search(words)],
  ];
  if (query.kind === 'keywords')
    subjects.push([
      'ours, keywords with filters',
      () =>
        daemon.call('recall.search', { workspace, query: query.text, path: 'src/part-1*', outcome: 'ok' }),
    ]);
  if (server !== null) subjects.push(['server-memory, keywords', () => server.search(query.text)]);
  await timeAll(subjects, times);
}

async function timeAll(subjects: readonly [name: string, run: () => unknown][], times: Times): Promise<void> {
  for (const [name, run] of shuffle(subjects)) {
    const started = performance.now();
    await run();
    const list = times.get(name) ?? [];
    times.set(name, [...list, performance.now() - started]);
  }
}

interface EmbedderState {
  workspaces: { waiting: number; embedded: number; error: string | null }[];
}

/** The same by words and 384-d vectors, once every event has one; they come from a process beside this one, within a millisecond. */
async function askByMeaning(bench: Bench, times: Times): Promise<void> {
  const { daemon, vectors } = bench;
  const server = await startEmbedServer();
  try {
    await server.behave({ dims: 384 });
    await daemon.call('embedder.set', { provider: 'openai', url: `${server.url}/v1`, model: 'test-embed' });
    for (let waiting = 1; waiting > 0; ) {
      await sleep(500);
      const state = await daemon.call<EmbedderState>('embedder.status', {});
      waiting = state.workspaces.reduce((sum, one) => sum + one.waiting, 0);
    }
    await untilSettled(daemon);
    const queries = makeQueries(2 * queriesOfKind).slice(-3 * queriesOfKind);
    const ask = (query: Query, into: Times): Promise<void> =>
      timeAll(
        [
          [
            `ours with vectors, ${query.kind}`,
            () => daemon.call('recall.search', { workspace, query: query.text }),
          ],
          [`FTS5 + sqlite-vec, ${query.kind}`, () => vectors.searchBoth?.(everywhere(query))],
        ],
        into,
      );
    for (const query of queries.slice(0, warmUp)) await ask(query, new Map());
    for (const query of shuffle(queries.slice(warmUp))) await ask(query, times);
    await daemon.call('embedder.set', { provider: 'none' });
  } finally {
    await server.stop();
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

const p95 = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.95,
  );

const rowsOf = (stages: readonly Stage[]): Row[] =>
  stages.flatMap(({ events, times, unsealed: outside }) =>
    [...times]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, list]) => ({
        name: `${events} (${outside} unsealed): ${name}`,
        unit: 'ms' as const,
        n: list.length,
        p50: round(median(list)),
        p95: round(p95(list)),
        p99: round(
          quantile(
            [...list].sort((a, b) => a - b),
            0.99,
          ),
        ),
      })),
  );

function ratiosOf({ events, times, residentMb: resident }: Stage): Ratio[] {
  const most = (name: string, value: number, target: number): Ratio => ({
    name: `${events}: ${name}`,
    value: round(value),
    target,
    ok: value <= target,
  });
  const of = (name: string): number[] => times.get(name) ?? [];
  const all = (start: string): number[] =>
    [...times].filter(([name]) => name.startsWith(start)).flatMap(([, list]) => list);
  const keywords = median(of('ours, keywords'));
  const ratios = [
    most('recall_p95_ms', p95(all('ours, ')), events > 500_000 ? 100 : 50),
    most('keywords_over_fts5', keywords / median(of('FTS5, keywords')), 3),
    most('resident_mb', resident, 500),
  ];
  const meant = all('ours with vectors');
  if (meant.length > 0) {
    ratios.push(most('with_vectors_p95_ms', p95(meant), 50));
    ratios.push(
      most('with_vectors_over_fts5_and_sqlite_vec', median(meant) / median(all('FTS5 + sqlite-vec')), 1),
    );
  }
  const served = of('server-memory, keywords');
  return served.length === 0
    ? ratios
    : [...ratios, most('keywords_over_server_memory', keywords / median(served), 0.03)];
}
