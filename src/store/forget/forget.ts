import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncDirectory } from '../durable.ts';
import { reach } from '../failpoint.ts';
import type { Tables } from '../lance/tables.ts';
import type { Objects } from '../objects/objects.ts';
import type { OnProgress } from '../progress.ts';
import { createForgetter, Forgetting } from './forgetter.ts';
import { forgetInJournals } from './journal.ts';
import { forgetInTables } from './tables.ts';
import { forgetVectors } from './vectors.ts';

/** Takes what is forgotten out of every file of a workspace. Nobody on this machine may have its store open. */
export const ForgetJob = z.object({
  /** The workspace's folder on this machine. */
  directory: z.string(),
  forgettings: z.array(Forgetting),
  /** Several machines share the tables. */
  isShared: z.boolean(),
});
export type ForgetJob = z.infer<typeof ForgetJob>;

export const ForgetResult = z.object({
  segments: z.number().int().describe('of the journal, rewritten'),
  emptied: z.number().int().describe('copies of damaged segments, emptied'),
  tables: z.number().int().describe('made anew'),
  rows: z.number().int().describe('in them'),
  vectorTables: z.number().int(),
  leaving: z.number().int().describe('tables of a bucket that go after their time of grace'),
  /** Keys of the facts that are forgotten: what is told of them later is not taken in. */
  facts: z.array(z.string()),
});
export type ForgetResult = z.infer<typeof ForgetResult>;

/** Done again after a crash it ends where it would have ended: each step finds what is left to do. */
export async function forgetEverywhere(
  { tables, objects }: { tables: Tables; objects: Objects },
  { directory, forgettings, isShared }: ForgetJob,
  onProgress: OnProgress,
): Promise<ForgetResult> {
  const forgetter = createForgetter(forgettings);
  const steps = 4;
  onProgress({ message: 'rewriting the journal', done: 0, total: steps });
  const { segments, emptied } = await forgetInJournals(join(directory, 'journal'), forgetter);
  const stored = await forgetInTables({ tables, objects, isShared, forgettings, onProgress });
  onProgress({ message: 'rewriting vectors', done: 2, total: steps });
  const vectorTables = await forgetVectors(directory, forgetter);
  reach('forget.vectors');
  onProgress({ message: 'taking away what was made of it', done: 3, total: steps });
  await dropCaches(directory);
  reach('forget.caches');
  const { facts, ...counts } = stored;
  return { segments, emptied, ...counts, vectorTables, facts };
}

/** Copies of damaged tables, and what is folded, learnt or copied from events: the first are evidence only, the others are made anew. */
async function dropCaches(directory: string): Promise<void> {
  const derived = /^(snapshot(\.\d+)?|learned\.json(\.\d+)?|events_[0-9a-f]{32}\.ndjson|fields|damaged)$/;
  for (const name of await readdir(directory))
    if (derived.test(name)) await rm(join(directory, name), { recursive: true, force: true });
  await syncDirectory(directory);
}
