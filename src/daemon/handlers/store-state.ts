import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputOf } from '../../schema/operation.ts';
import type { Limit } from '../../schema/operations/status.ts';
import { diskUse } from '../../store/disk-use.ts';
import { limitOf, limitRules } from '../limits.ts';
import type { LiveWorkspace } from '../workspaces.ts';

type Status = OutputOf<'status.show'>;

/** How the store of a workspace is, and how near the daemon is to its bounds. */
export async function storeState(
  live: LiveWorkspace | null,
  { home, rssBytes, now }: { home: string; rssBytes: number; now: number },
): Promise<Pick<Status, 'store' | 'limits'>> {
  const { bavail, bsize } = await statfs(home);
  const tables = live === null ? 0 : await diskUse(join(live.open.directory, 'tables'));
  const ofDaemon = [
    limitOf('rss', rssBytes),
    limitOf('diskFree', bavail * bsize, Math.max(limitRules.diskFree.soft ?? 0, tables)),
  ];
  if (live === null) return { store: null, limits: ofDaemon };
  const { store } = live.open;
  return {
    store: {
      sizeBytes: await diskUse(live.open.directory),
      trouble: live.flusher.trouble() ?? live.poller.trouble(),
      repairs: store.repairs,
    },
    limits: [...limitsOf(live, now), ...ofDaemon],
  };
}

function limitsOf({ open: { store }, appender }: LiveWorkspace, now: number): Limit[] {
  const load = appender.load();
  const since = store.tailSince();
  return [
    limitOf('queue', load.events),
    limitOf('queueBytes', load.bytes),
    limitOf('memory', store.freshSize()),
    limitOf('memoryBytes', store.freshBytes()),
    // A clock that has gone back since would make it negative.
    limitOf('lag', since === null ? 0 : Math.max(0, now - since)),
  ];
}

/** What somebody should know or do about it. */
export function storeSteps({ store, limits }: Pick<Status, 'store' | 'limits'>): string[] {
  const steps = limits
    .filter(({ state }) => state !== 'ok')
    .map(({ name, state }) => {
      const { what, atSoft, atHard } = limitRules[name];
      const happens = (state === 'hard' ? atHard : atSoft).replaceAll('`', '');
      return `${name} is past its ${state} bound (${what}): ${happens}. hivemind store stats`;
    });
  if (store !== null && store.trouble !== null)
    steps.push(`the tables lag behind: ${store.trouble}. hivemind daemon logs`);
  return steps;
}
