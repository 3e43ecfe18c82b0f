import { says } from '../../core/replay/saying.ts';
import { findEvent, findSteps, numberAt } from '../../core/replay/steps.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import { eventNamed } from '../as-of.ts';
import { momentOf } from '../moments.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { readSteps } from './pages.ts';
import { placesSaying } from './sayings.ts';
import type { Subject } from './subject.ts';

type Found = Pick<OutputOf<'replay.find'>, 'step' | 'event' | 'searched'>;
type Wanted = Pick<
  ParsedOf<'replay.find'>,
  'from' | 'direction' | 'kind' | 'agent' | 'text' | 'at' | 'event'
>;

/** Steps that may say what is looked for are read in parts of this size, and no more of them for one call. */
const partSteps = 50;
const mostSteps = 2_000;

/** The step that is wanted, by the columns of the track; only those that may say a text are read. */
export async function findStep(
  open: OpenWorkspace,
  subject: Subject,
  wanted: Wanted,
  { now, signal }: { now: number; signal?: AbortSignal | undefined },
): Promise<Found> {
  const since = wanted.at === undefined ? undefined : momentOf('at', wanted.at, now);
  const from =
    wanted.event === undefined
      ? wanted.from
      : (await numberOfEvent(open, subject, wanted.event)) + (wanted.direction === 'next' ? -1 : 1);
  const numbers = findSteps(subject.steps, { ...wanted, from, since });
  const text = wanted.text?.trim().toLowerCase() ?? '';
  if (text !== '') return findSaying(open, subject, { numbers, text, signal });
  const next = numbers.next();
  return next.done === true ? nothing : foundAt(open, subject, next.value);
}

const nothing: Found = { step: null, event: null, searched: null };

async function foundAt(open: OpenWorkspace, { spans, steps }: Subject, step: number): Promise<Found> {
  const [event = null] = await readSteps(open, spans, steps, [step]);
  return { step, event, searched: null };
}

/** The number of the step that an event is, or that comes next. */
async function numberOfEvent(
  open: OpenWorkspace,
  { spans, whole, steps }: Subject,
  id: string,
): Promise<number> {
  const event = await eventNamed(open, spans, id);
  const place = findEvent(whole.track, event);
  if (place !== null) return numberAt(steps, place);
  throw new AppError('NOT_FOUND', `the event ${event.id} is no step of this replay`, {
    hint: `hivemind show ${event.id}`,
  });
}

interface Saying {
  numbers: Iterable<number>;
  text: string;
  signal: AbortSignal | undefined;
}

async function findSaying(
  open: OpenWorkspace,
  subject: Subject,
  { numbers, text, signal }: Saying,
): Promise<Found> {
  const isSaying = await placesSaying(open, subject, text);
  let part: number[] = [];
  let read = 0;
  const look = async (): Promise<Found | null> => {
    const events = await readSteps(open, subject.spans, subject.steps, part);
    const at = events.findIndex((event: Event) => says(event, text));
    const event = events[at];
    const step = event === undefined ? undefined : part[at];
    [part, read] = [[], read + part.length];
    return event === undefined || step === undefined ? null : { step, event, searched: null };
  };
  for (const number of numbers) {
    if (!isSaying(number)) continue;
    part.push(number);
    // The first one nearly always does say it.
    if (part.length < Math.min(partSteps, read + 1)) continue;
    const last = number;
    const found = await look();
    if (found !== null) return found;
    if (read >= mostSteps) return { ...nothing, searched: last };
    signal?.throwIfAborted();
  }
  return (await look()) ?? nothing;
}
