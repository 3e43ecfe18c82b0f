import { stat } from 'node:fs/promises';
import { listTree, syncDirectory, syncFile } from '../durable.ts';

export interface TreeSync {
  /** Makes durable every file that is there now, and the names of all. */
  sync(): Promise<void>;
}

/** Remembers what it has synced: Lance never writes into a file twice, but for its `.json` hints. */
export function createTreeSync(directory: string): TreeSync {
  const done = new Set<string>();
  return {
    sync: async () => {
      const { files, directories } = await listTree(directory);
      for (const path of files) {
        if (done.has(path) && !path.endsWith('.json')) continue;
        await syncFile(path);
        done.add(path);
      }
      for (const path of directories) {
        await stat(path)
          .then(() => syncDirectory(path))
          .catch((error: NodeJS.ErrnoException) => {
            if (error.code !== 'ENOENT') throw error;
          });
      }
    },
  };
}
