import { lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { AppError } from '../schema/app-error.ts';

/** The file that is written when `path` is: links are followed, also to a file that does not exist yet. */
export async function followLinks(path: string): Promise<string> {
  let current = resolve(path);
  for (let step = 0; step < 40; step++) {
    const status = await lstat(current).catch(() => null);
    if (!status?.isSymbolicLink()) return current;
    current = resolve(dirname(current), await readlink(current));
  }
  throw new AppError('FAILED_PRECONDITION', `${path} is a link that leads to itself; it was not touched`, {
    details: { path },
  });
}

/** Whether `target`, which need not exist, is below `directory`, wherever the links on its way lead. */
export async function isInside(directory: string, target: string): Promise<boolean> {
  const root = await realpath(directory).catch(() => null);
  if (root === null) return false;
  let folder = dirname(target);
  let real = await realpath(folder).catch(() => null);
  while (real === null && folder !== dirname(folder)) {
    folder = dirname(folder);
    real = await realpath(folder).catch(() => null);
  }
  return real === root || real?.startsWith(root + sep) === true;
}
