import { shaOf } from '../../core/git/report.ts';
import { sessionsIn } from '../../core/git/session-lines.ts';
import { runGit } from './command.ts';
import { notesRef } from './notes.ts';

/** A commit, as git tells it. */
export interface Commit {
  sha: string;
  parents: string[];
  author: string;
  /** Epoch milliseconds. */
  committedAt: number;
  subject: string;
  /** Sessions that its message names, and that its note does. */
  trailers: string[];
  notes: string[];
}

/** The whole message of a commit, as far as anybody reads it; empty when it is not there. */
export async function messageOf(root: string, sha: string): Promise<string> {
  const said = await runGit(root, [
    'log',
    '-1',
    '--no-show-signature',
    '--no-color',
    '--format=%B',
    sha,
    '--',
  ]);
  return (said ?? '').trim().slice(0, mostMessage);
}

/** A longer message is no message. */
const mostMessage = 20_000;

/** The commit that a name means, by its hash; null when git knows none. */
export async function commitNamed(root: string, name: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  return shaOf((await runGit(root, args))?.trim() ?? '');
}

/** In one question as many commits as a person looks at; more come in several. */
const batch = 2_000;
const fields = ['%H', '%P', '%an', '%ct', '%N', '%B'];

/** Commits by their hashes, in the order asked for; those that are not there are left out. */
export async function readCommits(root: string, shas: readonly string[]): Promise<Commit[]> {
  const found: Commit[] = [];
  for (let at = 0; at < shas.length; at += batch) {
    const some = shas.slice(at, at + batch).filter((sha) => shaOf(sha) !== null);
    found.push(...((await readBatch(root, some)) ?? (await readSingly(root, some))));
  }
  return found;
}

async function readBatch(root: string, shas: readonly string[]): Promise<Commit[] | null> {
  if (shas.length === 0) return [];
  const said = await runGit(root, ['log', '--no-walk=unsorted', '--stdin', '-z', ...format], {
    input: shas.map((sha) => `${sha}\n`).join(''),
  });
  return said === null ? null : parseCommits(said);
}

/** One that is gone makes git refuse all of them. */
async function readSingly(root: string, shas: readonly string[]): Promise<Commit[]> {
  if (shas.length < 2) return [];
  const half = Math.ceil(shas.length / 2);
  const parts = [shas.slice(0, half), shas.slice(half)];
  const found: Commit[] = [];
  for (const part of parts) found.push(...((await readBatch(root, part)) ?? (await readSingly(root, part))));
  return found;
}

const format = [
  '--no-show-signature',
  '--no-color',
  `--notes=${notesRef}`,
  `--format=${fields.join('%x00')}`,
];

/** Commits of `git log` with our format; no field can hold a NUL. */
function parseCommits(text: string): Commit[] {
  const parts = text.split('\0');
  const commits: Commit[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [sha = '', parents = '', author = '', made = '', note = '', message = ''] = parts.slice(
      at,
      at + fields.length,
    );
    if (shaOf(sha) === null) return commits;
    commits.push({
      sha,
      parents: parents.split(' ').filter((parent) => shaOf(parent) !== null),
      author: author.slice(0, 200),
      committedAt: Number(made) * 1000,
      subject: subjectOf(message),
      trailers: sessionsIn(message),
      notes: sessionsIn(note),
    });
  }
  return commits;
}

const subjectOf = (message: string): string => (message.trimStart().split('\n', 1)[0] ?? '').slice(0, 500);

export interface LogQuery {
  /** Revisions as git reads them; HEAD when nothing is said. */
  range?: string | undefined;
  /** A path below the root. */
  path?: string | undefined;
  /** Follow the file's renames. */
  follow?: boolean;
  skip?: number;
  limit: number;
}

/** The commits of a range, latest first; null when git knows no such range. */
export async function logCommits(root: string, query: LogQuery): Promise<Commit[] | null> {
  const { range = 'HEAD', path, follow = false, skip = 0, limit } = query;
  const said = await runGit(root, [
    'log',
    '-z',
    ...format,
    `--max-count=${limit}`,
    `--skip=${skip}`,
    ...(follow && path !== undefined ? ['--follow'] : []),
    '--end-of-options',
    range,
    '--',
    ...(path === undefined ? [] : [path]),
  ]);
  return said === null ? null : parseCommits(said);
}

/** Most paths that an event names. */
const mostPaths = 1000;

/** Files that each commit changed, against its first parent. */
export async function pathsOfCommits(root: string, shas: readonly string[]): Promise<Map<string, string[]>> {
  const args = [
    'diff-tree',
    '--stdin',
    '-r',
    '-z',
    '--root',
    '-m',
    '--first-parent',
    '--name-only',
    '--no-renames',
  ];
  const said = await runGit(root, args, { input: shas.map((sha) => `${sha}\n`).join('') });
  const wanted = new Set(shas);
  const paths = new Map<string, string[]>();
  let current: string[] = [];
  for (const part of (said ?? '').split('\0')) {
    // A file may be called like the commit that it is in, but only once each is a commit the head of its list.
    if (wanted.has(part) && !paths.has(part)) {
      current = [];
      paths.set(part, current);
    } else if (part !== '' && current.length < mostPaths) current.push(part.slice(0, 4096));
  }
  return paths;
}

/** Commits that are looked through for the names that a file had. */
const mostRenames = 200;

/** Names that a file has had, the latest first. */
export async function namesOf(root: string, path: string): Promise<string[]> {
  const args = [
    'log',
    '--follow',
    '--format=',
    '--name-only',
    '-z',
    `--max-count=${mostRenames}`,
    '--',
    path,
  ];
  const said = (await runGit(root, args)) ?? '';
  return [...new Set(said.split(/[\0\n]/).filter((name) => name !== ''))];
}
