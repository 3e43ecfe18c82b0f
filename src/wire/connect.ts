import type { ChildProcess } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../schema/app-error.ts';
import type { LiveNews, LiveQueryInput } from '../schema/live.ts';
import type { Call } from '../schema/operation.ts';
import { type Client, createClient } from './client.ts';
import { type FollowOptions, follow } from './follow.ts';
import { hivemindHome, logPath, packageDir, socketPath, version } from './paths.ts';
import { refuseForeign, unusableHome } from './socket-directory.ts';

export interface Connection {
  call: Call;
  /** What comes into a workspace; the daemon is waited for when it goes away, and not started again. */
  follow(query: LiveQueryInput, options?: FollowOptions): AsyncGenerator<LiveNews, undefined>;
  close(): void;
}

/** Silence after which a daemon that took the connection is said to hang: to tell its state is no work. */
const probeTimeoutMs = 5_000;
/** How long the daemons that we start may go on giving up. */
const startTimeoutMs = 15_000;
/** How long one that is alive may take until it answers: on a busy disk a sync alone can take many seconds. */
const slowStartTimeoutMs = 90_000;
const restartMs = 2_000;
/**
 * glibc (mallopt(3)) keeps what LanceDB has freed in the arenas of its threads; what has 128 KiB or more goes back to the
 * system at once with these. Measured after 60,000 events: 572 instead of 684 MB resident, 349 instead of 464 at rest.
 */
const mallocThresholds = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

/** Connects to this user's daemon and starts it first where none runs; with `start: false` it rejects with UNAVAILABLE instead. */
export async function connect(options: { start?: boolean } = {}): Promise<Connection> {
  const home = hivemindHome();
  const socket = socketPath(home);
  refuseForeign(dirname(socket));
  const client: Connection = Object.assign(createClient(socket, version()), {
    follow: (query: LiveQueryInput, following?: FollowOptions) => follow(socket, version(), query, following),
  });
  const probe = createClient(socket, version(), probeTimeoutMs);
  if (await isAnswering(probe)) {
    if (options.start === false || !isNewer(version(), probe.serverVersion())) return client;
    await replaceOlder(client);
  } else if (options.start === false) {
    throw new AppError('UNAVAILABLE', 'no daemon is running', { hint: 'hivemind daemon start' });
  }
  await startAndWait(probe, home);
  return client;
}

async function isAnswering(probe: Client): Promise<boolean> {
  try {
    await probe.call('daemon.status', {});
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAVAILABLE') return false;
    throw error;
  }
}

/** A daemon that is just stopping still holds the lock, and a new one gives way to it: so another is started now and then. */
async function startAndWait(probe: Client, home: string): Promise<void> {
  const begun = performance.now();
  let nextStart = begun;
  let starting: ChildProcess | null = null;
  let patienceMs = startTimeoutMs;
  for (let waitMs = 15; performance.now() < begun + patienceMs; waitMs = Math.min(waitMs * 1.3, 200)) {
    // While one is still on its way another would only come up later, perhaps after somebody has stopped the first.
    const isOnItsWay = starting !== null && starting.exitCode === null && starting.signalCode === null;
    patienceMs = isOnItsWay ? slowStartTimeoutMs : startTimeoutMs;
    if (!isOnItsWay && performance.now() >= nextStart) {
      starting = startDaemon(home);
      nextStart = performance.now() + restartMs;
    }
    await sleep(waitMs);
    if (await isAnswering(probe)) return;
  }
  throw new AppError('UNAVAILABLE', `the daemon did not start within ${patienceMs / 1000} s`, {
    hint: `hivemind daemon logs (${logPath()})`,
  });
}

/** What a daemon says when it cannot even log; the first file that is written in a home, so that this tells a home of no use. */
function openErrorLog(home: string): number {
  try {
    mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 });
    return openSync(join(home, 'logs', 'daemon.err'), 'a', 0o600);
  } catch (cause) {
    throw unusableHome(home, cause);
  }
}

/** Starts a daemon that outlives us; whoever loses the race for its lock ends by itself. */
function startDaemon(home: string): ChildProcess {
  const log = openErrorLog(home);
  // Loaded only here: a command that finds its daemon running need not wait for it.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(
    process.execPath,
    // With the collector at hand the daemon gives memory back when it rests.
    ['--disable-warning=ExperimentalWarning', '--expose-gc', join(packageDir(), 'bin', 'daemon.js')],
    {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: home,
      env: { ...mallocThresholds, ...process.env, HIVEMIND_HOME: home },
    },
  );
  child.on('error', () => undefined);
  child.unref();
  return child;
}

/** One that is ending may still answer, or be too busy to: it is gone when its process is. */
async function replaceOlder(client: Connection): Promise<void> {
  const older = await client.call('daemon.status', {}).catch(() => null);
  if (older === null) return;
  await client.call('daemon.stop', {}).catch(() => undefined);
  await untilEnded(older.pid);
}

/** Waits, for ten seconds at most, until the process of a daemon that was told to stop is gone: until then it holds its locks. */
export async function untilEnded(pid: number): Promise<void> {
  for (let tries = 0; tries < 500 && isAlive(pid); tries++) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Compares `major.minor.patch`; what cannot be read counts as older. */
function isNewer(ours: string, theirs: string | null): boolean {
  const numbers = (text: string): number[] =>
    text
      .split(/[.+-]/)
      .slice(0, 3)
      .map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(ours), numbers(theirs ?? '0')];
  for (const [index, part] of a.entries()) if (part !== (b[index] ?? 0)) return part > (b[index] ?? 0);
  return false;
}
