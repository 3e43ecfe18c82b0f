import { relative } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import picomatch from 'picomatch';
import type { Log } from './log.ts';

/** Longest that the globs may take for the paths of one event: a repository could hold one that never ends. */
const matchTimeoutMs = 50;

/**
 * Whether any of the absolute paths, or a folder that it is in, matches a glob relative to `root`; globs that take too
 * long match everything.
 */
export function pathMatcher(
  globs: readonly string[],
  root: string,
  log: Log,
): (paths: readonly string[]) => boolean {
  if (globs.length === 0) return () => false;
  const bare = globs.map((glob) => glob.replace(/^(\.?\/)+/, '').replace(/\/+$/, ''));
  const isExcluded = picomatch(
    bare.flatMap((glob) => [glob, `${glob}/**`]),
    { dot: true },
  );
  const context = createContext({ isExcluded, paths: [] });
  let isTooSlow = false;
  return (paths) => {
    if (isTooSlow) return true;
    try {
      context.paths = paths.map((path) => relative(root, path)).filter((path) => path !== '');
      return runInContext('paths.some((path) => isExcluded(path))', context, {
        timeout: matchTimeoutMs,
      }) as boolean;
    } catch (error) {
      log.error('the globs of a .hivemind.json take too long: all is excluded', error);
      isTooSlow = true;
      return true;
    }
  };
}
