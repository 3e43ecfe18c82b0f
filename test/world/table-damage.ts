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

/**
 * In the middle of a compressed block, where there is one. In the length before a block a flip makes LanceDB ask for
 * more memory than there is, which ends the process: no test can go on after that.
 */
function flippedIn(bytes: Buffer): number {
  const middle = Math.floor(bytes.length / 2);
  const block = bytes.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Math.floor(bytes.length / 3));
  return block === -1 ? middle : block + 200;
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
