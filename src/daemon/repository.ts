import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { execa } from 'execa';
import type { RepositoryIdentity } from '../schema/records.ts';

/** A directory's place: the repository it is in and the root of its worktree (the directory itself outside git). */
export interface Place {
  directory: string;
  root: string;
  git: boolean;
}

/** Git must not be steered by the hooks that may run us, nor ask for anything. */
const gitOptions = {
  extendEnv: false,
  env: {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: process.env.HOME ?? '/',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  },
  timeout: 10_000,
  reject: false,
} as const;

async function git(cwd: string, ...args: string[]): Promise<string | null> {
  const result = await execa('git', args, { ...gitOptions, cwd });
  return result.exitCode === 0 ? result.stdout.trim() : null;
}

/** Finds the repository of `cwd` without reading its history: one git call. */
export async function locate(cwd: string): Promise<Place> {
  const real = await realpath(cwd).catch(() => resolve(cwd));
  const answer = await git(
    real,
    'rev-parse',
    '--path-format=absolute',
    '--git-common-dir',
    '--show-toplevel',
  ).catch(() => null);
  // A name with a line break in it could otherwise stand for another place.
  const [directory, root, more] = answer?.split('\n') ?? [];
  if (directory === undefined || root === undefined || more !== undefined)
    return { directory: real, root: real, git: false };
  return { directory, root, git: true };
}

/** What makes this repository the same in every clone: its root commit and its remotes. */
export async function identify(place: Place): Promise<RepositoryIdentity> {
  if (!place.git) return { directory: place.directory, git: false, rootCommit: null, remotes: [] };
  const [roots, remotes] = await Promise.all([
    git(place.root, 'rev-list', '--max-parents=0', 'HEAD'),
    git(place.root, 'config', '--get-regexp', '^remote\\..*\\.url$'),
  ]);
  return {
    directory: place.directory,
    git: true,
    // Merged histories have several roots; the last one listed is the oldest.
    rootCommit: roots?.split('\n').at(-1) || null,
    remotes: [
      ...new Set(
        (remotes ?? '')
          .split('\n')
          .filter(Boolean)
          .map((line) => normaliseRemote(line.slice(line.indexOf(' ') + 1), place.root)),
      ),
    ],
  };
}

/** `host/path` without scheme, credentials, port or `.git`; a local path stays an absolute path. */
export function normaliseRemote(url: string, base: string): string {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(url);
  const parsed = /^[a-z+]+:\/\//i.test(url) ? URL.parse(url) : null;
  if (parsed !== null && parsed.protocol !== 'file:')
    return clean(`${parsed.hostname.toLowerCase()}/${parsed.pathname}`);
  if (parsed === null && scp !== null) return clean(`${scp[1]?.toLowerCase()}/${scp[2]}`);
  return clean(resolve(base, parsed === null ? url : parsed.pathname));
}

const clean = (path: string): string =>
  path
    .replace(/\/{2,}/g, '/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');

/** Whether two identities are the same repository: same place, or same root commit and a common origin. */
export function sameRepository(a: RepositoryIdentity, b: RepositoryIdentity): boolean {
  if (a.directory === b.directory) return true;
  if (a.rootCommit === null || a.rootCommit !== b.rootCommit) return false;
  return a.remotes.some((remote) => b.remotes.includes(remote)) || isCloneOf(a, b) || isCloneOf(b, a);
}

/** A clone made from the other's own directory. */
const isCloneOf = (clone: RepositoryIdentity, origin: RepositoryIdentity): boolean =>
  clone.remotes.some(
    (remote) => remote === clean(origin.directory) || remote === clean(dirname(origin.directory)),
  );
