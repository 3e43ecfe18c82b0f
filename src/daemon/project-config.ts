import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LocalConfig, ProjectConfig } from '../schema/config.ts';
import { pathMatcher } from './exclude-globs.ts';
import type { Log } from './log.ts';
import { git } from './repository.ts';

/** What the nearest `.hivemind.json` and `.hivemind.local.json` above a directory allow. */
export interface CaptureRule {
  capture: boolean;
  /** Some paths are excluded: what cannot be told to be about others must stay out as well. */
  narrows: boolean;
  /** Whether an event about these paths (absolute, or relative to `cwd`) must stay out. */
  excludes(paths: readonly string[]): boolean;
}

/** A file that cannot be read may have said "do not capture": nothing is captured until it can. */
const nothing: CaptureRule = { capture: false, narrows: true, excludes: () => true };

const sharedName = '.hivemind.json';
const localName = '.hivemind.local.json';

/** Largest file that is read: all that the schema allows fits twice. */
const sizeLimitBytes = 1024 * 1024;

interface Found<T> {
  directory: string;
  config: T;
  matches(absolutePaths: readonly string[]): boolean;
}

/**
 * Reads the nearest of both files at or above `cwd`. A committed file can only narrow. The local one, the user's own,
 * narrows whatever is below it, and turns capture on again where the committed file beside or above it turns it off.
 * The globs of both count, each relative to its own file.
 */
export async function captureRule(cwd: string, log: Log): Promise<CaptureRule> {
  const shared = await findNearest(cwd, sharedName, ProjectConfig, log);
  const local = await findNearest(cwd, localName, LocalConfig, log);
  if (shared === 'unreadable' || local === 'unreadable') return nothing;
  const narrowing = [shared, local].filter((found) => found !== null && found.config.exclude.length > 0);
  return {
    capture: await isOn(shared, local, log),
    narrows: narrowing.length > 0,
    excludes: (paths) => {
      const absolute = paths.map((path) => resolve(cwd, path));
      return narrowing.some((found) => found?.matches(absolute));
    },
  };
}

async function isOn(
  shared: Found<ProjectConfig> | null,
  local: Found<LocalConfig> | null,
  log: Log,
): Promise<boolean> {
  const said = shared?.config.capture ?? true;
  if (local?.config.capture === undefined) return said;
  if (!local.config.capture || said) return local.config.capture;
  // Of two files above one directory the nearer has the longer path.
  if (shared !== null && shared.directory.length > local.directory.length) return false;
  if ((await git(local.directory, 'ls-files', '--error-unmatch', '--', localName)) === null) return true;
  log.info('a committed .hivemind.local.json cannot turn capture on', { directory: local.directory });
  return false;
}

interface Reader<T> {
  parse(value: unknown): T;
}

async function findNearest<T extends Pick<ProjectConfig, 'exclude'>>(
  cwd: string,
  name: string,
  schema: Reader<T>,
  log: Log,
): Promise<Found<T> | null | 'unreadable'> {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, name);
    if (await isThere(path)) return readConfig(path, schema, log);
    if (dirname(directory) === directory) return null;
  }
}

/** A link that leads nowhere is there, too: somebody meant to say something. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => !['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(error.code ?? ''),
  );
}

async function readConfig<T extends Pick<ProjectConfig, 'exclude'>>(
  path: string,
  schema: Reader<T>,
  log: Log,
): Promise<Found<T> | 'unreadable'> {
  try {
    const info = await stat(path);
    if (!info.isFile() || info.size > sizeLimitBytes) throw new Error('not a file of at most 1 MiB');
    const config = schema.parse(JSON.parse(await readFile(path, 'utf8')));
    const directory = dirname(path);
    return { directory, config, matches: pathMatcher(config.exclude, directory, log) };
  } catch (error) {
    log.error('unreadable .hivemind.json: capture is off below it', error, { path });
    return 'unreadable';
  }
}
