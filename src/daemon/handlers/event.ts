import { isDaemon } from '../../core/records/content.ts';
import { AppError } from '../../schema/app-error.ts';
import type { ParsedOf } from '../../schema/operation.ts';
import type { Filter } from '../../store/filter.ts';
import { eventNamed } from '../as-of.ts';
import { branchToRead, branchToWrite } from '../branching.ts';
import { scopeOf, spansOf } from '../lines.ts';
import { momentOf } from '../moments.ts';
import { pickSession } from '../picked-session.ts';
import { visibleSessions } from '../visible-sessions.ts';
import type { Handler } from './handler.ts';

/** How many neighbours `show` names before and after the event. */
const neighbours = 3;

export const appendEvents: Handler<'event.append'> = async (input, _context, { workspaces }) => {
  checkTypes(input.events);
  const live = await workspaces.resolve(input);
  const line = await branchToWrite(live, input);
  const { ids, duplicates } = await live.appender.append(input.events, {
    branch: line.id,
    delivery: input.delivery,
    place: input.place,
  });
  return { appended: ids, duplicates };
};

/** What the daemon alone writes: it asks the rules of a merge, counts what it has told and seen, and is asked to forget. */
const isOurs = (type: string): boolean =>
  /^(merge\..*|recall\.(injected|warned)|writer\.observed|event\.forgotten|workspace\.pruned)$/.test(type);

/** Nobody else writes these, or in the daemon's name: reviews and rules go by them. */
function checkTypes(events: ParsedOf<'event.append'>['events']): void {
  for (const [at, { type, otherwise, actor }] of events.entries()) {
    const taken = [type, otherwise?.type ?? ''].find(isOurs);
    if (taken === undefined && !isDaemon(actor)) continue;
    const what =
      taken === undefined
        ? 'actor: that is the daemon itself'
        : `${taken.slice(0, 40)}: the daemon alone writes these`;
    throw new AppError('INVALID_ARGUMENT', `events.${at}: ${what}`, {
      hint: 'hivemind merge NAME, hivemind review approve NAME, hivemind forget EVENT',
    });
  }
}

export const showEvent: Handler<'event.show'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const spans = spansOf(open, scopeOf(open, (await branchToRead(live, input)).id));
  const event = await eventNamed(open, spans, input.id);
  const ids = (await open.store.positions({ spans, sessions: [event.session] })).map(({ id }) => id);
  const at = ids.indexOf(event.id);
  return {
    event,
    before: ids.slice(Math.max(0, at - neighbours), at),
    after: ids.slice(at + 1, at + 1 + neighbours),
  };
};

export const exportEvents: Handler<'event.export'> = async (input, _context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await branchToRead(live, input);
  const spans = spansOf(open, scopeOf(open, line.id));
  const after = input.after === undefined ? null : await eventNamed(open, spans, input.after);
  const filter: Filter = { spans };
  if (after !== null) filter.hlcs = [after.hlc, lastHlc];
  if (input.since !== undefined) filter.since = momentOf('since', input.since, now());
  if (input.session !== undefined) {
    const sessions = await visibleSessions(open, scopeOf(open, line.id));
    filter.sessions = [pickSession(open.workspace.name, sessions, input.session).id];
  }
  const all = await open.store.positions(filter);
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after.id) + 1;
  const page = all.slice(start, start + input.limit);
  return {
    workspace: open.workspace.name,
    branch: line.name,
    events: await open.store.at(filter, page),
    next: start + page.length < all.length ? (page.at(-1)?.id ?? null) : null,
  };
};

/** Later than any reading of a clock. */
const lastHlc = 'f'.repeat(16);
