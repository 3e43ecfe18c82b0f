import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import { makePrivateDirectory, syncDirectory } from './durable.ts';
import { segmentName } from './journal/names.ts';

/**
 * Takes over a folder of before the first release, which had one table and one journal for all writers: the journal has
 * every event since the first, and everything else follows from it. Throws FAILED_PRECONDITION, with nothing changed,
 * when the journal no longer reaches back that far.
 */
export async function takeOverEarlierLayout(directory: string, writer: string): Promise<void> {
  const names = await readdir(directory);
  if (!names.includes('lance') || names.includes('catalog')) return;
  const journal = join(directory, 'journal');
  const own = join(journal, writer);
  await makePrivateDirectory(own);
  const segments = (await readdir(journal)).filter((name) => name.endsWith('.wal')).sort();
  // A take-over that was interrupted has moved the first ones already.
  if (![...segments, ...(await readdir(own))].includes(segmentName(1))) throw tooOld(directory);
  for (const name of segments) await rename(join(journal, name), join(own, name));
  await syncDirectory(own);
  await syncDirectory(journal);
  await rename(join(directory, 'checkpoint.json'), join(directory, 'checkpoint.json.old')).catch(
    () => undefined,
  );
  await rename(join(directory, 'lance'), join(directory, 'lance.old'));
  await syncDirectory(directory);
}

const tooOld = (directory: string): AppError =>
  new AppError('FAILED_PRECONDITION', `${directory} was written by a version before the first release`, {
    hint: 'export it with that version, or move the folder away and import the transcripts again: hivemind import',
  });
