import type { Workspace } from '../../schema/records.ts';
import { type OpenOptions, type OpenWorkspace, openWorkspace } from '../open-workspace.ts';
import { applyForgettings, pendingForgettings } from './apply.ts';

/**
 * Opens a workspace from whose files everything has gone that was ordered to be forgotten: what a crash interrupted, what
 * another machine ordered, what a back-up brought back. Where that fails now it is opened all the same, and the log says so.
 */
export async function openForgetting(
  workspace: Workspace,
  directory: string,
  options: OpenOptions,
): Promise<OpenWorkspace> {
  const { log, runJob } = options;
  const open = await openWorkspace(workspace, directory, options);
  const pending = await pendingForgettings({ workspace, directory }, open).catch(async (error: unknown) => {
    await open.store.close();
    throw error;
  });
  if (pending.length === 0) return open;
  await open.store.close();
  const startedAt = performance.now();
  const orders = pending.length;
  const signal = new AbortController().signal;
  try {
    const { facts: _, ...counts } = await applyForgettings({ workspace, directory }, pending, runJob, {
      signal,
      onProgress: () => undefined,
    });
    const durationMs = Math.round(performance.now() - startedAt);
    log.info('forgot', { workspace: workspace.id, orders, ...counts, durationMs });
  } catch (error) {
    log.error('what is to be forgotten is still there', error, { workspace: workspace.id, orders });
  }
  return openWorkspace(workspace, directory, options);
}

/** Rest before what could not be forgotten is tried again. */
const retryMs = 60_000;

/** Looks, whenever others' events have come, whether they order something to be forgotten, and calls `reopen` then. */
export function createLateForgetting(reopen: (workspace: Workspace) => void): (open: OpenWorkspace) => void {
  const seen = new Map<string, { orders: number; lookedAt: number }>();
  return (open) => {
    const { workspace, directory, forgettings } = open;
    const last = seen.get(workspace.id);
    const now = performance.now();
    if (forgettings.size === 0) return;
    if (last !== undefined && last.orders === forgettings.size && now - last.lookedAt < retryMs) return;
    seen.set(workspace.id, { orders: forgettings.size, lookedAt: now });
    void pendingForgettings({ workspace, directory }, open)
      .then((pending) => pending.length > 0 && reopen(workspace))
      .catch(() => undefined);
  };
}
