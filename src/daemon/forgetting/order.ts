import { v7 as uuidv7 } from 'uuid';
import type { EventRuns } from '../../schema/bodies/forget.ts';
import { Draft } from '../../schema/event.ts';
import type { CallContext } from '../../schema/operation.ts';
import { reach } from '../../store/failpoint.ts';
import type { ForgetResult } from '../../store/forget/forget.ts';
import type { Watch } from '../../store/verification.ts';
import { authorOf } from '../author.ts';
import { mainLine } from '../lines.ts';
import type { LiveWorkspace, Workspaces } from '../workspaces.ts';
import { applyForgettings, pendingForgettings } from './apply.ts';

/** Runs in one event: far below what an event may weigh. */
const mostRuns = 20_000;

/** Runs cut into parts that fit an event each; at least one. */
export function inParts(runs: EventRuns, most = mostRuns): EventRuns[] {
  const parts: EventRuns[] = [{}];
  let left = most;
  for (const [writer, intervals] of Object.entries(runs))
    for (let from = 0; from < intervals.length; ) {
      if (left === 0) {
        parts.push({});
        left = most;
      }
      const some = intervals.slice(from, from + left);
      (parts.at(-1) ?? {})[writer] = some;
      from += some.length;
      left -= some.length;
    }
  return parts;
}

export interface Order {
  type: 'event.forgotten' | 'workspace.pruned';
  text: string;
  bodies: Record<string, unknown>[];
  caller: string | undefined;
}

/**
 * Journals the order, then closes the workspace, takes what was ordered out of every file, and opens it again. From the
 * moment it is journalled it will be done, whatever ends this process.
 */
export async function carryOut(
  { open, appender }: LiveWorkspace,
  workspaces: Workspaces,
  { type, text, bodies, caller }: Order,
  context: CallContext,
  { onProgress }: Watch,
): Promise<{ ids: string[]; result: ForgetResult | null }> {
  const author = authorOf(open, context, caller);
  const drafts = bodies.map((body) =>
    Draft.parse({ type, ...author, identity: { nativeId: uuidv7(), phase: type }, text, body }),
  );
  const { ids } = await appender.append(drafts, { branch: mainLine(open).id });
  reach('forget.order');
  const { workspace, directory } = open;
  let result: ForgetResult | null = null;
  await workspaces.reopen(workspace, {
    meanwhile: async (closed) => {
      const pending = await pendingForgettings({ workspace, directory }, closed.open);
      const signal = new AbortController().signal;
      const place = { workspace, directory };
      result = await applyForgettings(place, pending, workspaces.runJob, { signal, onProgress });
    },
  });
  return { ids, result };
}
