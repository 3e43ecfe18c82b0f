import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../store/durable.ts';

/** Back-ups that this machine wrote: what is forgotten later is still in them. */
const Backups = z.array(
  z.object({ workspace: z.string(), file: z.string(), createdAt: z.number().int().nonnegative() }),
);
type Backup = z.infer<typeof Backups>[number];

/** The oldest are passed over when there are more. */
const mostKept = 500;

const pathOf = (home: string): string => join(home, 'known-backups.json');

/** A list that cannot be read is as good as none: it only helps to remember. */
async function readBackups(home: string): Promise<Backup[]> {
  try {
    return Backups.parse(JSON.parse(await readFile(pathOf(home), 'utf8')));
  } catch {
    return [];
  }
}

export const knownBackups = async (home: string, workspace: string): Promise<Backup[]> =>
  (await readBackups(home)).filter((one) => one.workspace === workspace);

export async function noteBackup(home: string, backup: Backup): Promise<void> {
  const others = (await readBackups(home)).filter(({ file }) => file !== backup.file);
  await writeDurably(pathOf(home), JSON.stringify([...others, backup].slice(-mostKept)));
}
