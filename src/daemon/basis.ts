import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Basis } from '../schema/bodies/record.ts';
import type { Holds } from '../schema/records.ts';
import { Recent } from './recent.ts';
import { headOf, isInHistory, locate } from './repository.ts';

/** Larger files than this are not read for it. */
const largestFile = 8 << 20;
const mostFiles = 10;

/** What the files are now, and which commit is checked out, as far as `cwd` tells; paths are below `cwd`. */
export async function basisOf(cwd: string, paths: readonly string[]): Promise<Basis> {
  const { root, git } = await locate(cwd);
  const files: Record<string, string | null> = {};
  for (const path of paths.slice(0, mostFiles)) {
    const name = nameBelow(root, resolve(cwd, path));
    const hash = name === null ? undefined : await hashOf(root, name);
    if (name !== null && hash !== undefined) files[name] = hash;
  }
  const head = git ? await headOf(root) : null;
  return { ...(head === null ? {} : { head }), ...(Object.keys(files).length === 0 ? {} : { files }) };
}

/** Paths that were typed in `cwd`, as they are below the root; those that are not below it stay as they are. */
export const pathsBelow = (root: string, cwd: string, paths: readonly string[]): string[] =>
  paths.map((path) => nameBelow(root, resolve(cwd, path)) ?? path);

/** Path below the root with slashes; null when it is not below it. */
function nameBelow(root: string, path: string): string | null {
  const name = relative(root, path).replaceAll('\\', '/');
  return name === '' || name.startsWith('..') || name.startsWith('/') || name.includes('\0') ? null : name;
}

/** Hashes of files, by the path and by what changes when they are written to. */
const hashes = new Recent<string, { stamp: string; hash: string }>(2_000);

/** SHA-256 of a file below the root; null when there is none, undefined when it is not to be read. */
async function hashOf(root: string, name: string): Promise<string | null | undefined> {
  const path = resolve(root, name);
  try {
    // A link may lead out of the repository.
    if (nameBelow(root, await realpath(path)) === null) return undefined;
    const info = await stat(path);
    if (!info.isFile() || info.size > largestFile) return undefined;
    const stamp = `${info.ino} ${info.size} ${info.mtimeMs} ${info.ctimeMs}`;
    const known = hashes.get(path);
    if (known?.stamp === stamp) return known.hash;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const digest = hash.digest('hex');
    hashes.set(path, { stamp, hash: digest });
    return digest;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : undefined;
  }
}

/**
 * Compares what was recorded with what is there now below `root`; every path and hash is taken for hostile. `isQuick`: git is
 * asked about what has no files alone, and an answer of a minute ago is good enough.
 */
export function createHolding(
  root: string | null,
  { isQuick = false } = {},
): (basis: Basis | undefined | null) => Promise<Holds> {
  const commits = isQuick ? lately(root) : new Map<string, Promise<boolean | null>>();
  return async (basis) => {
    if (root === null || basis === undefined || basis === null)
      return { files: 'unknown', commit: 'unknown' };
    const files = await filesNow(root, basis.files ?? {});
    const isAsked = !isQuick || files === 'unknown';
    return { files, commit: isAsked ? await commitNow(root, basis.head, commits) : 'unknown' };
  };
}

/** Answers of git, by the root of the checkout; forgotten after a minute. */
const answers = new Recent<string, { minute: number; commits: Map<string, Promise<boolean | null>> }>(50);

function lately(root: string | null): Map<string, Promise<boolean | null>> {
  const minute = Math.floor(performance.now() / 60_000);
  const known = answers.get(root ?? '');
  if (known !== undefined && known.minute === minute) return known.commits;
  const commits = new Map<string, Promise<boolean | null>>();
  answers.set(root ?? '', { minute, commits });
  return commits;
}

async function filesNow(
  root: string,
  files: Readonly<Record<string, string | null>>,
): Promise<Holds['files']> {
  let answer: Holds['files'] = 'unknown';
  for (const [name, before] of Object.entries(files).slice(0, mostFiles)) {
    const safe = nameBelow(root, resolve(root, name));
    const now = safe === null ? undefined : await hashOf(root, safe);
    if (now === undefined) continue;
    if (now === null && before !== null) return 'gone';
    if (now !== before) answer = 'changed';
    else if (answer === 'unknown') answer = 'same';
  }
  return answer;
}

async function commitNow(
  root: string,
  head: string | undefined,
  known: Map<string, Promise<boolean | null>>,
): Promise<Holds['commit']> {
  if (head === undefined) return 'unknown';
  const asked = known.get(head) ?? isInHistory(root, head);
  known.set(head, asked);
  const isThere = await asked;
  return isThere === null ? 'unknown' : isThere ? 'ancestor' : 'not-ancestor';
}
