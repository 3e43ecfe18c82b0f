import { join } from 'node:path';
import { AppError } from '../../schema/app-error.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { runsOf } from '../../schema/runs.ts';
import { pendingForgettings } from '../forgetting/apply.ts';
import { carryOut, inParts } from '../forgetting/order.ts';
import { forgetPayloads, signsOf } from '../forgetting/payloads.ts';
import { remainingOf } from '../forgetting/remaining.ts';
import { type Selection, selectForgetting } from '../forgetting/select.ts';
import type { Handler } from './handler.ts';
import { watched } from './watch.ts';

export const forgetEvents: Handler<'event.forget'> = async (input, context, { workspaces, daemon, now }) => {
  const startedAt = now();
  const isDry = input['dry-run'];
  checkSaid(input, 'hivemind forget');
  return watched(context, async (watch) => {
    const live = await workspaces.resolve(input);
    // What hooks have left behind is looked through as well.
    await daemon.drain();
    // What is being learnt of it now would come after it.
    await live.learner.settled();
    const selection = await selectForgetting(live.open, input, watch);
    const { by, tally, decided } = selection;
    const going = tally.summary();
    const spool = join(daemon.home, 'spool');
    const payloads = await forgetPayloads(spool, signsOf(live.open, input, selection.named), isDry);
    const isDone = !isDry && going.count > 0;
    const order = { type: 'event.forgotten' as const, text: orderText(selection), caller: input.caller };
    const { ids, result } = isDone
      ? await carryOut(live, workspaces, { ...order, bodies: bodiesOf(selection, input.why) }, context, watch)
      : { ids: [], result: null };
    const { open } = isDone ? await workspaces.live(live.open.workspace) : live;
    return {
      workspace: open.workspace.name,
      dryRun: isDry,
      by,
      ...going,
      decided: decided.length,
      payloads,
      ordered: ids,
      done: result === null ? null : countsOf(result),
      remaining: await remainingOf(open, daemon.home, going.count > 0 ? now() : null),
      durationMs: now() - startedAt,
    };
  });
};

/** Nothing goes for good without a yes. */
export function checkSaid(input: { 'dry-run': boolean; yes: boolean }, command: string): void {
  if (input['dry-run'] || input.yes) return;
  throw new AppError('INVALID_ARGUMENT', 'this cannot be undone: it needs an explicit yes', {
    hint: `${command} … --yes, or --dry-run to see what goes`,
  });
}

export const countsOf = ({
  segments,
  emptied,
  tables,
  rows,
  vectorTables,
}: NonNullable<OutputOf<'event.forget'>['done']>): NonNullable<OutputOf<'event.forget'>['done']> => ({
  segments,
  emptied,
  tables,
  rows,
  vectorTables,
});

const orderText = ({ by, tally }: Selection): string => {
  const { count, sessions } = tally.summary();
  return `forgot ${count} ${count === 1 ? 'event' : 'events'} of ${sessions} ${sessions === 1 ? 'session' : 'sessions'} (by ${by})`;
};

/** One body for each part of the runs; what is more than runs is in the first. */
function bodiesOf({ by, derivation, tally, decided }: Selection, why?: string): Record<string, unknown>[] {
  const { count } = tally.summary();
  const keys = derivation.keys().map(({ key, places }) => ({ key, events: runsOf(places) }));
  return inParts(runsOf(derivation.places())).map((events, part) => ({
    by,
    count: part === 0 ? count : 0,
    events,
    keys: part === 0 ? keys : [],
    decided: part === 0 ? decided : [],
    ...(why === undefined ? {} : { why }),
  }));
}

export const listForgettings: Handler<'event.forgettings'> = async (
  input,
  _context,
  { workspaces, daemon },
) => {
  const { open } = await workspaces.resolve(input);
  const pending = new Set((await pendingForgettings(open, open)).map(({ event }) => event));
  const all = [...open.forgettings.values()].sort((a, b) => a.at - b.at);
  const last = all.at(-1)?.at ?? null;
  return {
    workspace: open.workspace.name,
    forgettings: all.map(({ event, kind, by, who, why, at, count }) => ({
      event,
      kind,
      by,
      who,
      why,
      at,
      count,
      state: pending.has(event) ? ('pending' as const) : ('done' as const),
    })),
    remaining: await remainingOf(open, daemon.home, last),
  };
};
