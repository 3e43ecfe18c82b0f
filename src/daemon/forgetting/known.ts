import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../schema/app-error.ts';
import { makePrivateDirectory, writeDurably } from '../../store/durable.ts';
import { Forgetting } from '../../store/forget/forgetter.ts';

/**
 * What was ordered to be forgotten in a workspace, kept beside it: its own folder may be deleted, and be restored from a
 * back-up that is older.
 */
const Known = z.object({
  format: z.literal(1),
  forgettings: z.array(Forgetting.extend({ at: z.number().int() })),
});
export type KnownForgetting = z.infer<typeof Known>['forgettings'][number];

/** What of that has been done in this folder, and the facts that are not to come in again. */
const Applied = z.object({
  format: z.literal(1),
  applied: z.array(z.string()),
  /** Tables of a bucket that held it and were still there, at the last look. */
  leaving: z.number().int().nonnegative(),
  facts: z.array(z.string()),
});
export type Applied = z.infer<typeof Applied>;

/** The folder of a workspace is `data/ws_…` below the home. */
const knownPath = (directory: string, workspace: string): string =>
  join(dirname(dirname(directory)), 'forgotten', `${workspace}.json`);
const appliedPath = (directory: string): string => join(directory, 'forgotten.json');

export async function readKnown(directory: string, workspace: string): Promise<KnownForgetting[]> {
  return (await read(knownPath(directory, workspace), Known))?.forgettings ?? [];
}

/** Adds what is not known yet; durable on return. */
export async function addKnown(
  directory: string,
  workspace: string,
  more: readonly KnownForgetting[],
): Promise<void> {
  const known = await readKnown(directory, workspace);
  const news = more.filter(({ event }) => !known.some((one) => one.event === event));
  if (news.length === 0) return;
  const path = knownPath(directory, workspace);
  await makePrivateDirectory(dirname(path));
  await writeDurably(path, JSON.stringify({ format: 1, forgettings: [...known, ...news] }));
}

export const readApplied = async (directory: string): Promise<Applied> =>
  (await read(appliedPath(directory), Applied)) ?? { format: 1, applied: [], leaving: 0, facts: [] };

export const writeApplied = (directory: string, applied: Applied): Promise<void> =>
  writeDurably(appliedPath(directory), JSON.stringify(applied));

/** Null where there is none: what cannot be read must not look as if nothing had been forgotten. */
async function read<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('DATA_LOSS', `${path} cannot be read: it says what is forgotten`, {
      hint: 'restore it from a back-up, or take it away: what the workspace itself knows is applied all the same',
      cause,
    });
  }
}
