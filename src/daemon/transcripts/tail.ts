import { lstat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { Semaphore } from 'async-mutex';
import { type FSWatcher, watch } from 'chokidar';
import type { Agent } from '../../agents/agent.ts';
import type { Capture } from '../capture.ts';
import type { Log } from '../log.ts';
import type { Workspaces } from '../workspaces.ts';
import type { Checkpoints } from './checkpoints.ts';
import { type Connected, followedRoots } from './connected.ts';
import { type OpenTranscript, openTranscript } from './file-reader.ts';
import { describeFile, isEntered } from './list.ts';

/** Files that are read at the same time; a file is parsed on the daemon's own thread. */
const atOnce = 2;
/** A file in which nothing was written for so long is not watched; a hook of its session tells when it goes on. */
const watchedAgeMs = 30 * 24 * 3600 * 1000;
/** After so long without a line, what waits for more of the same is told. */
const restAfterMs = 2_000;
/** After so long without a line a file's reader is let go; it is read from its start when it changes again. */
const forgottenAfterMs = 10 * 60 * 1000;
/** A folder that was not there may have been made since: agents make theirs with their first session. */
const lookAgainMs = 3_000;

/** What is known of a file while it is read on. */
interface Followed {
  transcript: OpenTranscript;
  agent: Agent;
  directory: string | null;
  inode: number;
  /** Taken by a hook's word, for a file that does not say where it belongs. */
  fallback: Fallback;
  timer: NodeJS.Timeout | null;
}

interface Fallback {
  cwd?: string | undefined;
  branch?: string | undefined;
}

export interface Tail {
  /** Follows the transcripts of what is connected now. */
  follow(): Promise<void>;
  /** Reads on in a transcript that a hook has named; a path that cannot be one is left alone. */
  readOn(agent: Agent, path: string, fallback: Fallback): Promise<void>;
  /** Resolves when everything that was asked for is read. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface TailParts {
  workspaces: Workspaces;
  capture: Pick<Capture, 'drafts'>;
  connected: Connected;
  checkpoints: Checkpoints;
  log: Log;
  now: () => number;
}

/**
 * Reads transcripts while their agents write them. What hooks have told is known by the agents' own ids and is not
 * added again.
 */
export function createTail(parts: TailParts): Tail {
  const { workspaces, capture, connected, checkpoints, log, now } = parts;
  const followed = new Map<string, Followed>();
  const reading = new Map<string, { again: boolean; fallback: Fallback; done: Promise<void> }>();
  const places = new Semaphore(atOnce);
  let watchers: FSWatcher[] = [];
  let watched = new Set<string>();
  let isClosed = false;

  const open = async (
    agent: Agent,
    path: string,
    inode: number,
    size: number,
    fallback: Fallback,
  ): Promise<Followed | null> => {
    const before = followed.get(path);
    // Written anew, or another file under its name: what is known of the old one does not hold.
    if (before !== undefined && before.inode === inode && before.transcript.position() <= size) {
      before.fallback = { ...before.fallback, ...fallback };
      return before;
    }
    const { directory } = await describeFile(agent, path, size);
    // It says nothing yet, and no hook has told where it belongs: what is read now would be lost.
    const isPlaced = directory !== null || fallback.cwd !== undefined || isDocument(agent, path);
    if (!isPlaced) return null;
    const sinceMs = Math.max(sinceOf(agent, path), checkpoints.get(path)?.mtimeMs ?? 0);
    const transcript = openTranscript(agent, path, directory, sinceMs);
    const file: Followed = { transcript, agent, directory, inode, fallback, timer: null };
    followed.set(path, file);
    return file;
  };

  /** When the agent was connected that keeps its files there. */
  const sinceOf = (agent: Agent, path: string): number =>
    followedRoots(connected.list()).find((one) => one.agent === agent && isBelow(path, one.root))?.since ?? 0;

  const taker = (file: Followed) => {
    return async (directory: string | null, drafts: Parameters<Capture['drafts']>[2]): Promise<void> => {
      const cwd = directory ?? file.directory ?? file.fallback.cwd;
      const bound = cwd === undefined || drafts.length === 0 ? null : await workspaces.registry.boundTo(cwd);
      if (cwd === undefined || bound === null) return;
      await capture.drafts(await workspaces.live(bound), cwd, drafts, { branch: file.fallback.branch });
    };
  };

  const readFile = async (agent: Agent, path: string, fallback: Fallback): Promise<void> => {
    const info = await lstat(path).catch(() => null);
    if (info?.isFile() !== true || isClosed) return;
    const { size, mtimeMs, ino } = info;
    const known = checkpoints.get(path);
    if (known?.size === size && known.mtimeMs === mtimeMs && !isDocument(agent, path)) return;
    const file = await open(agent, path, ino, size, fallback);
    if (file === null) return;
    await file.transcript.readOn(taker(file), { isWhole: false });
    checkpoints.set(path, { size, mtimeMs, whole: false });
    restLater(path, file);
  };

  const restLater = (path: string, file: Followed): void => {
    if (file.timer !== null) clearTimeout(file.timer);
    file.timer = setTimeout(() => {
      file.timer = setTimeout(() => followed.delete(path), forgottenAfterMs).unref();
      if (reading.has(path)) return;
      void file.transcript
        .rest(taker(file))
        .catch((error) => log.error('reading a transcript failed', error));
    }, restAfterMs).unref();
  };

  const enqueue = (agent: Agent, path: string, fallback: Fallback = {}): Promise<void> => {
    const running = reading.get(path);
    if (running !== undefined) {
      running.again = true;
      running.fallback = { ...running.fallback, ...fallback };
      return running.done;
    }
    const entry = { again: false, fallback, done: Promise.resolve() };
    entry.done = places.runExclusive(async () => {
      try {
        do {
          entry.again = false;
          await readFile(agent, path, entry.fallback);
        } while (entry.again && !isClosed);
      } catch (error) {
        log.error('reading a transcript failed', error, { agent: agent.name });
      } finally {
        reading.delete(path);
      }
    });
    reading.set(path, entry);
    return entry.done;
  };

  const follow: Tail['follow'] = async () => {
    const roots = followedRoots(connected.list());
    const before = watchers;
    watchers = [];
    watched = new Set();
    await Promise.all(before.map((watcher) => watcher.close()));
    for (const root of roots) await watchRoot(root);
  };

  const watchRoot = async ({
    agent,
    root,
    since,
  }: ReturnType<typeof followedRoots>[number]): Promise<void> => {
    const isThere = await lstat(root).then(
      (info) => info.isDirectory(),
      () => false,
    );
    if (!isThere || isClosed || watched.has(root)) return;
    watched.add(root);
    const look = (path: string, info?: { mtimeMs: number }): void => {
      const source = agent.transcripts.sourceOf?.(path) ?? path;
      // What was written before the agent was connected is for `import`.
      if ((info?.mtimeMs ?? now()) >= since || checkpoints.get(source) !== undefined)
        void enqueue(agent, source);
    };
    const watcher = watch(root, {
      alwaysStat: true,
      followSymlinks: false,
      ignored: (path, info) => {
        if (info?.isDirectory() === true) return !isEntered(agent, relative(root, path));
        if (info?.isFile() !== true) return false;
        if (info.mtimeMs < now() - watchedAgeMs) return true;
        const source = agent.transcripts.sourceOf?.(path) ?? path;
        return !agent.transcripts.accepts(relative(root, source));
      },
    });
    watcher.on('add', look).on('change', look);
    watcher.on('error', (error) => log.error('watching transcripts failed', error, { agent: agent.name }));
    watchers.push(watcher);
  };

  const timer = setInterval(() => {
    for (const root of followedRoots(connected.list()))
      if (!watched.has(root.root))
        void watchRoot(root).catch((error) => log.error('watching transcripts failed', error));
  }, lookAgainMs).unref();

  return {
    follow,
    readOn: async (agent, path, fallback) => {
      if (!isTranscript(agent, path)) return;
      await enqueue(agent, path, fallback);
    },
    settled: async () => {
      while (reading.size > 0) await Promise.all([...reading.values()].map(({ done }) => done));
    },
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await Promise.all(watchers.map((watcher) => watcher.close()));
      await Promise.all([...reading.values()].map(({ done }) => done));
      for (const { timer: one } of followed.values()) if (one !== null) clearTimeout(one);
      await checkpoints.close();
    },
  };
}

const isBelow = (path: string, root: string): boolean => !relative(root, path).startsWith('..');

const isDocument = (agent: Agent, path: string): boolean =>
  (agent.transcripts.document?.(path) ?? null) !== null;

/** Whether a path that a payload names could be one of the agent's transcripts: below some folder, its name says so. */
function isTranscript(agent: Agent, path: string): boolean {
  if (!path.startsWith('/') || path.includes('\0') || path.length > 4096) return false;
  for (let root = dirname(path); ; root = dirname(root)) {
    if (agent.transcripts.accepts(relative(root, path))) return true;
    if (root === dirname(root)) return false;
  }
}
