import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { readEvents } from '../src/store/journal/reading.ts';
import { createCorpus } from './lib/corpus.ts';
import { bytesBelow, type DaemonUnderTest, daemonOf, residentMb } from './lib/daemon.ts';
import { load, untilSettled } from './lib/fill.ts';
import { median, quantile, type Ratio, type Report, type Row } from './lib/measure.ts';
import { type BenchWorld, makeWorld } from './lib/world.ts';

/** Without a call for so long the daemon is at rest. */
const restMs = 80_000;

/** What is asked for in the measured searches: words of the corpus, alone and together, rare and common. */
const questions = [
  'journal segment',
  'catalog',
  'error hint',
  'merge conflict branch',
  'socket path',
  'lease',
];

interface Stage {
  events: number;
  /** Events a second of the last part of the way here, at the most 10,000 of them. */
  rate: number;
  /** Processor seconds of upkeep for each 10,000 events, from the stage before to here. */
  upkeepSeconds: number;
  reopenMs: number;
  residentMb: number;
  /** The same after a rest, when the daemon has given back what the load had taken. */
  restedMb: number;
  tableBytes: number;
  journalBytes: number;
  gzipBytes: number;
  searchP95Ms: number;
}

/**
 * Fills a workspace up to 10,000, 100,000 and (as `--rounds` 3 or more) a million events and measures at each stage how
 * fast events are taken, what upkeep costs, how long a killed daemon takes to be back, memory, and the disk that tables
 * and journal take beside the same events as gzip'd JSON lines.
 */
export async function benchScale(rounds: number): Promise<Report> {
  const sizes = [10_000, 100_000, 1_000_000].slice(0, Math.max(2, Math.min(3, rounds)));
  const world = makeWorld();
  try {
    const daemon = daemonOf(world, 'bench');
    const next = createCorpus();
    const stages: Stage[] = [];
    let sent = 0;
    for (const size of sizes) {
      stages.push(await runStage({ world, daemon, next }, sent, size));
      sent = size;
      process.stderr.write(`${JSON.stringify(stages.at(-1))}\n`);
    }
    return reportOf(stages);
  } finally {
    world.remove();
    rmSync(world.dir, { recursive: true, force: true });
  }
}

interface Bench {
  world: BenchWorld;
  daemon: DaemonUnderTest;
  next: () => string;
}

async function runStage(bench: Bench, from: number, to: number): Promise<Stage> {
  const { world, daemon, next } = bench;
  const before = await upkeepSeconds(daemon);
  await load(daemon, next, to - from - 10_000);
  await untilSettled(daemon);
  const started = performance.now();
  await load(daemon, next, Math.min(10_000, to - from));
  const rate = Math.min(10_000, to - from) / ((performance.now() - started) / 1000);
  const searchP95Ms = await searchP95(daemon);
  await untilSettled(daemon);
  const upkeep = ((await upkeepSeconds(daemon)) - before) / ((to - from) / 10_000);
  const pid = await daemon.pid();
  const resident = residentMb(pid);
  await sleep(restMs);
  const rested = residentMb(pid);
  const reopenMs = await reopen(world, daemon);
  const workspace = workspaceDirectory(world);
  return {
    events: to,
    rate,
    upkeepSeconds: upkeep,
    reopenMs,
    residentMb: resident,
    restedMb: rested,
    tableBytes: await liveTableBytes(workspace),
    journalBytes: bytesBelow(join(workspace, 'journal')),
    gzipBytes: await gzipBytes(join(workspace, 'journal')),
    searchP95Ms,
  };
}

/** Processor seconds that the daemon's children have used; all of them do upkeep. */
async function upkeepSeconds(daemon: DaemonUnderTest): Promise<number> {
  const text = readFileSync(`/proc/${await daemon.pid()}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

async function searchP95(daemon: DaemonUnderTest): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    for (const query of questions) {
      const started = performance.now();
      await daemon.call('recall.search', { workspace: 'bench', query });
      if (round > 0) times.push(performance.now() - started);
    }
  }
  return quantile(
    times.sort((a, b) => a - b),
    0.95,
  );
}

/** From the start of a new process, after a kill, to its first answer about the workspace; the median of three. */
async function reopen(world: BenchWorld, daemon: DaemonUnderTest): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    process.kill(await daemon.pid(), 'SIGKILL');
    world.hivemind('daemon', 'start');
    const started = performance.now();
    await daemon.call('workspace.show', { workspace: 'bench' });
    times.push(performance.now() - started);
  }
  return median(times);
}

const workspaceDirectory = ({ dir }: BenchWorld): string => {
  const data = join(dir, '.hivemind', 'data');
  return join(data, readdirSync(data).find((name) => name.startsWith('ws_')) ?? '');
};

/** Without tables that were replaced and wait for their deletion. */
async function liveTableBytes(workspace: string): Promise<number> {
  const catalogs = readdirSync(join(workspace, 'catalog')).filter((name) => name.endsWith('.json'));
  const newest = readFileSync(join(workspace, 'catalog', catalogs.sort().at(-1) ?? ''), 'utf8');
  const names = new Set(/"dropped":\[(.*?)\]/.exec(newest)?.[1]?.match(/events_[0-9a-f]{32}/g) ?? []);
  return readdirSync(join(workspace, 'tables'))
    .filter((name) => newest.includes(name.replace('.lance', '')) && !names.has(name.replace('.lance', '')))
    .reduce((sum, name) => sum + bytesBelow(join(workspace, 'tables', name)), 0);
}

/** What the events take as lines of JSON, as they are stored, through gzip. */
async function gzipBytes(journals: string): Promise<number> {
  const [writer = ''] = readdirSync(journals);
  const reading = {
    directory: join(journals, writer),
    writer,
    lastSeq: () => Number.POSITIVE_INFINITY,
    endOf: () => Number.POSITIVE_INFINITY,
  };
  let bytes = 0;
  const packed = createGzip().on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  for await (const events of readEvents(reading, 1, Number.POSITIVE_INFINITY)) {
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (!packed.write(text)) await once(packed, 'drain');
  }
  packed.end();
  await once(packed, 'end');
  return bytes;
}

const round = (value: number): number => Math.round(value * 100) / 100;

function reportOf(stages: readonly Stage[]): Report {
  const [small, middle] = stages;
  const large = stages.at(-1);
  if (small === undefined || middle === undefined || large === undefined) throw new Error('no stages');
  const most = (name: string, value: number, target: number): Ratio => ({
    name,
    value: round(value),
    target,
    ok: value <= target,
  });
  const share = large.rate / small.rate;
  return {
    bench: 'scale',
    rows: stages.map(
      (stage): Row => ({
        name: `${stage.events} events`,
        unit: 'ms',
        n: 1,
        p50: round(stage.reopenMs),
        p99: round(stage.searchP95Ms),
        perSecond: Math.round(stage.rate),
      }),
    ),
    ratios: [
      most('resident_mb_after_load', large.residentMb, 500),
      most('resident_mb_at_rest', large.restedMb, 500),
      most('tables_over_gzip', large.tableBytes / large.gzipBytes, 2.2),
      most('journal_over_gzip', large.journalBytes / large.gzipBytes, 1.2),
      most('reopen_ms', large.reopenMs, 1000),
      most('upkeep_over_smaller', large.upkeepSeconds / middle.upkeepSeconds, 2),
      { name: 'rate_over_smallest', value: round(share), target: 0.8, ok: share >= 0.8 },
    ],
  };
}
