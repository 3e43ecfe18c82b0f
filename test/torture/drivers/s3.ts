import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type FaultProxy, seeded, startFaultProxy } from '../../world/fault-proxy.ts';
import { createRandom, type Random } from '../../world/random.ts';
import { type S3, startS3 } from '../../world/s3.ts';
import { must } from '../ask.ts';
import { check, fail, heal, record } from '../check.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { settle, startLoad, workspace } from '../load.ts';
import {
  type Driver,
  type DriverOptions,
  emptyReport,
  isGood,
  type Report,
  skippedReport,
} from '../report.ts';
import { messageOf } from '../tools.ts';
import { conclude, isAlive, makeWorld, type World } from '../world.ts';

/** One daemon on a bucket, and everything that a bucket and the way to it can do; kill -9 now and then. */
export const s3: Driver = {
  name: 's3',
  summary: 'a bucket that is cut off, throttles, answers late, half or never; kill -9 now and then',
  rounds: 60,
  run: runS3,
};

/** A workspace lives through so many rounds before the next begins with none. */
const roundsOfStore = 6;

const everyFault: readonly Fault[] = [
  { kind: 'cut' },
  { kind: 'slow-down' },
  { kind: 'latency', delayMs: 300 },
  { kind: 'latency', delayMs: 3_000 },
  { kind: 'reset' },
  { kind: 'drop-response' },
  { kind: 'expired-token' },
];

/** How long a round may take to be in order after everything works again: an attempt under way has to time out first. */
const healMs = 180_000;

interface Scene {
  server: S3;
  line: FaultProxy;
  world: World;
  ledger: Ledger;
  random: Random;
  report: Report;
  /** Events of a round, at the most. */
  events: number;
}

async function runS3({ rounds, seed, log, keep, scale = 1 }: DriverOptions): Promise<Report> {
  const server = await startS3();
  if ('skip' in server) return skippedReport(server.skip);
  const random = createRandom(seed);
  const report = emptyReport();
  try {
    for (let store = 0; report.rounds < rounds && isGood(report); store += 1) {
      const line = await startFaultProxy(server.endpoint);
      const world = makeWorld();
      const ledger = createLedger(`s${seed}n${store}`);
      const scene = { server, line, world, ledger, random, report, events: Math.round(6_000 * scale) };
      await liveThrough(scene, Math.min(rounds, report.rounds + roundsOfStore), `s3-${seed}-${store}`, log);
      report.acked += ledger.acked();
      await conclude(world, report, keep);
      await line.close();
    }
  } finally {
    server.stop();
  }
  return report;
}

async function liveThrough(
  scene: Scene,
  rounds: number,
  prefix: string,
  log: DriverOptions['log'],
): Promise<void> {
  const { server, line, world, ledger, report } = scene;
  try {
    let pid = await begin(scene);
    const store = `s3://${server.bucket}/${prefix}`;
    const input = { name: workspace, bind: false, store, endpoint: line.endpoint };
    await must('workspace.create', world.ask('workspace.create', input));
    while (report.rounds < rounds && isGood(report)) {
      report.rounds += 1;
      pid = await runRound(scene, pid);
      log(`round ${report.rounds}: ${ledger.acked()} acked, ${line.seen.length} requests`);
    }
  } catch (error) {
    report.failures.push(`round ${report.rounds}: ${messageOf(error)}`);
  }
}

/** Starts a daemon with the credentials; the workspace knows its address. */
async function begin({ world, server }: Scene): Promise<number> {
  const { AWS_ENDPOINT_URL_S3: _address, ...credentials } = server.env;
  const pid = await world.start(credentials);
  if (pid === null) throw new Error('the daemon ended at its start');
  return pid;
}

/** Load while the line fails, in one round of three with a crash; then all works again, and everything must be there. */
async function runRound(scene: Scene, pid: number): Promise<number> {
  const { world, line, ledger, random, report, events } = scene;
  const kills = random.chance(0.33);
  const round = `round ${report.rounds}${kills ? ' (kill -9)' : ''}`;
  const chaos = startChaos(line, random.fork());
  const load = startLoad({
    ask: world.ask,
    ledger,
    random: random.fork(),
    lanes: 4,
    events: random.int(events / 4, events),
    bulk: random.pick([0, 0.2, 0.4]),
  });
  let now = pid;
  if (kills) {
    await sleep(random.int(0, 4_000));
    await world.killAll(pid);
    await load.stop();
    // It starts beside a bucket that may be away, and takes what it is given.
    now = await begin(scene);
    fail(report, round, await settle(world.ask, ledger, random));
    const more = startLoad({ ask: world.ask, ledger, random: random.fork(), lanes: 2, events: events / 4 });
    await more.ended;
    fail(report, round, [...more.failures, ...refusals(more.errors)]);
  } else await load.ended;
  fail(report, round, [...load.failures, ...refusals(load.errors)]);
  await sleep(random.int(0, 3_000));
  await chaos();
  if (!isAlive(now)) fail(report, round, ['the daemon has ended by itself']);
  fail(report, round, await heal(world.ask, healMs));
  record(report, round, await check({ ask: world.ask, ledger, random }));
  return now;
}

/** What the bucket does must not show in the answers to appends; too much at once may. */
const refusals = (errors: ReadonlyMap<string, number>): string[] =>
  [...errors].filter(([code]) => code !== 'RESOURCE_EXHAUSTED').map(([code, times]) => `${times} × ${code}`);

/** Phases of one fault, of all of them at once, of nobody there, and of nothing wrong; returns what ends it. */
function startChaos(line: FaultProxy, random: Random): () => Promise<void> {
  let isOver = false;
  const run = async (): Promise<void> => {
    while (!isOver) {
      const kind = random.pick(['one', 'all', 'all', 'away', 'none']);
      const some = kind === 'one' ? [random.pick(everyFault)] : everyFault;
      const rate = random.pick([0.05, 0.2, 0.5, 1]);
      if (kind === 'away') await line.refuse();
      line.setSchedule(kind === 'none' ? null : seeded(random.int(1, 1e9), rate, some));
      await sleep(random.int(200, 2_500));
      if (kind === 'away') await line.listen();
    }
  };
  const running = run();
  return async () => {
    isOver = true;
    await running;
    line.setSchedule(null);
  };
}
