import type { Event, ShownEvent } from '../../schema/event.ts';

/** Lines in which tools say what went wrong. */
const ERROR_LINE =
  /error|fail|exception|panic|fatal|denied|rejected|refused|not found|no such|cannot|can't|unable|undefined|timed? ?out|traceback|assert/i;
/** What test runners sum up or head a list with: `ℹ fail 1`, `2 failed`, `✖ failing tests:`. It says that, not why. */
const COUNT_LINE = /^\W{0,4}(?:\d+ )?(?:fail|failed|failing|failures?|errors?)(?: tests?)?:?(?: \d+)?$/i;
const ERROR_CHARS = 20_000;

export type Outcome = 'ok' | 'failed' | 'rejected' | 'mixed';

const isAct = (event: Pick<Event, 'type'>): boolean => /^(?:tool|file|check|git)\./.test(event.type);

/** How a turn ended: by its tool calls, edits and checks, or by all of its events when it has none. */
export function outcomeOf(events: readonly Pick<Event, 'type' | 'status'>[]): Outcome {
  const acts = events.some(isAct) ? events.filter(isAct) : events;
  const bad = acts.filter((event) => event.status !== 'ok');
  if (bad.length === 0) return 'ok';
  const last = bad.at(-1)?.status;
  return bad.length < acts.length ? 'mixed' : last === 'rejected' ? 'rejected' : 'failed';
}

/** The line of a failed event that says why, in its own words; empty when the event did not fail. */
export function errorLine(event: Pick<ShownEvent, 'status' | 'text' | 'body'>): string {
  if (event.status === 'ok') return '';
  const own = [event.body.error, event.body.output].find(
    (text) => typeof text === 'string' && text.trim() !== '',
  );
  const text = typeof own === 'string' ? own : event.text;
  const lines = errorLines(text);
  return lines.find((line) => !COUNT_LINE.test(line)) ?? lines[0] ?? linesOf(text).at(-1) ?? '';
}

const linesOf = (text: string): string[] =>
  `${text.slice(0, ERROR_CHARS)}\n${text.slice(ERROR_CHARS).slice(-ERROR_CHARS)}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The lines that read like errors; of a long text those of its beginning and its end. */
export const errorLines = (text: string): string[] =>
  linesOf(text).filter((line) => ERROR_LINE.test(line) && !/^\$ /.test(line));
