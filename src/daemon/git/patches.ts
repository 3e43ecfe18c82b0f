import { hash128 } from '../../schema/ids.ts';
import { runGit } from './command.ts';

export const diffFlags = [
  '-p',
  '-U0',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
] as const;

/** So many commits are compared in one question. */
const batch = 200;

/** What single commits change, by their hashes: a key that is the same for the same change. Those that change nothing, and what is too large, are left out. */
export async function patchesOf(root: string, shas: readonly string[]): Promise<Map<string, string>> {
  const patches = new Map<string, string>();
  for (let at = 0; at < shas.length; at += batch) {
    const some = shas.slice(at, at + batch);
    const said = await runGit(root, ['diff-tree', '--stdin', '--root', '-r', ...diffFlags], {
      input: some.map((sha) => `${sha}\n`).join(''),
    });
    for (const [sha, diff] of split(said ?? '', new Set(some))) {
      const patch = patchOf(diff);
      if (patch !== null) patches.set(sha, patch);
    }
  }
  return patches;
}

/** The diff of each commit; each begins with a line that is its hash, which no line of a diff is. */
function split(text: string, wanted: ReadonlySet<string>): Map<string, string> {
  const parts = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n'))
    if (wanted.has(line)) {
      lines = [];
      parts.set(line, lines);
    } else lines.push(line);
  return new Map([...parts].map(([sha, own]) => [sha, own.join('\n')]));
}

/** The key of a diff: which files, which lines go and come, and not where they stand. Null: it says nothing. */
export function patchOf(diff: string): string | null {
  const lines = diff.split('\n').filter((line) => /^(?:[+-]|diff --git |Binary files )/.test(line));
  return lines.length === 0 ? null : hash128('patch', lines.join('\n'));
}
