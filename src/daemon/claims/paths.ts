import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { normalPath } from '../../core/claims/overlap.ts';
import { locate } from '../repository.ts';

/**
 * Paths as they are claimed: below the root of their repository, so that they are the same in each of its clones and
 * worktrees. `cwd` is what relative ones are named from; one outside of every repository stays absolute.
 */
export async function claimablePaths(cwd: string | undefined, paths: readonly string[]): Promise<string[]> {
  if (cwd === undefined) return paths.map((path) => normalPath(path) || '.');
  const here = await realpath(cwd).catch(() => resolve(cwd));
  const { root } = await locate(cwd);
  return Promise.all(paths.map(async (path) => (await below(path, { cwd, here, root })) || '.'));
}

async function below(
  path: string,
  { cwd, here, root }: { cwd: string; here: string; root: string },
): Promise<string> {
  const absolute = isAbsolute(path) ? join(here, relative(resolve(cwd), path)) : join(here, path);
  const inside = within(root, absolute) ?? (isAbsolute(path) ? within(root, path) : null);
  if (inside !== null) return normalPath(inside);
  // A file in another worktree, or another name of this one.
  const folder = dirname(absolute);
  const other = await locate(folder);
  if (!other.git) return normalPath(absolute);
  const real = await realpath(folder).catch(() => folder);
  return normalPath(within(other.root, join(real, basename(absolute))) ?? absolute);
}

/** A path relative to a folder that it is in; null when it is not. */
function within(folder: string, path: string): string | null {
  const from = relative(folder, path);
  return from === '..' || from.startsWith('../') || isAbsolute(from) ? null : from;
}
