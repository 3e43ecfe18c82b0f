import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { AppError } from '../schema/app-error.ts';
import { idFromUuid, idPattern } from '../schema/ids.ts';
import { writeDurably } from './durable.ts';

const WriterFile = z.object({
  writer: z.string().regex(idPattern('writer')),
  /** The folder that it was made in: a copy of it, or a restored one, is another folder. Not there before the first release. */
  folder: z.string().optional(),
});

const pathIn = (directory: string): string => join(directory, 'writer.json');

/** Tells a folder from its copies: they have another inode, or were born at another time. */
async function identityOf(directory: string): Promise<string> {
  const { ino, birthtimeMs } = await stat(directory);
  return `${ino}:${Math.floor(birthtimeMs)}`;
}

/**
 * This home's writer id in the workspace. A home that was copied or restored gets a new one: two that number their
 * events under one id could not be told apart.
 */
export async function writerOf(directory: string): Promise<string> {
  const text = await readFile(pathIn(directory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return renewWriter(directory);
  const known = parse(text, pathIn(directory));
  const isHere = known.folder === undefined || known.folder === (await identityOf(directory));
  return isHere ? known.writer : renewWriter(directory);
}

/** Makes a new writer id; what the one before has left in its journal is still taken in. */
export async function renewWriter(directory: string): Promise<string> {
  const writer = idFromUuid('writer', uuidv7());
  await writeDurably(pathIn(directory), JSON.stringify({ writer, folder: await identityOf(directory) }));
  return writer;
}

function parse(text: string, path: string): z.infer<typeof WriterFile> {
  try {
    return WriterFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('DATA_LOSS', `${path} is not readable`, {
      hint: `move it away (rm ${path}): a new writer is made, and the old one's journal is taken in`,
      cause,
    });
  }
}
