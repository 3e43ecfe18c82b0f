import { appendFileSync, createReadStream, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createCorpus } from './lib/corpus.ts';
import { type DaemonUnderTest, daemonOf } from './lib/daemon.ts';
import { load, untilSettled } from './lib/fill.ts';
import { quantile, type Ratio, type Report, type Row, toRow } from './lib/measure.ts';
import { withRecords } from './lib/records.ts';
import { type BenchWorld, makeWorld } from './lib/world.ts';

const defaultEvents = '1000,20000';
/** An agent that begins waits for its brief. */
const targetMs = 50;

/**
 * How long a brief and the next item of the plan take at each size (`--events 1000,1000000`, default 1,000 and 20,000), each
 * time after another event was appended, so that nothing is answered from what was answered before; then the same brief
 * again; and how long a killed daemon takes to answer with the snapshot of its folds, and without any. Events are those of
 * bench/lib/corpus.ts, of which one in fifty is a write of a record (bench/lib/records.ts). The peer reads the same events as
 * JSON lines and folds them naively, each time from the beginning: what one does without a store.
 */
export async function benchBrief(rounds: number): Promise<Report> {
  const sizes = (process.env.HIVEMIND_BENCH_EVENTS ?? defaultEvents).split(',').map(Number);
  const world = makeWorld();
  try {
    const bench = { world, daemon: daemonOf(world, 'bench'), file: join(world.dir, 'events.jsonl') };
    const next = withRecords(createCorpus());
    const rows: Row[] = [];
    let sent = 0;
    for (const size of sizes) {
      await load(bench.daemon, next, size - sent, (lines) =>
        appendFileSync(bench.file, `${lines.join('\n')}\n`),
      );
      sent = size;
      await untilSettled(bench.daemon);
      rows.push(...(await measure(bench, next, size, rounds)));
      process.stderr.write(`${JSON.stringify(rows.slice(-6))}\n`);
    }
    return { bench: 'brief', rows, ratios: ratiosOf(rows, sizes) };
  } finally {
    world.remove();
  }
}

interface Bench {
  world: BenchWorld;
  daemon: DaemonUnderTest;
  file: string;
}

async function measure(bench: Bench, next: () => string, size: number, rounds: number): Promise<Row[]> {
  const { daemon, file } = bench;
  const times = { brief: [] as number[], again: [] as number[], plan: [] as number[], peer: [] as number[] };
  const plan = await planOperation(daemon);
  const ask = { workspace: 'bench', agent: 'codex' };
  for (let round = -2; round < rounds; round += 1) {
    await daemon.upload([next()]);
    const brief = await timed(() => daemon.call('brief.show', ask));
    const again = await timed(() => daemon.call('brief.show', ask));
    const item = await timed(() => daemon.call(plan, { workspace: 'bench' }));
    // The first two warm what is read once.
    if (round < 0) continue;
    times.brief.push(brief);
    times.again.push(again);
    times.plan.push(item);
    if (round < Math.max(3, rounds / 10)) times.peer.push(await timed(() => foldNaively(file)));
  }
  return [
    row(`brief @${size}`, times.brief),
    row(`brief again @${size}`, times.again),
    row(`${plan} @${size}`, times.plan),
    row(`scan of JSON lines @${size}`, times.peer),
    row(`reopen with snapshot @${size}`, await reopen(bench, { isCold: false })),
    row(`reopen, all folded anew @${size}`, await reopen(bench, { isCold: true })),
  ];
}

const row = (name: string, times: readonly number[]): Row => ({
  ...toRow(name, times),
  p95:
    Math.round(
      quantile(
        [...times].sort((a, b) => a - b),
        0.95,
      ) * 100,
    ) / 100,
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The plan as a whole, where the daemon does not say what is next. */
async function planOperation(daemon: DaemonUnderTest): Promise<string> {
  return daemon.call('plan.next', { workspace: 'bench' }).then(
    () => 'plan.next',
    () => 'plan.show',
  );
}

/** From the start of a new process, after a kill, to its first answer about the workspace. */
async function reopen({ world, daemon }: Bench, { isCold }: { isCold: boolean }): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await untilSettled(daemon);
    process.kill(await daemon.pid(), 'SIGKILL');
    if (isCold) rmSync(snapshotOf(world), { recursive: true, force: true });
    world.hivemind('daemon', 'start');
    times.push(await timed(() => daemon.call('plan.show', { workspace: 'bench', state: 'doing' })));
  }
  return times;
}

function snapshotOf({ dir }: BenchWorld): string {
  const data = join(dir, '.hivemind', 'data');
  return join(data, readdirSync(data).find((name) => name.startsWith('ws_')) ?? '', 'snapshot');
}

interface Line {
  type: string;
  paths: string[];
  status: string;
  body: { key?: string; set?: Record<string, unknown> };
}

/** The last write of each record, the last edits and failures: what a brief is made of, from all lines. */
async function foldNaively(file: string): Promise<number> {
  const records = new Map<string, Record<string, unknown>>();
  let recent: Line[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const event = JSON.parse(line) as Line;
    const { key, set } = event.body;
    if (key !== undefined && set !== undefined) records.set(key, { ...records.get(key), ...set });
    if (event.type === 'file.edited' || event.status !== 'ok') recent.push(event);
    if (recent.length > 2000) recent = recent.slice(-1000);
  }
  return records.size + recent.length;
}

function ratiosOf(rows: readonly Row[], sizes: readonly number[]): Ratio[] {
  const find = (name: string): Row | undefined => rows.find((one) => one.name === name);
  const ratioOf = (name: string, value: number, target: number): Ratio => ({
    name,
    value: Math.round(value * 1000) / 1000,
    target,
    ok: value <= target,
  });
  return sizes.flatMap((size) => {
    const brief = find(`brief @${size}`);
    const peer = find(`scan of JSON lines @${size}`);
    if (brief === undefined || peer === undefined) return [];
    return [
      ratioOf(`brief p95 over ${targetMs} ms @${size}`, (brief.p95 ?? Number.NaN) / targetMs, 1),
      ratioOf(`brief over a scan @${size}`, brief.p50 / peer.p50, 1),
    ];
  });
}
