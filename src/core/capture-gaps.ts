import type { Event } from '../schema/event.ts';
import type { CaptureGap, Session, Usage } from '../schema/records.ts';
import { hlcMs } from './hlc.ts';
import { createUsageSum } from './usage.ts';

/** What came later than this after it happened was brought in afterwards: by an import, or out of the spool. */
export const liveWithinMs = 60_000;

/** A turn that is as old as this, and has no answer, will hardly get one. */
const settledMs = 10 * 60_000;

export const isLive = ({ hlc, at }: Pick<Event, 'hlc' | 'at'>): boolean => hlcMs(hlc) - at <= liveWithinMs;

const answers = new Set(['turn.replied', 'turn.interrupted', 'tool.called', 'file.edited']);

/** Longest stretch of a prompt that is quoted. */
const quotedChars = 60;

/**
 * What is known to be missing of a session, out of its events, oldest first: what its own events refer to and nothing
 * tells. `others`: every session that is seen. `nowMs`: epoch milliseconds.
 */
export function gapsIn(
  session: Session,
  events: readonly Event[],
  others: ReadonlySet<string>,
  nowMs: number,
): CaptureGap[] {
  const gaps: CaptureGap[] = [];
  if (session.counts['session.started'] === undefined) gaps.push({ what: 'how it began', event: null });
  const answered = new Set(events.filter(({ type }) => answers.has(type)).map(({ turn }) => turn));
  for (const event of events) {
    const what = gapAt(event, answered, others, nowMs);
    if (what !== null) gaps.push({ what, event: event.id });
  }
  return gaps;
}

function gapAt(
  { type, turn, text, at, body }: Event,
  answered: ReadonlySet<string | null>,
  others: ReadonlySet<string>,
  nowMs: number,
): string | null {
  if (type === 'hook.unreadable') return 'a payload that could not be read';
  if (body.unanswered === true) return `the result of ${String(body.tool)}`;
  if (typeof body.childSession === 'string' && !others.has(body.childSession))
    return 'what the subagent did that this call started';
  const isOpen = type === 'turn.prompted' && turn !== null && !answered.has(turn);
  return isOpen && at < nowMs - settledMs ? `the answer to "${text.slice(0, quotedChars)}"` : null;
}

/** What a session's answers took, as far as the agent says; null when it says nothing. */
export function usageIn(events: readonly Event[]): Usage | null {
  const sum = createUsageSum();
  for (const { body } of events) sum.add(body);
  return sum.total();
}
