import { prunedBefore } from '../core/forget/prune.ts';
import { Scope } from '../core/scope.ts';
import { shellWord } from '../core/shell-word.ts';
import { AppError } from '../schema/app-error.ts';
import type { Event } from '../schema/event.ts';
import type { Standpoint } from '../schema/view.ts';
import { cutAt, eventNamed } from './as-of.ts';
import { type BranchWanted, branchToRead } from './branching.ts';
import { happenedOn } from './happened-on.ts';
import {
  boardOf,
  countWithout,
  deletedLines,
  findLine,
  lineOf,
  liveLines,
  namedLine,
  scopeOf,
  standpointOf,
} from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import type { LiveWorkspace } from './workspaces.ts';

/**
 * Where a new branch begins: a branch as it is now, or any branch as it was when something happened on it.
 * FAILED_PRECONDITION where nothing of that is left, or nobody may see it.
 */
export async function forkPoint(
  live: LiveWorkspace,
  { from, cwd, caller }: BranchWanted & { from?: string | undefined },
): Promise<Standpoint> {
  const { open } = live;
  if (from === undefined) return standpointOf(open, (await branchToRead(live, { cwd, caller })).id);
  const line = findLine(open, from);
  if (line !== undefined) return standpointOf(open, line.id);
  if (!/^(evt_)?[0-9a-f]{6,32}$/.test(from)) return standpointOf(open, namedLine(open, from).id);
  // From any step of any branch: whoever forks says where by the id alone.
  const ids = [...[...liveLines(open), ...deletedLines(open)].map(({ id }) => id), boardOf(open)];
  const spans = ids.map((branch) => ({ branch, writer: null, upTo: null }));
  const event = await eventNamed(open, spans, from);
  checkNotPruned(open, event);
  return standpointOn(open, event);
}

async function standpointOn(open: OpenWorkspace, event: Event): Promise<Standpoint> {
  const cut = await cutAt(open, event);
  const branch = await happenedOn(open, event, cut);
  if (branch === null)
    throw new AppError('FAILED_PRECONDITION', `${event.id} (${event.type}) happened on no branch`, {
      hint: 'fork from the step before it, or from a branch: hivemind branch list',
    });
  checkNotHidden(open, event, { branch, cut });
  return { branch, cut };
}

/** A branch that was deleted is hidden, apart from what others see of it (it was merged, or forked). */
function checkNotHidden(open: OpenWorkspace, { id }: Event, { branch, cut }: Standpoint): void {
  const { name, deletedAt } = lineOf(open, branch);
  if (deletedAt === null) return;
  const wanted = new Scope();
  wanted.add(branch, cut);
  if (liveLines(open).some((line) => countWithout(open, wanted, scopeOf(open, line.id)) === 0)) return;
  throw new AppError(
    'FAILED_PRECONDITION',
    `${id} happened on the branch "${name}", which was deleted and is seen from no other`,
    { hint: `hivemind branch restore ${shellWord(name)}` },
  );
}

/** What was pruned is no ground to begin from: whoever forks there would see nothing of what was done. */
function checkNotPruned({ forgettings }: OpenWorkspace, { id, at }: Event): void {
  const before = prunedBefore(forgettings.values());
  if (before === null || at >= before) return;
  const day = new Date(before).toISOString();
  throw new AppError(
    'FAILED_PRECONDITION',
    `${id} is from before ${day}, up to which the workspace was pruned`,
    {
      hint: 'fork from a later event, or from a branch: hivemind branch list',
    },
  );
}
