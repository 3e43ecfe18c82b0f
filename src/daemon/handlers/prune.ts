import { isPrunable } from '../../core/forget/prune.ts';
import { AppError } from '../../schema/app-error.ts';
import { runsOf } from '../../schema/runs.ts';
import { carryOut, inParts } from '../forgetting/order.ts';
import { readAll, spansOfAll } from '../forgetting/select.ts';
import { createTally } from '../forgetting/tally.ts';
import { momentOf } from '../moments.ts';
import { checkSaid, countsOf } from './forget.ts';
import type { Handler } from './handler.ts';
import { watched } from './watch.ts';

export const pruneWorkspace: Handler<'workspace.prune'> = async (input, context, { workspaces, now }) => {
  const startedAt = now();
  const isDry = input['dry-run'];
  checkSaid(input, 'hivemind workspace prune');
  const before = momentOf('before', input.before, startedAt);
  if (before > startedAt)
    throw new AppError('INVALID_ARGUMENT', 'what is still to come cannot be pruned', {
      hint: 'hivemind workspace prune --before 90d --dry-run',
    });
  return watched(context, async (watch) => {
    const live = await workspaces.resolve(input);
    await live.learner.settled();
    const tally = createTally();
    const places: { writer: string; seq: number }[] = [];
    const filter = { spans: spansOfAll(live.open), until: before };
    for await (const event of readAll(live.open, filter, watch, 'looking for events'))
      if (isPrunable(event)) {
        tally.add(event, false);
        places.push({ writer: event.writer, seq: event.seq });
      }
    const { derived: _, quotes: __, ...going } = tally.summary();
    const bodies = inParts(runsOf(places)).map((events, part) => ({
      by: 'age',
      count: part === 0 ? going.count : 0,
      events,
      before,
    }));
    const text = `pruned ${going.count} events from before ${new Date(before).toISOString()}`;
    const order = { type: 'workspace.pruned' as const, text, bodies, caller: input.caller };
    const { ids, result } =
      isDry || going.count === 0
        ? { ids: [], result: null }
        : await carryOut(live, workspaces, order, context, watch);
    return {
      workspace: live.open.workspace.name,
      dryRun: isDry,
      ...going,
      before,
      ordered: ids,
      done: result === null ? null : countsOf(result),
      durationMs: now() - startedAt,
    };
  });
};
