import { stat } from 'node:fs/promises';
import { listTree } from './durable.ts';

/** Bytes of all files below a directory; 0 when there is none. */
export async function diskUse(directory: string): Promise<number> {
  const { files } = await listTree(directory);
  const sizes = await Promise.all(
    files.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
