import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import { CheckedEmbedder } from '../schema/embedder.ts';
import { writeDurably } from '../store/durable.ts';

export const embedderPath = (home: string): string => join(home, 'embedder.json');

/** The embedder of this machine, as it was set last; null: none. Throws DATA_LOSS when the file cannot be read as one. */
export async function readEmbedder(home: string): Promise<CheckedEmbedder | null> {
  const path = embedderPath(home);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return CheckedEmbedder.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('DATA_LOSS', `${path} cannot be read as the settings of an embedder`, {
      hint: 'set it again: hivemind embedder set',
      cause,
    });
  }
}

/** Durable on return; the file is its owner's only. */
export async function writeEmbedder(home: string, checked: CheckedEmbedder | null): Promise<void> {
  if (checked === null) await rm(embedderPath(home), { force: true });
  else await writeDurably(embedderPath(home), `${JSON.stringify(checked, null, 2)}\n`);
}
