import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durable.ts';

const Mark = z.object({
  /** How many times in a row the store was not closed before it was opened again. */
  unclean: z.number().int().nonnegative(),
  /** The unsealed table that was being read; null: none. */
  reading: z.string().nullable(),
});

/** A process that has lived so long did not die of what it found on the disk. */
const settledMs = 60_000;

/**
 * Tells an opening how the one before it ended. Damaged bytes can make LanceDB end the whole process (a length of 274 GB
 * is allocated, and that aborts); without this every next process would read them again.
 */
export interface OpenMark {
  unclean: number;
  /** The table that was being read when the process before ended. */
  suspect: string | null;
  /** Says which unsealed table is about to be read. */
  reading(table: string | null): Promise<void>;
  /** The store was closed in order. */
  clear(): Promise<void>;
}

export async function openMark(directory: string): Promise<OpenMark> {
  const path = join(directory, 'open.json');
  const before = await readMark(path);
  const unclean = before === null ? 0 : before.unclean + 1;
  const write = (count: number, reading: string | null): Promise<void> =>
    writeDurably(path, JSON.stringify({ unclean: count, reading }));
  await write(unclean, null);
  const timer = setTimeout(() => void write(0, null).catch(() => undefined), settledMs).unref();
  return {
    unclean,
    suspect: before?.reading ?? null,
    reading: (table) => write(unclean, table),
    clear: async () => {
      clearTimeout(timer);
      await rm(path, { force: true });
    },
  };
}

async function readMark(path: string): Promise<z.infer<typeof Mark> | null> {
  try {
    return Mark.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
