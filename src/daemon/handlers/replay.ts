import { hlcMs } from '../../core/hlc.ts';
import { holding, knowledgeIn } from '../../core/records/rows.ts';
import { toSession } from '../../core/records/session.ts';
import { lanesOf } from '../../core/replay/lanes.ts';
import { agentsOf, countOf } from '../../core/replay/steps.ts';
import type { Event } from '../../schema/event.ts';
import type { Knowledge } from '../../schema/records.ts';
import { scopeAsOf, standpointAt } from '../as-of.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { findStep } from '../replay/find.ts';
import { readPage } from '../replay/pages.ts';
import { type Subject, subjectOf } from '../replay/subject.ts';
import type { Handler } from './handler.ts';

export const showReplay: Handler<'replay.show'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const subject = await subjectOf(live, input);
  const { session, title, line, steps } = subject;
  const total = countOf(steps);
  const last = Math.min(total, input.after + input.limit);
  const numbers = Array.from({ length: Math.max(0, last - input.after) }, (_, at) => input.after + at);
  const events = await readPage(open, subject.spans, steps, numbers);
  const children = session === null ? sessionsOf(events, subject.sessions) : subject.children;
  const step = events.at(-1);
  return {
    workspace: open.workspace.name,
    subject: { whole: input.whole, title, branch: line.name },
    session: session === null ? null : toSession(session),
    children: children.map(toSession),
    agents: agentsOf(subject.whole),
    total,
    order: subject.order,
    steps: events,
    state: input.state && step !== undefined ? await knowledgeAt(open, subject, step) : null,
  };
};

/** The sessions of some steps, first come first. */
function sessionsOf<S>(events: readonly Event[], sessions: ReadonlyMap<string, S>): S[] {
  const ids = new Set(events.map(({ session }) => session));
  return [...ids].flatMap((id) => sessions.get(id) ?? []);
}

/** As it was seen from the branch on which the step happened. */
async function knowledgeAt(
  open: OpenWorkspace,
  { line, sightFrom }: Subject,
  step: Event,
): Promise<Knowledge> {
  const standpoint = await standpointAt(open, step, line.id);
  const scope = scopeAsOf(open, standpoint).meet(sightFrom(standpoint.branch));
  return holding(knowledgeIn(open.registers, scope), hlcMs(step.hlc));
}

export const findReplay: Handler<'replay.find'> = async (input, { signal }, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const subject = await subjectOf(live, input);
  const found = await findStep(live.open, subject, input, { now: now(), signal });
  return {
    workspace: live.open.workspace.name,
    ...found,
    total: countOf(subject.steps),
    order: subject.order,
  };
};

export const showLanes: Handler<'replay.lanes'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { steps, sessions } = await subjectOf(live, input);
  const { lanes, ...times } = lanesOf(steps, { buckets: input.buckets, most: input.limit });
  return {
    workspace: live.open.workspace.name,
    ...times,
    lanes: lanes.map((lane) => {
      const session = sessions.get(lane.session);
      return { ...lane, title: session?.title ?? '', parent: session?.parent ?? null };
    }),
  };
};
