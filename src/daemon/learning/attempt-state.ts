import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import type { AttemptState } from '../../schema/bodies/record.ts';
import { headOf, isInHistory, locate } from '../repository.ts';

type State = z.infer<typeof AttemptState>;

/** Larger files than this are not read for it. */
const largestFile = 8 << 20;
const mostFiles = 10;

/** What the files are now, and which commit is checked out, as far as `cwd` tells; paths are below `cwd`. */
export async function stateOf(cwd: string, paths: readonly string[]): Promise<State> {
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

/** Path below the root with slashes; null when it is not below it. */
function nameBelow(root: string, path: string): string | null {
  const name = relative(root, path).replaceAll('\\', '/');
  return name === '' || name.startsWith('..') || name.startsWith('/') || name.includes('\0') ? null : name;
}

/** SHA-256 of a file below the root; null when there is none, undefined when it is not to be read. */
async function hashOf(root: string, name: string): Promise<string | null | undefined> {
  const path = resolve(root, name);
  try {
    // A link may lead out of the repository.
    if (nameBelow(root, await realpath(path)) === null) return undefined;
    const info = await stat(path);
    if (!info.isFile() || info.size > largestFile) return undefined;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : undefined;
  }
}

export interface Holds {
  files: 'same' | 'changed' | 'gone' | 'unknown';
  commit: 'ancestor' | 'not-ancestor' | 'unknown';
}

/** Compares what was recorded with what is there now below `root`; every path and hash is taken for hostile. */
export function createHolding(root: string | null): (state: State | undefined) => Promise<Holds> {
  const commits = new Map<string, Promise<boolean | null>>();
  return async (state) => {
    if (root === null || state === undefined) return { files: 'unknown', commit: 'unknown' };
    return {
      files: await filesNow(root, state.files ?? {}),
      commit: await commitNow(root, state.head, commits),
    };
  };
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
