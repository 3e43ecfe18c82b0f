import { mkdir, open as openFile, readdir, rename, stat, unlink } from 'node:fs/promises';
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
  let running: Promise<number> | null = null;

  const drain = (): Promise<number> => {
    running ??= drainAll(directory, capture, log)
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
    drain().catch((error) => log.error('draining the spool failed', error));
  };
  const watcher = watch(directory, { ignoreInitial: true, depth: 0 }).on('add', () =>
    setTimeout(trigger, graceMs + 100).unref(),
  );
  const timer = setInterval(trigger, settledMs).unref();

  return {
    waiting: async () =>
      (await readdir(directory)).filter((name) => finished.test(name) || unfinished.test(name)).length,
    drain,
    close: async () => {
      clearInterval(timer);
      await watcher.close();
      await running;
    },
  };
}

async function drainAll(
  directory: string,
  capture: Capture,
  log: Log,
): Promise<{ taken: number; young: number }> {
  let taken = 0;
  let young = 0;
  // Names begin with the time, so that payloads of a session come in their order.
  for (const name of (await readdir(directory)).sort()) {
    const path = join(directory, name);
    const input = await spooledInput(path, name).catch(() => null);
    if (input === 'young') young += 1;
    if (input === null || input === 'young') continue;
    const { placed } = await capture.hook(input).catch((error) => {
      if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error;
      log.error('a spooled payload is of an agent that nobody knows', error, { name });
      return { placed: false };
    });
    await (placed ? unlink(path) : setAside(directory, name)).catch(() => undefined);
    taken += 1;
  }
  if (taken > 0) log.info('drained the spool', { taken });
  return { taken, young };
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
  const age = Date.now() - info.mtimeMs;
  if (age < (whole === null ? settledMs : graceMs)) return 'young';
  if (whole !== null) {
    const [, at = '0', agent = '', event = '', delivery = ''] = whole;
    return { agent, event, delivery, at: Number(at), ...(await readPayload(path, info.size)) };
  }
  const [, agent = '', event = ''] = part ?? [];
  return { agent, event, at: Math.floor(info.mtimeMs), ...(await readPayload(path, info.size)) };
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
