import type { Stats } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotifyFile, type NotifyHook, notifyFileName } from '../../schema/notify.ts';

/** A file of commands is small. */
const mostBytes = 4 << 20;

export interface HookFile {
  path: string;
  hooks: NotifyHook[];
  /** Why none of it is used. */
  trouble: string | null;
}

/** The user's hooks. A file that others could have written is not used: what is in it is run. */
export async function readHookFile(home: string): Promise<HookFile> {
  const path = join(home, notifyFileName);
  const info = await lstat(path).catch(() => null);
  if (info === null) return { path, hooks: [], trouble: null };
  const distrust = distrusted(info);
  if (distrust !== null) return { path, hooks: [], trouble: distrust };
  try {
    return { path, hooks: NotifyFile.parse(JSON.parse(await readFile(path, 'utf8'))).hooks, trouble: null };
  } catch {
    return { path, hooks: [], trouble: 'it is not in the form in which `hivemind notify add` writes it' };
  }
}

function distrusted(info: Stats): string | null {
  if (!info.isFile()) return 'it is not a file';
  if (process.getuid !== undefined && info.uid !== process.getuid()) return 'it belongs to somebody else';
  if ((info.mode & 0o022) !== 0) return 'others may write to it';
  return info.size > mostBytes ? 'it is too large' : null;
}
