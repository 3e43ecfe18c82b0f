import { chmod, lstat, mkdir, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { watch } from 'chokidar';
import { AppError } from '../../schema/app-error.ts';
import type { Capture } from '../capture.ts';
import type { Log } from '../log.ts';
import {
  droppedIn,
  graceMs,
  isPayloadName,
  removeBranch,
  type SeenSince,
  settledMs,
  spooledInput,
} from './spool-file.ts';

/** Payloads that are kept for a person to look at, of each kind: those that belong nowhere, and those that cannot be taken in. */
const asideLimit = 100;

export interface SpoolDrainer {
  waiting(): Promise<number>;
  /** What hooks have dropped because the spool was full. */
  dropped(): Promise<{ count: number; lastAt: number } | null>;
  /** Takes in what is there now; returns how many payloads. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

/** Takes in the payloads that hooks left while the daemon was away, and watches for more. */
export function createSpoolDrainer(directory: string, capture: Capture, log: Log): SpoolDrainer {
  const closing = new AbortController();
  const failures = new Map<string, number>();
  const seenSince: SeenSince = new Map();
  let running: Promise<number> | null = null;

  const drain = (): Promise<number> => {
    running ??= drainAll({ directory, capture, log, signal: closing.signal, failures, seenSince })
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
  const watcher = watch(directory, { ignoreInitial: true, depth: 0, followSymlinks: false })
    .on('add', () => setTimeout(trigger, graceMs + 100).unref())
    .on('error', (error) => log.error('watching the spool failed; it is looked at now and then', error));
  const timer = setInterval(trigger, settledMs).unref();

  return {
    waiting: async () =>
      (await readdir(directory, { withFileTypes: true })).filter(
        (entry) => entry.isFile() && isPayloadName(entry.name),
      ).length,
    dropped: () => droppedIn(directory),
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
  seenSince: SeenSince;
}

async function drainAll(parts: Draining): Promise<{ taken: number; young: number }> {
  const { directory, log, signal } = parts;
  await closeToOthers(directory);
  const count = { taken: 0, young: 0, left: 0 };
  const names = (await readdir(directory)).sort();
  const there = new Set(names.map((name) => join(directory, name)));
  for (const path of parts.seenSince.keys()) if (!there.has(path)) parts.seenSince.delete(path);
  // Names begin with the time, so that payloads of a session come in their order.
  for (const name of names) {
    if (signal.aborted) break;
    const outcome = await drainOne(parts, name);
    if (outcome === 'not ready') break;
    if (outcome !== 'none') count[outcome] += 1;
  }
  if (count.taken + count.left > 0) log.info('drained the spool', { taken: count.taken, left: count.left });
  return count;
}

/** Payloads are not redacted yet: whatever has been done to the folder, nobody else may look into it. */
async function closeToOthers(directory: string): Promise<void> {
  const info = await lstat(directory);
  if (!info.isDirectory()) throw new Error('the spool is not a folder');
  if ((info.mode & 0o077) !== 0) await chmod(directory, 0o700);
}

/** Errors that pass by themselves: the payload waits for the next round, and so do those behind it. */
const passing = new Set(['RESOURCE_EXHAUSTED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'ABORTED']);
/** Errors that the payload itself is guilty of: the same again whenever it is tried. */
const poisonous = new Set(['NOT_FOUND', 'INVALID_ARGUMENT']);
/** A bug of ours may lie in the payload or in the moment: so often it is tried. */
const mostTries = 3;

async function drainOne(
  { directory, capture, log, failures, seenSince }: Draining,
  name: string,
): Promise<'taken' | 'young' | 'left' | 'none' | 'not ready'> {
  const path = join(directory, name);
  try {
    const input = await spooledInput(path, name, seenSince);
    if (input === null) return 'none';
    if (input === 'young') return 'young';
    const { placed } = await capture.hook(input);
    // Only now, that it is stored: until then a crash must find it here.
    await (placed ? unlink(path) : setAside(directory, 'unplaced', name));
    await removeBranch(path);
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
    await setAside(directory, 'refused', name).catch((cause) =>
      log.error('nor could it be set aside', cause, { name }),
    );
    return 'taken';
  }
}

/** Its file cannot be read or taken away: that may be mended, and to move it would fail as well. */
const isUnreadable = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall !== undefined;

/**
 * Keeps what capture cannot take in (`refused`), and what belongs nowhere (`unplaced`), out of the way of the others, for
 * a person or a later version; of each the latest.
 */
async function setAside(directory: string, kind: 'unplaced' | 'refused', name: string): Promise<void> {
  const aside = join(directory, kind);
  await mkdir(aside, { recursive: true, mode: 0o700 });
  if (!(await lstat(aside)).isDirectory()) throw new Error(`spool/${kind} is not a folder`);
  await rename(join(directory, name), join(aside, name));
  const names = (await readdir(aside)).sort();
  for (const old of names.slice(0, -asideLimit)) await unlink(join(aside, old));
}
