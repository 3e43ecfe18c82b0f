import { spawn, spawnSync } from 'node:child_process';

export interface Row {
  name: string;
  unit: 'ms' | 'ms/MB' | 'µs';
  n: number;
  p50: number;
  p95?: number;
  p99: number;
  /** Events a second. */
  perSecond?: number;
  /** Processor time of whoever measures, and of the server with its children, in microseconds for each event. */
  clientMicros?: number;
  serverMicros?: number;
}

export interface Ratio {
  name: string;
  value: number;
  target: number;
  /** Where the target is a goal: what must hold in any case. */
  floor?: number;
  ok: boolean;
}

/** How well a detector finds what it looks for, from 0 to 1. */
export interface Score {
  name: string;
  n: number;
  precision: number;
  recall: number;
  f1: number;
}

/** How well something is found, in percent, with the 95 % interval of the mean over `n` queries. */
export interface Quality {
  name: string;
  n: number;
  value: number;
  low: number;
  high: number;
}

export interface Report {
  bench: string;
  rows: Row[];
  ratios: Ratio[];
  scores?: Score[];
  quality?: Quality[];
  /** What else was found, a line for each. */
  findings?: Record<string, Record<string, string | number>>;
}

/** One thing to time: a command with its input. */
export interface Subject {
  name: string;
  command: string;
  args: string[];
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** Measured until its first output instead of its end; its input stays open till then. */
  untilOutput?: boolean;
  /** Run before each round, outside the measured time. */
  before?: () => void | Promise<void>;
}

const round = (value: number): number => Math.round(value * 100) / 100;

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

export function toRow(name: string, times: readonly number[]): Row {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    name,
    unit: 'ms',
    n: sorted.length,
    p50: round(quantile(sorted, 0.5)),
    p99: round(quantile(sorted, 0.99)),
  };
}

/**
 * Wall time from spawn to the end of the process and of its output, in ms: what an agent waits for. Subjects are
 * interleaved, in a new order each round, so that the noise of a shared machine meets all of them alike.
 */
export async function timeCommands(subjects: readonly Subject[], rounds: number): Promise<Row[]> {
  const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let done = 0; done < rounds + 2; done += 1) {
    for (const subject of shuffle(subjects)) {
      await subject.before?.();
      const ms = await timeOnce(subject);
      // The first two rounds warm the page cache.
      if (done >= 2) times.get(subject.name)?.push(ms);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${done + 1}/${rounds + 2} rounds`);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return subjects.map(({ name }) => toRow(name, times.get(name) ?? []));
}

export function timeOnce({ command, args, input, env, cwd, untilOutput }: Subject): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(env === undefined ? {} : { env }),
      ...(cwd === undefined ? {} : { cwd }),
    });
    child.stdin.on('error', () => undefined);
    if (untilOutput) {
      let answeredMs = Number.NaN;
      child.stdin.write(input ?? '');
      child.stdout.once('data', () => {
        answeredMs = performance.now() - start;
        child.stdin.end();
      });
      child.on('close', () => resolve(answeredMs));
    } else {
      child.stdin.end(input ?? '');
      child.on('close', () => resolve(performance.now() - start));
    }
    child.stdout.resume();
    child.on('error', reject);
  });
}

export const shuffle = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

export function ratio(rows: readonly Row[], ours: string, peer: string, target: number): Ratio {
  const p50 = (name: string): number => rows.find((row) => row.name === name)?.p50 ?? Number.NaN;
  const value = round(p50(ours) / p50(peer));
  return { name: `${ours}_over_${peer}`, value, target, ok: value <= target };
}

export function mustRun(
  command: string,
  args: string[],
  options: { env: Record<string, string>; cwd: string; input?: string },
): string {
  const done = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${done.status}: ${done.stderr}`);
  return done.stdout;
}
