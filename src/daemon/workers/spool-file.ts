import { constants } from 'node:fs';
import { type FileHandle, lstat, open as openFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capture } from '../capture.ts';

/** `<ms>.<agent>.<event>.<nonce>.hook`: a payload that the shim could not hand over. */
const finished = /^(\d{1,16})\.([\w-]{1,100})\.([\w-]{1,100})\.([\w-]{1,100})\.hook$/;
/** `in.<agent>.<event>.<pid>[.n].part`: the shim was killed before it could name it. */
const unfinished = /^in\.([\w-]{1,100})\.([\w-]{1,100})\.[\d.]+\.part$/;

export const isPayloadName = (name: string): boolean => finished.test(name) || unfinished.test(name);

/** A payload still being written is younger than this. */
export const settledMs = 30_000;
/** The shim needs a moment to delete what it has just delivered. */
export const graceMs = 2_000;
/** What `capture.hook` takes as the name of a branch. */
const longestName = 300;
/** Of a larger payload its head and tail are read. */
const payloadLimitBytes = 16 * 1024 * 1024;

export type SpooledInput = Parameters<Capture['hook']>[0];

/**
 * The payload of a spool file; null for what is not ours, 'young' for one that its shim may still be busy with. Ours is
 * a plain file of this user with one name: no link is followed, so that nobody can have another file read, and taken
 * away, under the name of a payload.
 */
export async function spooledInput(
  path: string,
  name: string,
  seenSince: SeenSince,
): Promise<SpooledInput | null | 'young'> {
  const whole = finished.exec(name);
  const part = unfinished.exec(name);
  if (whole === null && part === null) return null;
  const file = await openOwn(path);
  if (file === null) return null;
  try {
    const { mtimeMs, size } = await file.stat();
    const limitMs = whole === null ? settledMs : graceMs;
    if (ageOf(path, mtimeMs, seenSince) < limitMs) return 'young';
    const said = await readPayload(file, size);
    if (whole === null) {
      const [, agent = '', event = ''] = part ?? [];
      return { agent, event, at: Math.floor(mtimeMs), ...said };
    }
    const [, ms = '0', agent = '', event = '', delivery = ''] = whole;
    const at = Number(ms) <= Date.now() ? Number(ms) : Math.floor(mtimeMs);
    return { agent, event, delivery, at, ...(await readBranch(path)), ...said };
  } finally {
    await file.close();
  }
}

/** Path of a file from the future → when it was first seen, in milliseconds that only grow. */
export type SeenSince = Map<string, number>;

/** A file from the future (the clock went back) is as old as we know it: its shim may just be writing it. */
function ageOf(path: string, mtimeMs: number, seenSince: SeenSince): number {
  const ageMs = Date.now() - mtimeMs;
  if (ageMs >= 0) return ageMs;
  const since = seenSince.get(path) ?? performance.now();
  seenSince.set(path, since);
  return performance.now() - since;
}

/** Opens a plain file of this user that has no other name; null when it is anything else, or gone. */
async function openOwn(path: string): Promise<FileHandle | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  // Asked before it is opened as well: opening a device may do something.
  const before = await lstat(path).catch(ignoreAbsent);
  if (before === null || !before.isFile()) return null;
  const file = await openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error) => {
    if (error.code === 'ELOOP') return null;
    return ignoreAbsent(error);
  });
  if (file === null) return null;
  const info = await file.stat();
  const uid = process.getuid?.() ?? info.uid;
  if (info.isFile() && info.uid === uid && info.nlink === 1) return file;
  await file.close();
  return null;
}

function ignoreAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Where the shim says for which branch a payload is. */
const branchPath = (path: string): string => path.replace(/\.hook$/, '.branch');

export const removeBranch = (path: string): Promise<void> => rm(branchPath(path), { force: true });

async function readBranch(path: string): Promise<{ branch?: string }> {
  const file = await openOwn(branchPath(path));
  if (file === null) return {};
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestName * 4), 0);
    const said = buffer.toString('utf8', 0, bytesRead);
    return said === '' ? {} : { branch: said.slice(0, longestName) };
  } finally {
    await file.close();
  }
}

async function readPayload(file: FileHandle, size: number): Promise<{ payload: string; bytes?: number }> {
  if (size <= payloadLimitBytes) return { payload: (await file.readFile()).toString('utf8') };
  const half = payloadLimitBytes / 2;
  const [head, tail] = [Buffer.alloc(half), Buffer.alloc(half)];
  await file.read(head, 0, half, 0);
  await file.read(tail, 0, half, size - half);
  return { payload: head.toString('utf8') + tail.toString('utf8'), bytes: size };
}

/** How long it is told that payloads were dropped. */
const toldMs = 7 * 86_400_000;

/** How many payloads hooks have dropped because the spool was full: the shim appends a byte for each. */
export async function droppedIn(directory: string): Promise<{ count: number; lastAt: number } | null> {
  const path = join(directory, 'dropped');
  const info = await lstat(path).catch(ignoreAbsent);
  if (info === null || !info.isFile() || info.size === 0) return null;
  if (Date.now() - info.mtimeMs <= toldMs) return { count: info.size, lastAt: Math.floor(info.mtimeMs) };
  await rm(path, { force: true });
  return null;
}
