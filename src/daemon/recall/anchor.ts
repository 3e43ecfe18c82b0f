import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Anchor } from '../../core/recall.ts';
import { AppError } from '../../schema/app-error.ts';
import { git, locate, type Place } from '../repository.ts';

/** A commit, a file or a line whose reasons are wanted, with what git says of it. */
export interface FoundAnchor extends Anchor {
  /** The file, below the root of its repository; null: a commit was asked about. */
  path: string | null;
  /** The line of it, from 1; null: all of it. */
  number: number | null;
  subject: string;
  /** Epoch milliseconds: what happened later is left out. The tool call that commits ends a moment after the commit. */
  until: number;
}

const slackMs = 10 * 60_000;
/** Files of a commit that are searched for; a larger one moves things about. */
const mostPaths = 20;
/** Largest file of which a line is read where git knows nothing of it. */
const mostBytes = 8 << 20;

/**
 * Where `what` (a commit, FILE or FILE:LINE, relative to `cwd`) comes from. NOT_FOUND when it is none of them.
 * `isConfined`: only files that git has in the checkout are meant, for a caller who has no business with any other.
 */
export async function anchorOf(
  what: string,
  cwd: string,
  now: number,
  isConfined = false,
): Promise<FoundAnchor> {
  const place = await locate(cwd);
  const [, path = what, line] = /^(.+?):(\d{1,9})(?::\d+)?$/.exec(what) ?? [];
  const file = resolve(cwd, path);
  if (isConfined ? await isTracked(place, file) : await isFile(file))
    return ofFile(place, file, line === undefined ? null : Number(line), now);
  const found = place.git ? await ofCommit(place, what) : null;
  if (found !== null) return found;
  throw new AppError('NOT_FOUND', `"${what.slice(0, 200)}" is neither a file here nor a commit`, {
    hint: 'name a commit, FILE or FILE:LINE, as in: hivemind recall --why src/main.ts:12',
  });
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isFile(),
    () => false,
  );

/** Whether git has the file, or where it leads as a link, in the checkout. */
async function isTracked({ root, git: isGit }: Place, file: string): Promise<boolean> {
  const real = await realpath(file).catch(() => null);
  const base = await realpath(root).catch(() => root);
  if (!isGit || real === null || !(await isFile(real))) return false;
  const path = relative(base, real);
  const isInside = !path.startsWith('..') && !isAbsolute(path);
  return (
    isInside && (await git(root, '--literal-pathspecs', 'ls-files', '--error-unmatch', '--', path)) !== null
  );
}

async function ofFile(place: Place, file: string, line: number | null, now: number): Promise<FoundAnchor> {
  const path = relative(place.root, file);
  const isInside = place.git && !path.startsWith('..') && !isAbsolute(path);
  if (!isInside) return unrecorded(file, path, line, now);
  if (line !== null) return ofLine(place, path, line, now);
  const said = await git(place.root, 'log', '-1', `--format=${commitFormat}`, '--', path);
  const commit = said === null ? null : parseCommit(said);
  // The whole file is asked about, and not only what was changed last.
  return commit === null
    ? unrecorded(file, path, line, now)
    : { ...commit, path, number: null, at: now, until: now + slackMs, paths: [path] };
}

async function ofLine(place: Place, path: string, line: number, now: number): Promise<FoundAnchor> {
  const blame = await git(place.root, 'blame', '--porcelain', '-L', `${line},${line}`, '--', path);
  if (blame === null) return unrecorded(join(place.root, path), path, line, now);
  const field = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(blame)?.[1] ?? '';
  const commit = blame.slice(0, 40);
  const text = /^\t(.*)$/m.exec(blame)?.[1] ?? '';
  const asked = { path, number: line, line: text };
  if (/^0+$/.test(commit)) return { ...asked, at: now, until: now + slackMs, paths: [path], subject: '' };
  return {
    ...asked,
    commit,
    at: Number(field('author-time')) * 1000,
    until: Number(field('committer-time')) * 1000 + slackMs,
    subject: field('summary'),
    paths: [...new Set([path, field('filename')])].filter((name) => name !== ''),
  };
}

/** A file that git does not know: what the line says, and everything until now. */
async function unrecorded(
  file: string,
  path: string,
  line: number | null,
  now: number,
): Promise<FoundAnchor> {
  const anchor = { path, number: line, at: now, until: now + slackMs, paths: [path], subject: '' };
  if (line === null || (await stat(file)).size > mostBytes) return anchor;
  // What stands behind the last line break is no line.
  const lines = (await readFile(file, 'utf8')).replace(/\n$/, '').split('\n');
  const text = lines[line - 1];
  if (text !== undefined) return { ...anchor, line: text };
  throw new AppError('NOT_FOUND', `${path} has ${lines.length} lines, and no line ${line}`, {
    hint: `hivemind recall --why ${path}:${lines.length}`,
  });
}

async function ofCommit(place: Place, name: string): Promise<FoundAnchor | null> {
  const commit = await git(
    place.root,
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  );
  if (commit === null || commit === '') return null;
  const said = await git(place.root, 'show', '-s', `--format=${commitFormat}`, commit);
  const found = said === null ? null : parseCommit(said);
  if (found === null) return null;
  const changed = await git(
    place.root,
    'diff-tree',
    '--no-commit-id',
    '--name-only',
    '-r',
    '-z',
    '--root',
    commit,
  );
  const paths = (changed ?? '').split('\0').filter((path) => path !== '');
  return { ...found, path: null, number: null, paths: paths.slice(0, mostPaths) };
}

const commitFormat = '%H%x00%at%x00%ct%x00%B';

function parseCommit(text: string): Omit<FoundAnchor, 'paths' | 'path' | 'number'> | null {
  const [commit = '', written = '', committed = '', message = ''] = text.split('\0');
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return null;
  return {
    commit,
    at: Number(written) * 1000,
    until: Number(committed) * 1000 + slackMs,
    subject: message.trim(),
  };
}
