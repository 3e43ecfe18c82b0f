import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Most bytes of a file of an agent's own that is read to find something out. */
const lookUpBytes = 1024 * 1024;

/** Text of a regular file that is not large, nor (unless `follows`) a link; null for any other. */
export function readSmall(path: string, { follows = false }: { follows?: boolean } = {}): string | null {
  let file: number | null = null;
  try {
    // Not blocking: a pipe in its place would wait for a writer for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (follows ? 0 : constants.O_NOFOLLOW));
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile() || size > lookUpBytes) return null;
    const bytes = Buffer.alloc(size);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, size, 0));
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}
