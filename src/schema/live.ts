import { z } from 'zod';
import { type Event, Status } from './event.ts';
import { branchField, workspaceField } from './operations/fields.ts';

/** A type, `plan.changed`, or a whole family of them: `plan` or `plan.*`. */
export const EventKind = z
  .string()
  .max(200)
  .regex(/^[a-z]+(\.(\*|[a-z][a-z_]*))?$/, 'a type such as memory.decided, or a family such as plan.*');

const list = <T extends z.ZodType>(of: T) => z.array(of).max(100).optional();

/** What narrows a subscription; every field does. */
export const liveFilter = {
  kind: list(EventKind).describe('Only these types (memory.decided) or families (plan, plan.*)'),
  path: list(z.string().min(1).max(4096)).describe(
    "Only events on paths that one of these globs matches ('src/**')",
  ),
  agent: list(z.string().max(100)).describe('Only of these agents'),
  session: list(z.string().max(200)).describe('Only of these sessions, by their id or the end of it'),
  status: list(Status).describe('Only events that ended so: ok, failed, rejected'),
};

/** What `GET /v1/live` takes. */
export const LiveQuery = z.strictObject({
  ...workspaceField,
  ...branchField,
  ...liveFilter,
  after: z
    .string()
    .max(32_768)
    .optional()
    .describe(
      'Go on behind this place: the `id` of the last thing that was received, an event id, or "start" (default: only what comes from now on)',
    ),
  most: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(10_000)
    .describe(
      'So many events may be waiting for this subscriber; of more it is only told that it has missed them',
    ),
  form: z.enum(['whole', 'light']).default('whole').describe('light: without the body, and the text cut'),
});
export type LiveQuery = z.output<typeof LiveQuery>;
export type LiveQueryInput = z.input<typeof LiveQuery>;

/** What a subscriber is told. `cursor`: the place behind it, from which one can go on. */
export type LiveNews =
  /** An event that is seen from the branch, once it is on disk. */
  | { event: Event; cursor: string }
  /** What was missed has been told; from here on it is live. */
  | { ready: { branch: string }; cursor: string }
  /** So many events were passed over because the subscriber was slow or long away; they are behind `from`. */
  | { missed: { events: number; from: string }; cursor: string }
  /** Nothing has happened for a while. */
  | { beat: true; cursor: string }
  /** The last word: the branch was deleted, or the workspace is being closed. */
  | { end: LiveEnd; cursor: string };

/** `isFinal`: to come again is no use. */
export interface LiveEnd {
  reason: string;
  isFinal: boolean;
}

/** An event as little programs want it: no body, and so much of its text. */
export const lightTextChars = 500;

export interface LightLiveEvent extends Omit<Event, 'body' | 'delivery' | 'fact' | 'parent' | 'redaction'> {
  isCut: boolean;
}

export function lightened(event: Event): LightLiveEvent {
  const {
    body: _body,
    delivery: _delivery,
    fact: _fact,
    parent: _parent,
    redaction: _redaction,
    ...rest
  } = event;
  const isCut = event.text.length > lightTextChars;
  return { ...rest, text: isCut ? event.text.slice(0, lightTextChars).toWellFormed() : event.text, isCut };
}
