import { AppError } from '../../schema/app-error.ts';
import { mainBranch, spansFor } from '../open-workspace.ts';
import type { Handler } from './handler.ts';

/** How many neighbours `show` names before and after the event. */
const neighbours = 3;

export const appendEvents: Handler<'event.append'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { ids, duplicates } = await live.appender.append(input.events, {
    branch: mainBranch(live.open).id,
    delivery: input.delivery,
    place: input.place,
  });
  return { appended: ids, duplicates };
};

export const showEvent: Handler<'event.show'> = async (input, _context, { workspaces }) => {
  const { open } = await workspaces.resolve(input);
  const spans = spansFor(mainBranch(open));
  const tail = input.id.replace(/^evt_/, '');
  const found = await open.store.find(
    tail.length === 32 ? { spans, ids: [`evt_${tail}`] } : { spans, idTail: tail },
    { limit: 2 },
  );
  const event = found[0];
  if (event === undefined) {
    throw new AppError('NOT_FOUND', `no event ${input.id} in the workspace "${open.workspace.name}"`, {
      hint: 'hivemind recall "…" shows ids',
    });
  }
  if (found.length > 1) {
    throw new AppError('FAILED_PRECONDITION', `more than one event id ends with ${input.id}`, {
      hint: `hivemind show ${event.id}`,
    });
  }
  const ids = (await open.store.positions({ spans, sessions: [event.session] })).map(({ id }) => id);
  const at = ids.indexOf(event.id);
  return {
    event,
    before: ids.slice(Math.max(0, at - neighbours), at),
    after: ids.slice(at + 1, at + 1 + neighbours),
  };
};
