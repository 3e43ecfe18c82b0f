import { isWanted } from '../../core/notify-match.ts';
import type { Event } from '../../schema/event.ts';
import type { NotifyHook } from '../../schema/notify.ts';
import { findLine, scopeOf, spansOf } from '../lines.ts';
import type { Workspaces } from '../workspaces.ts';
import type { Handler } from './handler.ts';

export const listNotify: Handler<'notify.list'> = async (_input, _context, { notifier }) => {
  await notifier.reload();
  return notifier.state();
};

export const testNotify: Handler<'notify.test'> = async (
  { name },
  _context,
  { notifier, workspaces, now },
) => {
  const run = await notifier.test(name, (hook) => lastWanted(workspaces, hook, now()));
  return { name, run };
};

/** So far back it is looked for an event to try a hook with, and among so many. */
const lookBackMs = 30 * 24 * 3_600_000;
const mostLookedAt = 500;

/** The last event for which the hook would have been run; null when there is none. */
async function lastWanted(
  { registry, live }: Workspaces,
  { workspace, branch, on, path, agent }: NotifyHook,
  nowMs: number,
): Promise<Event | null> {
  const { open } = await live(registry.named(workspace));
  const line = findLine(open, branch);
  if (line === undefined) return null;
  const first = Math.max(0, nowMs - lookBackMs)
    .toString(16)
    .padStart(12, '0');
  const filter = {
    spans: spansOf(open, scopeOf(open, line.id)),
    hlcs: [`${first}0000`, 'f'.repeat(16)] as const,
    ...(path.length === 0 ? {} : { paths: { globs: path } }),
    ...(agent.length === 0 ? {} : { agents: agent }),
  };
  const page = (await open.store.positions(filter)).slice(-mostLookedAt);
  return (await open.store.at(filter, page)).findLast((event) => isWanted(on, event)) ?? null;
}
