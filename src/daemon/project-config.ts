import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import picomatch from 'picomatch';
import { ProjectConfig } from '../schema/config.ts';
import type { Log } from './log.ts';

/** What the nearest `.hivemind.json` above a directory allows. */
export interface CaptureRule {
  capture: boolean;
  /** Some paths are excluded: what cannot be told to be about others must stay out as well. */
  narrows: boolean;
  /** Whether an event about these paths (absolute, or relative to `cwd`) must stay out. */
  excludes(paths: readonly string[]): boolean;
}

const everything: CaptureRule = { capture: true, narrows: false, excludes: () => false };
/** A file that cannot be read may have said "do not capture": nothing is captured until it can. */
const nothing: CaptureRule = { capture: false, narrows: true, excludes: () => true };

/** Largest `.hivemind.json` that is read: all that the schema allows fits twice. */
const sizeLimitBytes = 1024 * 1024;
/** Longest that the globs may take for the paths of one event: a repository could hold one that never ends. */
const matchTimeoutMs = 50;

/** Reads the nearest `.hivemind.json` at or above `cwd`. */
export async function captureRule(cwd: string, log: Log): Promise<CaptureRule> {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, '.hivemind.json');
    if (await isThere(path)) return readRule(path, cwd, log);
    if (dirname(directory) === directory) return everything;
  }
}

/** A link that leads nowhere is there, too: somebody meant to say something. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => !['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(error.code ?? ''),
  );
}

async function readRule(path: string, cwd: string, log: Log): Promise<CaptureRule> {
  try {
    const info = await stat(path);
    if (!info.isFile() || info.size > sizeLimitBytes) throw new Error('not a file of at most 1 MiB');
    const config = ProjectConfig.parse(JSON.parse(await readFile(path, 'utf8')));
    const matches = matcher(config.exclude, log);
    const root = dirname(path);
    return {
      capture: config.capture,
      narrows: config.exclude.length > 0,
      excludes: (paths) => matches(paths.map((one) => relative(root, resolve(cwd, one)))),
    };
  } catch (error) {
    log.error('unreadable .hivemind.json: capture is off below it', error, { path });
    return nothing;
  }
}

/** Whether any of the paths, or a folder that it is in, matches a glob; globs that take too long match everything. */
function matcher(globs: readonly string[], log: Log): (paths: readonly string[]) => boolean {
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
      context.paths = paths;
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
