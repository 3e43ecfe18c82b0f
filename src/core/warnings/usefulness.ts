import type { Event } from '../../schema/event.ts';

type Told = Pick<Event, 'id' | 'type' | 'session' | 'at' | 'status' | 'body'>;

/** A warning that fired, shown or held back. */
export interface Fired {
  session: string;
  at: number;
  tool: string;
  callId: string | null;
}

/** What became of a call of which somebody was, or would have been, warned. */
export type Fate = 'failed' | 'reverted' | 'changed-course' | 'worked' | 'unknown';

const soonMs = 30 * 60_000;

/** What became of each call, from the events of its session: calls, edits, and the attempts that were derived. */
export function fatesOf(fired: readonly Fired[], events: readonly Told[]): Fate[] {
  const bySession = Map.groupBy(events, ({ session }) => session);
  return fired.map((one) => fateOf(one, bySession.get(one.session) ?? []));
}

function fateOf({ at, tool, callId }: Fired, events: readonly Told[]): Fate {
  const call =
    callId === null
      ? undefined
      : events.find(({ type, body }) => type !== 'memory.attempted' && body.callId === callId);
  const soon = events.filter((event) => event.at >= at && event.at <= at + soonMs);
  if (call === undefined) {
    const isOther = (event: Told): boolean => event.body.tool === tool && event.status === 'ok';
    return callId !== null && soon.some(isOther) ? 'changed-course' : 'unknown';
  }
  if (call.status !== 'ok') return 'failed';
  return soon.some((event) => takesBack(event, call.id)) ? 'reverted' : 'worked';
}

const takesBack = ({ type, body }: Told, id: string): boolean =>
  type === 'memory.attempted' &&
  (body.derived === 'revert' || body.derived === 'correction') &&
  Array.isArray(body.evidence) &&
  body.evidence.includes(id);
