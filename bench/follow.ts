import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { daemonOf } from './lib/daemon.ts';
import { type Report, ratio, toRow } from './lib/measure.ts';
import { processorSeconds, untilIdle } from './lib/processor.ts';
import { type BenchWorld, makeWorld, packageRoot } from './lib/world.ts';

const files = 5_000;
const perFolder = 20;
const waitMs = 10_000;

interface Cost {
  cpuSeconds: number;
  rssMb: number;
}

/**
 * What it costs to follow thousands of transcripts, and how long a line that an agent writes takes until it is an event,
 * beside chokidar alone, which only says that a file has changed.
 */
export async function benchFollow(rounds: number): Promise<Report> {
  const world = makeWorld();
  const transcripts = makeTranscripts(world);
  try {
    const before = await restart(world);
    world.hivemind('connect', 'claude-code');
    const after = await restart(world);
    const watcher = await startWatcher(join(world.dir, '.claude', 'projects'));
    const ours: number[] = [];
    const peers: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const path = transcripts[(round * 97) % transcripts.length] ?? '';
      const seen = watcher.next();
      const startedAt = performance.now();
      const stored = untilStored(world, `call-${round}`, startedAt);
      appendFileSync(path, callLines(world, path, round));
      peers.push((await seen) - startedAt);
      ours.push(await stored);
      await sleep(50);
    }
    watcher.stop();
    const rows = [toRow('line_to_event', ours), toRow('chokidar_change', peers)];
    return {
      bench: 'follow',
      rows,
      ratios: [ratio(rows, 'line_to_event', 'chokidar_change', 5)],
      findings: {
        'daemon that follows nothing': { ...before },
        [`daemon that follows ${files} transcripts`]: { ...after },
      },
    };
  } finally {
    world.remove();
  }
}

function makeTranscripts({ dir, repository }: BenchWorld): string[] {
  return Array.from({ length: files }, (_, index) => {
    const folder = join(dir, '.claude', 'projects', `-repo-${Math.floor(index / perFolder)}`);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `session-${index}.jsonl`);
    const line = { sessionId: `session-${index}`, cwd: repository, type: 'user', uuid: `u-${index}` };
    const message = { role: 'user', content: `question ${index} ${'x'.repeat(2_000)}` };
    writeFileSync(path, `${JSON.stringify({ ...line, message })}\n`);
    return path;
  });
}

/** Starts the daemon and waits until it is at rest. */
async function restart(world: BenchWorld): Promise<Cost> {
  world.hivemind('daemon', 'stop');
  world.hivemind('daemon', 'start');
  const daemon = daemonOf(world, 'bench');
  const pid = await daemon.pid();
  await sleep(2_000);
  await untilIdle(pid);
  const { rssBytes } = await daemon.call<{ rssBytes: number }>('daemon.status', {});
  return { cpuSeconds: Math.round(processorSeconds(pid) * 100) / 100, rssMb: Math.round(rssBytes / 1e6) };
}

function callLines({ repository }: BenchWorld, path: string, round: number): string {
  const sessionId = /session-\d+/.exec(path)?.[0];
  const shared = { sessionId, cwd: repository, timestamp: new Date().toISOString() };
  const call = { type: 'tool_use', id: `call-${round}`, name: 'Bash', input: { command: `step ${round}` } };
  const result = { type: 'tool_result', tool_use_id: `call-${round}`, content: `done ${round}` };
  return [
    {
      ...shared,
      type: 'assistant',
      uuid: `a-${round}`,
      message: { id: `m-${round}`, model: 'm', content: [call] },
    },
    { ...shared, type: 'user', uuid: `r-${round}`, message: { role: 'user', content: [result] } },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/** Milliseconds until the event of a call is the last one; it is asked for every few milliseconds. */
async function untilStored(world: BenchWorld, callId: string, startedAt: number): Promise<number> {
  const daemon = daemonOf(world, 'bench');
  while (performance.now() - startedAt < waitMs) {
    const { events } = await daemon.call<{ events: { body: { callId?: string } }[] }>('session.show', {
      workspace: 'bench',
      limit: 100,
    });
    if (events.some(({ body }) => body.callId === callId)) return performance.now() - startedAt;
    await sleep(2);
  }
  throw new Error(`${callId} was not captured within ${waitMs} ms`);
}

/** Chokidar in a process of its own, which writes a line for each change. */
async function startWatcher(root: string) {
  const script = `
    import { watch } from 'chokidar';
    watch(process.argv[1], { alwaysStat: true })
      .on('change', () => process.stdout.write('change\\n'))
      .on('ready', () => process.stdout.write('ready\\n'));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, root], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const waiting: ((at: number) => void)[] = [];
  child.stdout.on('data', () => {
    for (const tell of waiting.splice(0)) tell(performance.now());
  });
  const next = (): Promise<number> => new Promise((resolve) => waiting.push(resolve));
  await next();
  return { next, stop: () => child.kill() };
}
