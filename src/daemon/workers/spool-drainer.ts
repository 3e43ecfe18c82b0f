import { mkdir, open as openFile, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { watch } from 'chokidar';
import { AppError } from '../../schema/app-error.ts';
import type { Capture } from '../capture.ts';
import type { Log } from '../log.ts';

/** `<ms>.<agent>.<event>.<nonce>.hook`: a payload that the shim could not hand over. */
const finished = /^(\d{1,16})\.([\w-]{1,100})\.([\w-]{1,100})\.([\w-]{1,100})\.hook$/;
/** `in.<agent>.<event>.<pid>[.n].part`: the shim was killed before it could name it. */
const unfinished = /^in\.([\w-]{1,100})\.([\w-]{1,100})\.[\d.]+\.part$/;
/** A payload still being written is younger than this. */
const settledMs = 30_000;
/** The shim needs a moment to delete what it has just delivered. */
const graceMs = 2_000;
const unplacedLimit = 100;
/** What `capture.hook` takes as the name of a branch. */
const longestName = 300;
/** Of a larger payload its head and tail are read. */
const payloadLimitBytes = 16 * 1024 * 1024;

export interface SpoolDrainer {
  waiting(): Promise<number>;
  /** Takes in what is there now; returns how many payloads. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

/** Takes in the payloads that hooks left while the daemon was away, and watches for more. */
export function createSpoolDrainer(directory: string, capture: Capture, log: Log): SpoolDrainer {
  const closing = new AbortController();
  const failures = new Map<string, number>();
  let running: Promise<number> | null = null;

  const drain = (): Promise<number> => {
    running ??= drainAll({ directory, capture, log, signal: closing.signal, failures })
      .then(({ taken, young }) => {
        if (young > 0) setTimeout(trigger, graceMs).unref();
        return taken;
      })
      .finally(() => {
        running = null;
      });
    return running;
  };
  const trigger = (): void => {
    if (closing.signal.aborted) return;
    drain().catch((error) => log.error('draining the spool failed', error));
  };
  const watcher = watch(directory, { ignoreInitial: true, depth: 0 })
    .on('add', () => setTimeout(trigger, graceMs + 100).unref())
    .on('error', (error) => log.error('watching the spool failed; it is looked at now and then', error));
  const timer = setInterval(trigger, settledMs).unref();

  return {
    waiting: async () =>
      (await readdir(directory, { withFileTypes: true })).filter(
        (entry) => entry.isFile() && (finished.test(entry.name) || unfinished.test(entry.name)),
      ).length,
    drain,
    close: async () => {
      closing.abort();
      clearInterval(timer);
      await watcher.close();
      await running?.catch(() => undefined);
    },
  };
}

interface Draining {
  directory: string;
  capture: Capture;
  log: Log;
  signal: AbortSignal;
  /** How often a payload has failed by a bug of ours. */
  failures: Map<string, number>;
}

async function drainAll(parts: Draining): Promise<{ taken: number; young: number }> {
  const { directory, log, signal } = parts;
  const count = { taken: 0, young: 0, left: 0 };
  // Names begin with the time, so that payloads of a session come in their order.
  for (const name of (await readdir(directory)).sort()) {
    if (signal.aborted) break;
    const outcome = await drainOne(parts, name);
    if (outcome === 'not ready') break;
    if (outcome !== 'none') count[outcome] += 1;
  }
  if (count.taken + count.left > 0) log.info('drained the spool', { taken: count.taken, left: count.left });
  return count;
}

/** Errors that pass by themselves: the payload waits for the next round, and so do those behind it. */
const passing = new Set(['RESOURCE_EXHAUSTED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'ABORTED']);
/** Errors that the payload itself is guilty of: the same again whenever it is tried. */
const poisonous = new Set(['NOT_FOUND', 'INVALID_ARGUMENT']);
/** A bug of ours may lie in the payload or in the moment: so often it is tried. */
const mostTries = 3;

async function drainOne(
  { directory, capture, log, failures }: Draining,
  name: string,
): Promise<'taken' | 'young' | 'left' | 'none' | 'not ready'> {
  const path = join(directory, name);
  try {
    const input = await spooledInput(path, name);
    if (input === null) return 'none';
    if (input === 'young') return 'young';
    const { placed } = await capture.hook(input);
    await (placed ? unlink(path) : setAside(directory, name));
    await rm(branchPath(path), { force: true });
    return 'taken';
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    const tries = (failures.get(name) ?? 0) + 1;
    failures.set(name, tries);
    log.error('a spooled payload could not be taken in', error, { name, code, tries });
    if (passing.has(code)) return 'not ready';
    const isPoison = poisonous.has(code) || (code === 'INTERNAL' && tries >= mostTries);
    if (!isPoison || isUnreadable(error)) return 'left';
    failures.delete(name);
    await keepRefused(directory, name).catch((cause) =>
      log.error('nor could it be set aside', cause, { name }),
    );
    return 'taken';
  }
}

/** Its file cannot be read or taken away: that may be mended, and to move it would fail as well. */
const isUnreadable = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall !== undefined;

/** What capture cannot take in at all is kept for a person (or a later version), out of the way of the others. */
async function keepRefused(directory: string, name: string): Promise<void> {
  const aside = join(directory, 'refused');
  await mkdir(aside, { recursive: true, mode: 0o700 });
  await rename(join(directory, name), join(aside, name));
}

/** A payload that belongs nowhere is kept for a person to look at; of those the latest 100. */
async function setAside(directory: string, name: string): Promise<void> {
  const aside = join(directory, 'unplaced');
  await mkdir(aside, { recursive: true, mode: 0o700 });
  await rename(join(directory, name), join(aside, name));
  const names = (await readdir(aside)).sort();
  for (const old of names.slice(0, -unplacedLimit)) await unlink(join(aside, old));
}

type SpooledInput = Parameters<Capture['hook']>[0];

/** The payload of a spool file; null for a file of others, 'young' for one that its shim may still be busy with. */
async function spooledInput(path: string, name: string): Promise<SpooledInput | null | 'young'> {
  const whole = finished.exec(name);
  const part = unfinished.exec(name);
  if (whole === null && part === null) return null;
  const info = await stat(path);
  if (!info.isFile()) return null;
  // A file from the future (the clock went back) is as settled as it will ever be.
  const age = Date.now() - info.mtimeMs;
  if (age >= 0 && age < (whole === null ? settledMs : graceMs)) return 'young';
  if (whole !== null) {
    const [, name = '0', agent = '', event = '', delivery = ''] = whole;
    const at = Number(name) <= Date.now() ? Number(name) : Math.floor(info.mtimeMs);
    const branch = await readBranch(path);
    return { agent, event, delivery, at, ...branch, ...(await readPayload(path, info.size)) };
  }
  const [, agent = '', event = ''] = part ?? [];
  return { agent, event, at: Math.floor(info.mtimeMs), ...(await readPayload(path, info.size)) };
}

/** Where the shim says for which branch a payload is. */
const branchPath = (path: string): string => path.replace(/\.hook$/, '.branch');

async function readBranch(path: string): Promise<{ branch?: string }> {
  const said = await readFile(branchPath(path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return said === '' ? {} : { branch: said.slice(0, longestName) };
}

async function readPayload(path: string, size: number): Promise<{ payload: string; bytes?: number }> {
  const handle = await openFile(path, 'r');
  try {
    if (size <= payloadLimitBytes) return { payload: (await handle.readFile()).toString('utf8') };
    const half = payloadLimitBytes / 2;
    const [head, tail] = [Buffer.alloc(half), Buffer.alloc(half)];
    await handle.read(head, 0, half, 0);
    await handle.read(tail, 0, half, size - half);
    return { payload: head.toString('utf8') + tail.toString('utf8'), bytes: size };
  } finally {
    await handle.close();
  }
}
