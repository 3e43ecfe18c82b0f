import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { listTree, syncDirectory, syncFile } from '../durable.ts';

/** Readers of a version may still be at work when the next one is there; each version kept may hold a whole index. */
const keepVersionsMs = 2 * 60 * 1000;

/**
 * Merges fragments and brings the indexes up to date in the store directory `directory`. To be run in a process of
 * its own: it takes up to a gigabyte, which goes back only when the process ends. What it wrote is durable before
 * the files that it replaces are cleaned away.
 */
export async function upkeep(directory: string): Promise<void> {
  const root = join(directory, 'lance');
  const db = await connect(root);
  const table = await db.openTable('events');
  await table.optimize();
  await syncTree(root);
  await table.optimize({ cleanupOlderThan: new Date(Date.now() - keepVersionsMs) });
  await syncTree(root);
  table.close();
  db.close();
}

async function syncTree(root: string): Promise<void> {
  const { files, directories } = await listTree(root);
  for (const path of files) await syncFile(path);
  for (const path of directories) await syncDirectory(path);
}
