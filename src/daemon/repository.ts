import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import type { RepositoryIdentity } from '../schema/records.ts';

/** A directory's place: the repository it is in and the root of its worktree (the directory itself outside git). */
export interface Place {
  directory: string;
  root: string;
  git: boolean;
}

/** A `.git` file holds one path. */
const pointerLimitBytes = 16 * 1024;

/** Git must not be steered by the hooks that may run us, nor ask for anything. */
export const gitOptions = {
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

/** Output of a git command in `cwd`, trimmed; null when it fails. */
export async function git(cwd: string, ...args: string[]): Promise<string | null> {
  const result = await execa('git', args, { ...gitOptions, cwd });
  return result.exitCode === 0 ? result.stdout.trim() : null;
}

/**
 * Finds the repository of `cwd` as git does (gitrepository-layout(5)): the nearest `.git` at or above it. Read from
 * the files, because every hook and every command asks, and starting git takes longer than all the rest.
 */
export async function locate(cwd: string): Promise<Place> {
  const real = await realpath(cwd).catch(() => resolve(cwd));
  for (let root = real; ; root = dirname(root)) {
    const directory = await commonDirectory(join(root, '.git'));
    if (directory !== null) return { directory, root, git: true };
    if (dirname(root) === root) return { directory: real, root: real, git: false };
  }
}

/** Where the repository of a worktree's `.git` is kept, the same for all of its worktrees; null when it is none. */
async function commonDirectory(dotGit: string): Promise<string | null> {
  const gitDirectory = await gitDirectoryOf(dotGit);
  if (gitDirectory === null) return null;
  const common = await readFile(join(gitDirectory, 'commondir'), 'utf8').catch(() => '.');
  const directory = resolve(gitDirectory, common.trimEnd());
  const isRepository = await stat(join(directory, 'HEAD')).catch(() => null);
  return isRepository === null ? null : realpath(directory);
}

/** A `.git` is the directory itself, or a file that names it (worktrees, submodules). */
async function gitDirectoryOf(dotGit: string): Promise<string | null> {
  const info = await stat(dotGit).catch(() => null);
  if (info === null) return null;
  if (info.isDirectory()) return dotGit;
  if (!info.isFile() || info.size > pointerLimitBytes) return null;
  const pointer = /^gitdir: (.+?)\n?$/s.exec(await readFile(dotGit, 'utf8').catch(() => ''));
  return pointer?.[1] === undefined ? null : resolve(dirname(dotGit), pointer[1]);
}

/** The commit that is checked out; null outside git, and before the first commit. */
export async function headOf(root: string): Promise<string | null> {
  const head = await git(root, 'rev-parse', '--verify', '--quiet', 'HEAD');
  return head !== null && COMMIT.test(head) ? head : null;
}

const COMMIT = /^[0-9a-f]{40,64}$/;

/** Whether a commit is in the history of what is checked out; null: it is not known here. */
export async function isInHistory(root: string, commit: string): Promise<boolean | null> {
  // It may come from another machine's memory: nothing but a hash is handed to git.
  if (!COMMIT.test(commit)) return null;
  const { exitCode } = await execa('git', ['merge-base', '--is-ancestor', commit, 'HEAD'], {
    ...gitOptions,
    cwd: root,
  });
  return exitCode === 0 ? true : exitCode === 1 ? false : null;
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
