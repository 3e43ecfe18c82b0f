import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PeerServer, startPostgres, startRedis } from './lib/ingest/servers.ts';
import type { Measured, Order, Places } from './lib/ingest/system.ts';
import { median, type Ratio, type Report, type Row, shuffle } from './lib/measure.ts';
import { processorSeconds, untilIdle } from './lib/processor.ts';
import { type BenchWorld, makeWorld } from './lib/world.ts';

/** Every system with every number of writers that it is measured with. */
const cells: Order[] = [
  ...[1, 8, 64, 256].flatMap((writers) =>
    ['hivemind', 'hivemind_stream', 'postgres', 'redis'].map((system) => ({
      system,
      writers,
      durationMs: 350,
    })),
  ),
  ...[8, 64, 256].map((writers) => ({ system: 'sqlite_group', writers, durationMs: 350 })),
  { system: 'sqlite_each', writers: 1, durationMs: 350 },
  { system: 'fdatasync', writers: 1, durationMs: 350 },
  { system: 'lancedb_add', writers: 8, durationMs: 700 },
  { system: 'hivemind_ndjson', writers: 2, durationMs: 700 },
  { system: 'sqlite_batch', writers: 1, durationMs: 700 },
];

/** What is run before the first round: a daemon lives for hours, and its code is compiled within the first seconds. */
const warmUp: Order[] = ['hivemind', 'hivemind_stream', 'hivemind_ndjson', 'postgres', 'redis'].map(
  (system) => ({
    system,
    writers: 8,
    durationMs: 2_000,
  }),
);

const nameOf = ({ system, writers }: Order): string => `${system}_${writers}`;

/** What is compared: our cell, the peer's, by which figure, and the floor and goal of it. */
const comparisons: {
  ours: string;
  peer: string;
  by: 'p50' | 'rate';
  floor?: number;
  target: number;
}[] = [
  { ours: 'hivemind_1', peer: 'postgres_1', by: 'p50', floor: 2, target: 1.1 },
  { ours: 'hivemind_1', peer: 'fdatasync_1', by: 'p50', target: 2.5 },
  { ours: 'hivemind_64', peer: 'postgres_64', by: 'rate', floor: 1.5, target: 2.5 },
  { ours: 'hivemind_64', peer: 'redis_64', by: 'rate', floor: 0.5, target: 1 },
  { ours: 'hivemind_256', peer: 'postgres_256', by: 'rate', floor: 2, target: 3.5 },
  { ours: 'hivemind_256', peer: 'redis_256', by: 'rate', floor: 0.7, target: 1.3 },
  { ours: 'hivemind_stream_64', peer: 'postgres_64', by: 'rate', floor: 1.5, target: 2.5 },
  { ours: 'hivemind_stream_64', peer: 'redis_64', by: 'rate', floor: 0.5, target: 1 },
  { ours: 'hivemind_stream_256', peer: 'postgres_256', by: 'rate', floor: 2, target: 3.5 },
  { ours: 'hivemind_stream_256', peer: 'redis_256', by: 'rate', floor: 0.7, target: 1.3 },
  { ours: 'hivemind_ndjson_2', peer: 'sqlite_batch_1', by: 'rate', floor: 0.3, target: 0.7 },
  { ours: 'hivemind_8', peer: 'lancedb_add_8', by: 'rate', floor: 50, target: 100 },
];

type Figures = Measured & { rate: number; serverMicros: number };

/**
 * Acknowledged events a second, and the time to one acknowledgement, of the daemon as it is built (its flusher and
 * upkeep running) and of its peers, all spoken to by one client process. Every round measures every cell in a new
 * order; ratios are taken within a round. Losses are counted after the daemon was killed and has recovered.
 */
export async function benchIngest(rounds: number): Promise<Report> {
  const world = makeWorld();
  const scratch = mkdtempSync(join(tmpdir(), 'hmb-peers-'));
  const running = new Map<string, PeerServer>();
  let client: ChildProcess | null = null;
  try {
    const servers = await startPeers(scratch, running);
    client = startClient({ ...servers.places, hivemind: world.socket, scratch });
    const before = eventsIn(world);
    const daemon = pidOf(world);
    const serverOf = (system: string): number | undefined =>
      system.startsWith('hivemind') ? daemon : running.get(system)?.pid;
    const warm = await measureCells(client, warmUp, servers.has, serverOf);
    const perRound: Map<string, Figures>[] = [];
    for (let done = 0; done < rounds; done += 1) {
      perRound.push(await measureCells(client, shuffle(cells), servers.has, serverOf));
      process.stderr.write(`round ${done + 1}/${rounds}\n`);
    }
    process.kill(daemon, 'SIGKILL');
    const acked = sumOf([warm, ...perRound], (name) => name.startsWith('hivemind'));
    const lost = before + acked - eventsIn(world);
    process.stderr.write(`${acked} events acknowledged, ${lost} lost after kill -9\n`);
    return {
      bench: 'ingest',
      rows: cells.filter(({ system }) => servers.has(system)).map((cell) => rowOf(nameOf(cell), perRound)),
      ratios: [
        ...comparisons
          .filter(({ peer }) => perRound[0]?.has(peer))
          .map((comparison) => compare(comparison, perRound)),
        { name: `lost_of_${acked}`, value: lost, target: 0, ok: lost === 0 },
      ],
    };
  } finally {
    client?.disconnect();
    for (const server of running.values()) await server.stop();
    world.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Starts the peers that this machine has; says which it has not. */
async function startPeers(
  scratch: string,
  running: Map<string, PeerServer>,
): Promise<{ places: Pick<Places, 'postgres' | 'redis'>; has(system: string): boolean }> {
  const binaries = postgresBinaries();
  if (binaries !== null)
    running.set('postgres', await startPostgres(mkdtempSync(join(tmpdir(), 'hmb-pg-')), binaries));
  if (isInstalled('redis-server')) running.set('redis', await startRedis(join(scratch, 'redis')));
  const missing = ['postgres', 'redis'].filter((name) => !running.has(name));
  if (missing.length > 0) process.stderr.write(`not installed, left out: ${missing.join(', ')}\n`);
  const place = (name: string): string => running.get(name)?.place ?? '';
  return {
    places: { postgres: place('postgres'), redis: place('redis') },
    has: (system) => !missing.includes(system),
  };
}

/** The newest PostgreSQL in Debian's place. */
function postgresBinaries(): string | null {
  const root = '/usr/lib/postgresql';
  const newest = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  return newest === undefined ? null : join(root, newest, 'bin');
}

const isInstalled = (program: string): boolean =>
  (process.env.PATH ?? '').split(':').some((directory) => existsSync(join(directory, program)));

function startClient(places: Places): ChildProcess {
  mkdirSync(places.scratch, { recursive: true });
  const script = fileURLToPath(new URL('./lib/ingest/client.ts', import.meta.url));
  return fork(script, [JSON.stringify(places)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

async function measureCells(
  client: ChildProcess,
  orders: readonly Order[],
  has: (system: string) => boolean,
  serverOf: (system: string) => number | undefined,
): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  for (const cell of orders.filter(({ system }) => has(system))) {
    const server = serverOf(cell.system);
    const before = server === undefined ? 0 : processorSeconds(server);
    const measured = await ask(client, cell);
    // What a server still has to do for its own events is its cost, and must not slow down the peer that comes next.
    if (server !== undefined) await untilIdle(server);
    const seconds = server === undefined ? 0 : processorSeconds(server) - before;
    figures.set(nameOf(cell), {
      ...measured,
      rate: measured.acked / measured.seconds,
      serverMicros: (seconds * 1e6) / measured.acked,
    });
  }
  return figures;
}

function ask(client: ChildProcess, order: Order): Promise<Measured> {
  return new Promise((resolve, reject) => {
    client.once('message', ({ measured, error }: { measured?: Measured; error?: string }) =>
      measured === undefined ? reject(new Error(`${nameOf(order)}: ${error}`)) : resolve(measured),
    );
    client.send(order);
  });
}

const pidOf = (world: BenchWorld): number =>
  (JSON.parse(world.hivemind('daemon', 'status', '--json')) as { pid: number }).pid;

const eventsIn = (world: BenchWorld): number =>
  (JSON.parse(world.hivemind('status', '--json')) as { events: number }).events;

const sumOf = (perRound: readonly Map<string, Figures>[], wanted: (name: string) => boolean): number =>
  perRound.reduce(
    (sum, figures) =>
      sum + [...figures].reduce((inner, [name, { acked }]) => inner + (wanted(name) ? acked : 0), 0),
    0,
  );

const round = (value: number): number => Math.round(value * 100) / 100;

function rowOf(name: string, perRound: readonly Map<string, Figures>[]): Row {
  const of = (figure: keyof Figures): number =>
    median(perRound.map((figures) => figures.get(name)?.[figure] ?? Number.NaN));
  return {
    name,
    unit: 'ms',
    n: perRound.length,
    p50: round(of('p50')),
    p99: round(of('p99')),
    perSecond: Math.round(of('rate')),
    clientMicros: Math.round(of('clientMicros')),
    serverMicros: Math.round(of('serverMicros')),
  };
}

function compare(
  { ours, peer, by, floor, target }: (typeof comparisons)[number],
  perRound: readonly Map<string, Figures>[],
): Ratio {
  const each = perRound.map(
    (figures) => (figures.get(ours)?.[by] ?? Number.NaN) / (figures.get(peer)?.[by] ?? Number.NaN),
  );
  const value = round(median(each));
  const ok = by === 'p50' ? value <= target : value >= target;
  return {
    name: `${ours}_${by}_over_${peer}`,
    value,
    target,
    ...(floor === undefined ? {} : { floor }),
    ok,
  };
}
