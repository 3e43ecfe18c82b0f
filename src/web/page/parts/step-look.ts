import { safeLine } from '../../../core/safe-text.ts';
import { type StepView, viewStep } from '../../../core/step-view.ts';
import type { Event } from '../../../schema/event.ts';
import type { Session } from '../../../schema/records.ts';

const looks = new WeakMap<Event, StepView>();

/** What a step shows; worked out once for each. */
export function lookOf(step: Event): StepView {
  const known = looks.get(step);
  if (known !== undefined) return known;
  const look = viewStep(step);
  looks.set(step, look);
  return look;
}

/** Who did a step: the role of a subagent, else the agent; of a person his name. */
export function whoDid(step: Event, sessions: ReadonlyMap<string, Session>): string {
  if (step.actor.kind === 'human') return safeLine(step.actor.name);
  const session = sessions.get(step.session);
  return safeLine(session?.role ?? session?.agent ?? step.agent);
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const isMoment = (at: number): boolean => Math.abs(at) <= 8.64e15;

/** The time of day of a moment in epoch milliseconds: 14:03:59. */
export const clockText = (at: number): string => (isMoment(at) ? clock.format(at) : '–');

/** Its day and time: 2 May 2026, 14:03:59. */
export const momentText = (at: number): string =>
  isMoment(at) ? `${day.format(at)}, ${clock.format(at)}` : 'unknown';
