import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../schema/app-error.ts';
import { makePrivateDirectory, syncDirectory } from '../durable.ts';
import { checkKey, checkPrefix } from './key.ts';
import type { Inspected, Objects } from './objects.ts';

/** No key begins with it. */
const TEMPORARY = '~';
/** Old enough that whoever wrote it has died. If the clock deceives us, its writer writes it again. */
const LEFT_OVER_AFTER_MS = 3_600_000;

/** Objects as files below `directory`, which the first put makes. Throws RESOURCE_EXHAUSTED (disk full), PERMISSION_DENIED, UNAVAILABLE. */
export function openLocalObjects(directory: string): Objects {
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw toStoreError(error, directory);
    });
  const swept = new Set<string>();
  const pathOf = (key: string): string => join(directory, checkKey(key));
  return {
    place: directory,
    get: async (key) => told(ifThere(readFile(pathOf(key)), null)),
    putIfAbsent: async (key, content) => told(putFile(pathOf(key), content, swept)),
    list: async (prefix) => told(listKeys(directory, checkPrefix(prefix))),
    inspect: async (prefix) => told(inspectFiles(directory, checkPrefix(prefix))),
    delete: async (key) => told(ifThere(unlink(pathOf(key)), undefined)),
    close: () => undefined,
  };
}

/** link(2) makes the whole file appear under its name at once, and refuses when the name is taken. */
async function putFile(path: string, content: Buffer, swept: Set<string>): Promise<boolean> {
  const parent = dirname(path);
  await makePrivateDirectory(parent);
  if (!swept.has(parent)) await removeLeftOvers(parent);
  swept.add(parent);
  for (;;) {
    const temporary = join(parent, `${TEMPORARY}${randomUUID()}`);
    try {
      await writeSynced(temporary, content);
      await link(temporary, path);
      await syncDirectory(parent);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      // Another process took our temporary file for one that was left over.
      if (codeOf(error) !== 'ENOENT') throw error;
      await makePrivateDirectory(parent);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

async function writeSynced(path: string, content: Buffer): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function listKeys(directory: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  const visit = async (parent: string): Promise<void> => {
    const entries = await ifThere(readdir(join(directory, parent), { withFileTypes: true }), []);
    for (const entry of entries) {
      const key = `${parent}${entry.name}`;
      if (entry.isDirectory() && (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`))) {
        await visit(`${key}/`);
      } else if (entry.isFile() && key.startsWith(prefix) && isKey(key)) keys.push(key);
    }
  };
  await visit('');
  return keys.sort();
}

async function inspectFiles(directory: string, prefix: string): Promise<Inspected[]> {
  const keys = await listKeys(directory, prefix);
  const found = await Promise.all(
    keys.map(async (key) => {
      const info = await ifThere(stat(join(directory, key)), null);
      return info === null ? [] : [{ key, sizeBytes: info.size, modifiedAt: Math.floor(info.mtimeMs) }];
    }),
  );
  return found.flat();
}

function isKey(key: string): boolean {
  try {
    return checkKey(key) === key;
  } catch {
    return false;
  }
}

async function removeLeftOvers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const path = join(parent, name);
    const found = await ifThere(stat(path), null);
    if (found !== null && Date.now() - found.mtimeMs > LEFT_OVER_AFTER_MS) await rm(path, { force: true });
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;

async function ifThere<T, U>(work: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return otherwise;
    throw error;
  }
}

function toStoreError(error: unknown, directory: string): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error) ?? 'unknown';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('RESOURCE_EXHAUSTED', `no space left for ${directory}`, {
      hint: `df -h ${directory}`,
      cause: error,
    });
  if (['EACCES', 'EPERM', 'EROFS'].includes(code))
    return new AppError('PERMISSION_DENIED', `${directory} cannot be written (${code})`, {
      hint: `ls -ld ${directory}; its file system must allow hard links`,
      cause: error,
    });
  return new AppError('UNAVAILABLE', `${directory} cannot be used (${code})`, { cause: error });
}
