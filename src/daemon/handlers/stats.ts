import type { z } from 'zod';
import { callTypes } from '../../core/warnings/finished.ts';
import { type Fate, type Fired, fatesOf } from '../../core/warnings/usefulness.ts';
import { RecallWarned } from '../../schema/bodies/recall.ts';
import type { Event } from '../../schema/event.ts';
import type { WarningHalf } from '../../schema/operations/stats.ts';
import { everywhere } from '../lines.ts';
import { momentOf } from '../moments.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { quantile, round } from '../quantile.ts';
import type { Handler } from './handler.ts';

type Warned = Fired & { shown: boolean; cross: boolean };

export const showWarningStats: Handler<'stats.warnings'> = async (input, _context, { workspaces, now }) => {
  const { open, learner } = await workspaces.resolve(input);
  const since = input.since === undefined ? 0 : momentOf('since', input.since, now());
  const warned = await warnedIn(open, since);
  const fates = fatesOf(warned, await aftermath(open, warned));
  const half = (shown: boolean) => halfOf(fates.filter((_, at) => warned[at]?.shown === shown));
  const { calls, tookMs } = learner.warnings.judged();
  return {
    workspace: open.workspace.name,
    setting: open.settings.current.warnings,
    fired: warned.length,
    shown: half(true),
    heldBack: half(false),
    otherSessions:
      warned.length === 0 ? null : round(warned.filter(({ cross }) => cross).length / warned.length),
    judged: calls,
    p50Ms: quantile(tookMs, 0.5),
    p95Ms: quantile(tookMs, 0.95),
  };
};

async function warnedIn(open: OpenWorkspace, since: number): Promise<Warned[]> {
  const events = await open.store.find({ spans: everywhere(open), types: ['recall.warned'], since });
  return events.flatMap(({ session, at, body }) => {
    const told = RecallWarned.safeParse(body);
    if (!told.success) return [];
    const { tool, callId = null, shown, cross } = told.data;
    return [{ session, at, tool, callId, shown, cross }];
  });
}

async function aftermath(open: OpenWorkspace, warned: readonly Warned[]): Promise<Event[]> {
  const [first] = warned.toSorted((a, b) => a.at - b.at);
  if (first === undefined) return [];
  return open.store.find({
    spans: everywhere(open),
    sessions: [...new Set(warned.map(({ session }) => session))],
    types: [...callTypes, 'memory.attempted'],
    // A hook is told of its call a moment before the call says when it was.
    since: first.at - 60_000,
  });
}

function halfOf(fates: readonly Fate[]): z.output<typeof WarningHalf> {
  const count = (fate: Fate): number => fates.filter((one) => one === fate).length;
  const ended = fates.length - count('unknown');
  const right = ended - count('worked');
  return {
    fired: fates.length,
    ended,
    failed: count('failed'),
    revertedSoon: count('reverted'),
    changedCourse: count('changed-course'),
    precision: ended === 0 ? null : round(right / ended),
  };
}
