import { rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import { idPattern } from '../schema/ids.ts';
import { readCheckpoint } from './checkpoint.ts';
import { syncDirectory } from './durable.ts';
import { setJournalAside } from './journal/set-aside.ts';
import { renewWriter, writerOf } from './writer.ts';

/**
 * Takes out of the way what keeps the store in `directory` from opening, as far as `error` says what that is: a writer
 * file or checkpoint that cannot be read (what they say, journal and tables say as well), and, if `withJournal`, a
 * damaged journal. Nothing is deleted, and what stands whole in the journal is still read. False when it is something
 * else.
 */
export async function makeOpenable(
  directory: string,
  error: unknown,
  withJournal: boolean,
): Promise<boolean> {
  if (!(error instanceof AppError) || error.code !== 'DATA_LOSS') return false;
  return (
    (await setUnreadable(() => writerOf(directory), join(directory, 'writer.json'))) ||
    (await setCheckpointAside(join(directory, 'checkpoint.json'))) ||
    (withJournal && (await setJournalOf(directory, error.details?.path)))
  );
}

const setCheckpointAside = (path: string): Promise<boolean> =>
  setUnreadable(() => readCheckpoint(path), path);

/** Moves a file away that `read` finds damaged: it is made anew. */
async function setUnreadable(read: () => Promise<unknown>, path: string): Promise<boolean> {
  try {
    await read();
    return false;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DATA_LOSS') throw error;
    await rename(path, `${path}.${Date.now()}.damaged`);
    await syncDirectory(dirname(path));
    return true;
  }
}

/** The journal that the segment at `path` belongs to. Its writer ends: nobody could say which numbers it has given. */
async function setJournalOf(directory: string, path: unknown): Promise<boolean> {
  const folder = join(directory, 'journal');
  if (typeof path !== 'string' || dirname(dirname(path)) !== folder) return false;
  const writer = basename(dirname(path));
  if (!idPattern('writer').test(writer)) return false;
  if ((await writerOf(directory)) === writer) await renewWriter(directory);
  await setJournalAside(folder, writer);
  return true;
}
