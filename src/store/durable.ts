import { constants } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Makes the names inside a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a file's bytes durable; a file that is gone by now (compaction) is fine. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return;
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Whether a write failed for want of room: it may succeed later, without anything being repaired. */
export function isFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Replaces a file of ours in one step, readable by its owner only; durable on return. */
export async function writeDurably(path: string, content: string | Buffer): Promise<void> {
  await writeFileAtomic(path, content, { mode: 0o600, fsync: true });
  await syncDirectory(dirname(path));
}

/** Makes a directory that only its owner may enter, durably. */
export async function makePrivateDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  if (made === undefined) return;
  for (let level = path; level.length >= made.length; level = dirname(level))
    await syncDirectory(dirname(level));
}

/** Every file below `root`, with the directories that hold them; what is gone by the time it is looked at (compaction) is left out. */
export async function listTree(root: string): Promise<{ files: string[]; directories: string[] }> {
  const files: string[] = [];
  const directories: string[] = [];
  for (const pending = [root]; pending.length > 0; ) {
    const directory = pending.pop() ?? root;
    const entries = await readdir(directory, { withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      },
    );
    if (entries === null) continue;
    directories.push(directory);
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return { files, directories };
}
