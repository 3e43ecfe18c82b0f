import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn } from './store.ts';

export const tableIn = (directory: string, name: string): string =>
  join(directory, 'tables', `${name}.lance`);

/** The newest of the files below the table's folder that match. */
export function pick(directory: string, name: string, matching: RegExp): string {
  const [path] = filesIn(tableIn(directory, name), matching);
  if (path === undefined) throw new Error(`nothing matches ${matching}`);
  return path;
}

/** Lance counts versions down from 2^64: the first name is the newest. */
export const newestManifest = /_versions\/\d+\.manifest$/;
export const dataFile = /\/data\/[^/]+\.lance$/;

export const changes: Record<string, (path: string) => void> = {
  'of 0 bytes': (path) => writeFileSync(path, ''),
  'half of it': (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
  'filled with zeros': (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length)),
  gone: (path) => rmSync(path),
  'one byte flipped': (path) => {
    const bytes = readFileSync(path);
    const at = flippedIn(bytes);
    bytes[at] = (bytes[at] ?? 0) ^ 0x40;
    writeFileSync(path, bytes);
  },
};

const blockMark = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** How far behind the beginning of a block the byte is. */
const intoBlock = 200;

/**
 * In the first compressed block that is long enough, or else in the middle of what stands before all blocks: nothing else
 * tells of that, while heads, the last column, can be made anew. In the length before a block a flip makes LanceDB ask
 * for more memory than there is, which ends the process: no test can go on after that.
 */
function flippedIn(bytes: Buffer): number {
  const first = bytes.indexOf(blockMark);
  for (let at = first, next: number; at !== -1; at = next) {
    next = bytes.indexOf(blockMark, at + 1);
    if (next - at > 2 * intoBlock) return at + intoBlock;
  }
  return Math.floor((first === -1 ? bytes.length : first) / 2);
}

type Damage = (directory: string, name: string) => void;

const kindsOf = (what: string, matching: RegExp, how: readonly string[]): [kind: string, damage: Damage][] =>
  how.map((change) => [
    `${what}: ${change}`,
    (directory, name) => changes[change]?.(pick(directory, name, matching)),
  ]);

export const kinds: [kind: string, damage: Damage][] = [
  ...kindsOf('newest manifest', newestManifest, ['of 0 bytes', 'half of it', 'filled with zeros', 'gone']),
  ...kindsOf('data file', dataFile, ['half of it', 'filled with zeros', 'gone', 'one byte flipped']),
  ['folder: gone', (directory, name) => rmSync(tableIn(directory, name), { recursive: true })],
];
