import { scopeAt } from '../core/lineage.ts';
import type { Scope } from '../core/scope.ts';
import { AppError } from '../schema/app-error.ts';
import { WriterObserved } from '../schema/bodies/branch.ts';
import type { Event } from '../schema/event.ts';
import type { Cut, Span, Standpoint } from '../schema/view.ts';
import { happenedOn } from './happened-on.ts';
import { boardOf } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** The event that an id, or the end of one, means among those that are seen in `spans`. */
export async function eventNamed(open: OpenWorkspace, spans: readonly Span[], id: string): Promise<Event> {
  const tail = id.replace(/^evt_/, '');
  const found = await open.store.find(
    tail.length === 32 ? { spans, ids: [`evt_${tail}`] } : { spans, idTail: tail },
    { limit: 2 },
  );
  const [event] = found;
  if (event === undefined)
    throw new AppError(
      'NOT_FOUND',
      `no event ${id} is seen here, in the workspace "${open.workspace.name}"`,
      {
        hint: 'hivemind recall "…" shows ids; --branch NAME looks on another branch',
      },
    );
  if (found.length > 1)
    throw new AppError('FAILED_PRECONDITION', `more than one event id ends with ${id}`, {
      hint: `hivemind show ${event.id}`,
    });
  return event;
}

/** Where one stood when an event was recorded: on the branch on which it happened, or (what happened on none) on `otherwise`. */
export async function standpointAt(
  open: OpenWorkspace,
  event: Event,
  otherwise: string,
): Promise<Standpoint> {
  const cut = await cutAt(open, event);
  return { branch: (await happenedOn(open, event, cut)) ?? otherwise, cut };
}

/** What was seen from a branch as it was, with the board as it was. */
export function scopeAsOf(open: OpenWorkspace, standpoint: Standpoint): Scope {
  const scope = scopeAt(open.branches, standpoint);
  scope.add(boardOf(open), standpoint.cut);
  return scope;
}

/** How far one saw when an event was recorded: its writer's events up to it, and what that writer had seen of others. */
export async function cutAt(open: OpenWorkspace, { writer, seq }: Event): Promise<Cut> {
  const spans = [{ branch: boardOf(open), writer, upTo: seq }];
  const filter = { spans, types: ['writer.observed'] };
  const last = (await open.store.positions(filter)).at(-1);
  const [said] = last === undefined ? [] : await open.store.at(filter, [last]);
  const seen = WriterObserved.safeParse(said?.body);
  return { ...(seen.success ? seen.data.seen : {}), [writer]: seq };
}
