import { execa } from 'execa';
import type { CommitFile } from '../../schema/operations/git.ts';
import { gitOptions } from '../repository.ts';
import { safely } from './command.ts';
import { readPatches } from './commit-patch.ts';
import type { Commit } from './commits.ts';

/** Most files that are shown of a commit, and most bytes that git may say of it before it is stopped. */
const mostFiles = 300;
const mostListBytes = 32 << 20;
const mostPatchBytes = 32 << 20;
/** Git compares each file that went with each that came: beyond so many it looks for none. */
const mostRenames = 1_000;

/** Nothing of a repository's configuration runs a program, and a clone without all of its objects fetches none. */
const flags = ['-r', '--no-commit-id', '--no-ext-diff', '--no-textconv', '--no-color', `-l${mostRenames}`];

/** What a commit changed against its first parent, file by file: the first few hundred files, and how many there are. */
export async function diffOfCommit(
  root: string,
  { sha, parents }: Pick<Commit, 'sha' | 'parents'>,
  path: string | null,
): Promise<{ files: CommitFile[]; total: number }> {
  const [parent] = parents;
  const trees = parent === undefined ? ['--root', sha] : [parent, sha];
  const where = [...trees, '--', ...(path === null ? [] : [path])];
  const [list, patch] = await Promise.all([
    sayAtMost(root, [...flags, '-M', '--raw', '--numstat', '-z', ...where], mostListBytes),
    sayAtMost(
      root,
      [...flags, '-M', '-p', '-U3', '--submodule=short', '--full-index', ...where],
      mostPatchBytes,
    ),
  ]);
  const entries = readEntries(list);
  const files = entries.slice(0, mostFiles);
  const hunks = readPatches(patch, files);
  return {
    files: files.map(({ sections: _, ...file }, at) => ({
      ...file,
      ...(hunks[at] ?? { hunks: [], isCut: true }),
    })),
    total: entries.length,
  };
}

/** What `git diff-tree` says, as far as it may; empty when it fails. */
async function sayAtMost(root: string, args: readonly string[], mostBytes: number): Promise<Buffer> {
  const result = await execa(
    'git',
    [
      ...safely,
      '-c',
      'diff.suppressBlankEmpty=false',
      '--no-pager',
      '--literal-pathspecs',
      'diff-tree',
      ...args,
    ],
    {
      ...gitOptions,
      env: { ...gitOptions.env, GIT_NO_LAZY_FETCH: '1' },
      cwd: root,
      stdin: 'ignore',
      encoding: 'buffer',
      stripFinalNewline: false,
      maxBuffer: mostBytes,
    },
  );
  return result.exitCode === 0 || result.isMaxBuffer || result.timedOut
    ? Buffer.from(result.stdout ?? [])
    : Buffer.alloc(0);
}

type Entry = Omit<CommitFile, 'hunks' | 'isCut'> & {
  /** In so many sections of the patch it stands. */
  sections: number;
};

const changes: Readonly<Record<string, CommitFile['change']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
};

/** Fields of `--raw` are followed by those of `--numstat`; neither a name nor a number can hold a NUL. */
function readEntries(said: Buffer): Entry[] {
  const parts = said.toString('utf8').split('\0');
  const entries: Entry[] = [];
  let at = 0;
  for (; parts[at]?.startsWith(':'); at += 1) {
    const status = parts[at]?.split(' ').at(-1)?.[0] ?? '';
    const isPair = status === 'R' || status === 'C';
    const from = parts[at + 1] ?? '';
    const path = isPair ? (parts[at + 2] ?? '') : from;
    at += isPair ? 2 : 1;
    entries.push({
      path,
      from: isPair ? from : null,
      change: changes[status] ?? 'other',
      added: 0,
      removed: 0,
      isBinary: false,
      // What becomes another kind of thing (a file a link) is taken away and added.
      sections: status === 'T' ? 2 : 1,
    });
  }
  for (const entry of entries) {
    const [added = '', removed = '', name = ''] = parts[at]?.split('\t') ?? [];
    at += name === '' ? 3 : 1;
    entry.isBinary = added === '-';
    entry.added = Number.parseInt(added, 10) || 0;
    entry.removed = Number.parseInt(removed, 10) || 0;
  }
  return entries;
}
