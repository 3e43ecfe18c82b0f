import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { createCorpus } from './lib/corpus.ts';
import { bytesBelow, type DaemonUnderTest, daemonOf } from './lib/daemon.ts';
import { median, type Ratio, type Report, type Row, ratio, toRow } from './lib/measure.ts';
import { type BenchWorld, makeWorld } from './lib/world.ts';

const eventCounts = [1_000, 100_000, 1_000_000];
const branchCounts = [1, 256, 10_000];
const roundsEach = 40;
const mergeEvents = 10_000;
const mergeRounds = 5;
const batchEvents = 1_000;
/** Calls at once while branches are made to fill a workspace. */
const atOnce = 64;

const question = 'merge conflict branch';

interface Bench {
  world: BenchWorld;
  daemon: DaemonUnderTest;
  next: () => string;
  rows: Row[];
  ratios: Ratio[];
}

/**
 * What a branch costs through the socket: creating, the first write, the first isolated recall, diff, deleting, and
 * merging 10,000 events, with 1,000, 100,000 and (as `--rounds` 3 or more) a million events and with 1, 256 and 10,000
 * branches; beside LanceDB's own branches and a copy of the directory in the same run.
 */
export async function benchBranch(rounds: number): Promise<Report> {
  const world = makeWorld();
  const bench: Bench = {
    world,
    daemon: daemonOf(world, 'bench'),
    next: createCorpus(),
    rows: [],
    ratios: [],
  };
  try {
    let [events, branches] = [0, 1];
    for (const size of eventCounts.slice(0, Math.max(2, Math.min(3, rounds)))) {
      await load(bench, size - events, 'main');
      events = size;
      // Fewer branches again: what is deleted is not there, as far as anybody can see.
      await deleteAll(bench);
      branches = 1;
      for (const count of branchCounts) {
        await createMany(bench, count - branches);
        branches = count;
        await measure(bench, `${size} events, ${count} branches`);
      }
      await measureMerges(bench, size);
      await measurePeers(bench, size);
    }
    return { bench: 'branch', rows: bench.rows, ratios: bench.ratios };
  } finally {
    world.remove();
    rmSync(world.dir, { recursive: true, force: true });
  }
}

const workspace = 'bench';

async function load({ daemon, next, world }: Bench, count: number, branch: string): Promise<void> {
  const sending = branch === 'main' ? daemon : daemonOf(world, workspace, branch);
  for (let done = 0; done < count; done += batchEvents)
    await sending.upload(Array.from({ length: Math.min(batchEvents, count - done) }, next));
}

let serial = 0;
const freshName = (): string => {
  serial += 1;
  return `bench/${serial}`;
};

async function createMany({ daemon }: Bench, count: number): Promise<void> {
  for (let done = 0; done < count; done += atOnce)
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - done) }, () =>
        daemon.call('branch.create', { workspace, name: freshName() }),
      ),
    );
}

const deleteAll = ({ daemon }: Bench): Promise<unknown> =>
  daemon.call('branch.prune', { workspace, 'older-than': '1m', merged: true }).then(async () => {
    const { branches } = await daemon.call<{ branches: { name: string }[] }>('branch.list', {
      workspace,
      limit: 100_000,
    });
    const names = branches.map(({ name }) => name).filter((name) => name !== 'main');
    for (let done = 0; done < names.length; done += atOnce)
      await Promise.all(
        names.slice(done, done + atOnce).map((name) => daemon.call('branch.delete', { workspace, name })),
      );
  });

/** One event in the journal and the answer: nothing is copied. */
const mostWritten = 16_384;

/** Bytes that a process has handed to write(2), to files and sockets (proc(5)); its children count for themselves. */
const writtenBytes = (pid: number): number =>
  Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);

type Times = Record<'create' | 'write' | 'recall' | 'recallMain' | 'diff' | 'delete', number[]>;

async function measure({ daemon, next, rows, ratios }: Bench, where: string): Promise<void> {
  const times: Times = { create: [], write: [], recall: [], recallMain: [], diff: [], delete: [] };
  const pid = await daemon.pid();
  const written: number[] = [];
  for (let round = 0; round < roundsEach + 2; round += 1) {
    const name = freshName();
    const timed = async (what: keyof Times, work: () => Promise<unknown>): Promise<void> => {
      const started = performance.now();
      await work();
      // The first rounds warm up.
      if (round >= 2) times[what].push(performance.now() - started);
    };
    const before = writtenBytes(pid);
    await timed('create', () => daemon.call('branch.create', { workspace, name }));
    written.push(writtenBytes(pid) - before);
    const draft: unknown = JSON.parse(next());
    await timed('write', () => daemon.call('event.append', { workspace, branch: name, events: [draft] }));
    await timed('recall', () => daemon.call('recall.search', { workspace, branch: name, query: question }));
    await timed('recallMain', () => daemon.call('recall.search', { workspace, query: question }));
    await timed('diff', () => daemon.call('branch.diff', { workspace, name }));
    await timed('delete', () => daemon.call('branch.delete', { workspace, name }));
  }
  for (const [what, ms] of Object.entries(times)) rows.push(toRow(`${what}, ${where}`, ms));
  const create = median(times.create);
  ratios.push(
    { name: `create p50 ms, ${where}`, value: round2(create), target: 20, ok: create <= 20 },
    ratio(rows, `recall, ${where}`, `recallMain, ${where}`, 1.3),
    {
      name: `bytes written by a creation, median, ${where}`,
      value: median(written),
      target: mostWritten,
      ok: median(written) <= mostWritten,
    },
  );
  process.stderr.write(`${JSON.stringify(rows.slice(-6))}\n`);
}

async function measureMerges(bench: Bench, size: number): Promise<void> {
  const { daemon, rows, ratios } = bench;
  const times: number[] = [];
  for (let round = 0; round < mergeRounds; round += 1) {
    const name = freshName();
    await daemon.call('branch.create', { workspace, name });
    await load(bench, mergeEvents, name);
    const started = performance.now();
    const merge = await daemon.call<{ outcome: string; events: number }>('merge.run', { workspace, name });
    times.push(performance.now() - started);
    if (merge.outcome !== 'merged' || merge.events < mergeEvents)
      throw new Error(`merged ${merge.events} of ${mergeEvents} events: ${merge.outcome}`);
  }
  const row = toRow(`merge of ${mergeEvents} events, ${size} events`, times);
  rows.push(row);
  ratios.push({ name: `${row.name}, p50 ms`, value: row.p50, target: 1000, ok: row.p50 <= 1000 });
}

const tablesOf = ({ dir }: BenchWorld): string => {
  const data = join(dir, '.hivemind', 'data');
  return join(data, readdirSync(data).find((name) => name.startsWith('ws_')) ?? '', 'tables');
};

/** On a copy of the tables: LanceDB's own branch of the largest of them, and a copy of the whole directory. */
async function measurePeers({ world, rows }: Bench, size: number): Promise<void> {
  const tables = tablesOf(world);
  const aside = join(world.dir, 'peer');
  const copies: number[] = [];
  for (let done = 0; done < 3; done += 1) {
    rmSync(aside, { recursive: true, force: true });
    const started = performance.now();
    // Upkeep may take away a table meanwhile.
    cpSync(tables, aside, { recursive: true, filter: () => true });
    copies.push(performance.now() - started);
  }
  rows.push(toRow(`copy of the directory, ${size} events`, copies));
  const db = await connect(aside);
  const names = await db.tableNames();
  const largest = names
    .map((name) => ({ name, bytes: bytesBelow(join(aside, `${name}.lance`)) }))
    .sort((a, b) => b.bytes - a.bytes)[0];
  if (largest === undefined) return;
  const table = await db.openTable(largest.name);
  const branches = await table.branches();
  const times: number[] = [];
  for (let done = 0; done < roundsEach; done += 1) {
    const started = performance.now();
    await branches.create(`b${done}`);
    times.push(performance.now() - started);
  }
  rows.push(toRow(`LanceDB branches().create, ${size} events`, times));
  db.close();
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
