import { readFile } from 'node:fs/promises';
import { AppError } from '../schema/app-error.ts';
import { writeDurably } from './durable.ts';

/** How far this writer's journal is safely in LanceDB, and what the table looked like then. */
export interface Checkpoint {
  writer: string;
  /** Last seq of this writer that is in the table. */
  seq: number;
  version: number;
  rows: number;
}

export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text) as Checkpoint;
  } catch (cause) {
    throw new AppError('DATA_LOSS', `${path} is not readable as a checkpoint`, {
      hint: 'move the file away: the journal is then read from its beginning',
      cause,
    });
  }
}

/** Replaces the checkpoint in one step, durably. */
export const writeCheckpoint = (path: string, checkpoint: Checkpoint): Promise<void> =>
  writeDurably(path, JSON.stringify(checkpoint));
