import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../schema/app-error.ts';
import { writeDurably } from './durable.ts';

/** How far this writer's journal is safely in LanceDB: so far its events must be found, there or in the journal. */
const Checkpoint = z.object({
  writer: z.string(),
  /** Last seq of this writer that was in a table, durably. */
  seq: z.number().int().nonnegative(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return Checkpoint.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('DATA_LOSS', `${path} is not readable as a checkpoint`, {
      hint: `hivemind store repair, or move it away: rm ${path}`,
      cause,
    });
  }
}

/** Replaces the checkpoint in one step, durably. */
export const writeCheckpoint = (path: string, checkpoint: Checkpoint): Promise<void> =>
  writeDurably(path, JSON.stringify(checkpoint));
