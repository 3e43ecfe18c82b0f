import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../durable.ts';
import { type Journal, readOnlyJournal } from './journal.ts';
import { listSegments } from './names.ts';

/** What the folder of a damaged journal is called: its events are still read, as far as they can be. */
const asideName = /^damaged-(wr_[0-9a-f]{32})-\d+$/;

/** The writer whose journal a folder was; null when it is no such folder. */
export const writerSetAside = (name: string): string | null => asideName.exec(name)?.[1] ?? null;

/** Takes a writer's damaged journal out of use; durable on return. That writer must not go on. */
export async function setJournalAside(folder: string, writer: string): Promise<void> {
  await rename(join(folder, writer), join(folder, `damaged-${writer}-${Date.now()}`));
  await syncDirectory(folder);
}

/** Reads the journal in such a folder: whatever stands whole in it. */
export async function openJournalAside(directory: string, writer: string): Promise<Journal> {
  const endless = readOnlyJournal(directory, writer, Number.MAX_SAFE_INTEGER);
  // A segment's name says how far the ones before it went, whatever can be read of them.
  let last = ((await listSegments(directory)).at(-1)?.firstSeq ?? 1) - 1;
  for await (const events of endless.read(last + 1, Number.MAX_SAFE_INTEGER))
    last = events.at(-1)?.seq ?? last;
  return readOnlyJournal(directory, writer, last);
}

/** Takes damaged segments out of use whose events are all stored elsewhere; their files stay as long as segments do. Returns their new paths. */
export async function setSegmentsAside(paths: readonly string[]): Promise<string[]> {
  const moved: string[] = [];
  for (const path of paths) {
    const aside = `${path}.${Date.now()}.broken`;
    await rename(path, aside);
    moved.push(aside);
  }
  for (const directory of new Set(paths.map((path) => dirname(path)))) await syncDirectory(directory);
  return moved;
}
