import type { FoldedForgetting } from '../../core/forget/forgettings.ts';
import type { Workspace } from '../../schema/records.ts';
import { ForgetResult } from '../../store/forget/forget.ts';
import type { Forgetting } from '../../store/forget/forgetter.ts';
import type { RunJob } from '../../store/job.ts';
import type { OnProgress } from '../../store/progress.ts';
import { locationOf } from '../bucket.ts';
import type { Records } from '../records.ts';
import { addKnown, type KnownForgetting, readApplied, readKnown, writeApplied } from './known.ts';

export interface ForgetPlace {
  workspace: Workspace;
  /** The workspace's folder on this machine. */
  directory: string;
}

/** What was ordered, by the workspace's own events and by what this home knows beside them, without what is done. */
export async function pendingForgettings(
  { workspace, directory }: ForgetPlace,
  { forgettings }: Pick<Records, 'forgettings'>,
): Promise<KnownForgetting[]> {
  const { applied } = await readApplied(directory);
  const all = allForgettings(await readKnown(directory, workspace.id), { forgettings });
  return all.filter(({ event }) => !applied.includes(event));
}

/** Each once, whoever knows of it. */
export function allForgettings(
  known: readonly KnownForgetting[],
  { forgettings }: Pick<Records, 'forgettings'>,
): KnownForgetting[] {
  if (known.length === 0 && forgettings.size === 0) return [];
  const folded = [...forgettings.values()].map(toKnown);
  return [...new Map([...known, ...folded].map((one) => [one.event, one])).values()];
}

export const toKnown = ({ event, kind, at, events, keys, decided }: FoldedForgetting): KnownForgetting => ({
  event,
  kind,
  at,
  events,
  keys,
  decided,
});

/** Takes what is pending out of all files of a workspace that nobody has open, and notes that it is done. */
export async function applyForgettings(
  { workspace, directory }: ForgetPlace,
  pending: readonly KnownForgetting[],
  runJob: RunJob,
  { signal, onProgress }: { signal: AbortSignal; onProgress: OnProgress },
): Promise<ForgetResult> {
  await addKnown(directory, workspace.id, pending);
  const forgettings = pending.map(({ at: _, ...forgetting }): Forgetting => forgetting);
  const location = locationOf(workspace.store, directory);
  const isShared = location.kind === 's3';
  const job = { kind: 'forget', location, forget: { directory, forgettings, isShared } } as const;
  const result = ForgetResult.parse(await runJob(job, signal, onProgress));
  const before = await readApplied(directory);
  await writeApplied(directory, {
    format: 1,
    applied: [...new Set([...before.applied, ...pending.map(({ event }) => event)])],
    leaving: result.leaving,
    facts: [...new Set([...before.facts, ...result.facts])],
  });
  return result;
}
