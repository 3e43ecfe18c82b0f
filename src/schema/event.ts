import { z } from 'zod';
import { idPattern } from './ids.ts';

export const Actor = z.object({
  kind: z.enum(['human', 'agent', 'daemon']),
  name: z.string().min(1).max(200),
  model: z.string().max(200).optional(),
});
export type Actor = z.infer<typeof Actor>;

export const Status = z.enum(['ok', 'failed', 'rejected']);
export type Status = z.infer<typeof Status>;

/** `family.fact`, past tense. Types that this version does not know are kept and shown. */
export const EventType = z.string().regex(/^[a-z]+\.[a-z][a-z_]*$/, 'family.fact, such as tool.called');

/** How an event is recognised when it is reported twice: by the agent's own id, or by its raw content. */
export const Identity = z.union([
  z.object({ nativeId: z.string().min(1).max(500), phase: z.string().max(100) }),
  z.object({ content: z.string(), ordinal: z.number().int().nonnegative().optional() }),
]);
export type Identity = z.infer<typeof Identity>;

/** What an event holds beside its text, by type; kept as it is: a copy made by zod loses a key named `__proto__`. */
const Body = z
  .unknown()
  .refine((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'is not an object')
  .meta({ type: 'object', additionalProperties: {} }) as unknown as z.ZodType<
  Record<string, unknown>,
  Record<string, unknown>
>;

/** What a sighting of a fact adds, when that fact is stored already: an event of its own, of the same session and time. */
export const Addition = z.object({
  type: EventType,
  status: Status.default('ok'),
  text: z.string().default(''),
  body: Body,
});

/** An event before it has an id and a place: what adapters and doors hand to the append path. */
export const Draft = z.object({
  type: EventType,
  v: z.number().int().positive().max(0x7fff_ffff).default(1),
  agent: z.string().min(1).max(100),
  session: z.string().regex(idPattern('session')),
  /** Root session of the tree that this one belongs to; itself when it is the root. */
  rootSession: z.string().regex(idPattern('session')).optional(),
  turn: z.string().regex(idPattern('turn')).optional(),
  identity: Identity,
  actor: Actor,
  /** Epoch milliseconds at the source; the daemon's clock when the source does not say. */
  at: z.number().int().nonnegative().optional(),
  status: Status.default('ok'),
  paths: z.array(z.string().max(4096)).max(1000).default([]),
  /** What is searched and shown. */
  text: z.string().default(''),
  body: Body.default(() => ({})),
  /** Appended in its place when the fact is stored already (a hook told it before the transcript did). */
  otherwise: Addition.optional(),
});
export type Draft = z.output<typeof Draft>;
export type DraftInput = z.input<typeof Draft>;

/** One immutable fact. Sorts by (hlc, writer, seq). */
export const Event = z.object({
  id: z.string().regex(idPattern('event')),
  delivery: z
    .string()
    .nullable()
    .describe(
      'nonce of the delivery that brought it and its place in there, or "with" and the key of what a transcript has told with it; null: neither',
    ),
  fact: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe('key by which the same thing, reported again, is recognised'),
  workspace: z.string().regex(idPattern('workspace')),
  branch: z.string().regex(idPattern('branch')),
  session: z.string().regex(idPattern('session')),
  turn: z
    .string()
    .nullable()
    .describe('one prompt and all that follows until the next; null outside of turns'),
  agent: z.string(),
  writer: z.string().regex(idPattern('writer')).describe('the daemon that appended it'),
  seq: z.number().int().positive().describe("place in the writer's own order: 1, 2, 3 … without a gap"),
  hlc: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe('hybrid logical clock: 12 hex digits of epoch milliseconds, 4 of a counter; compares as text'),
  parent: z.string().nullable().describe("the branch's head when this event was appended"),
  trace: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe('W3C trace id: the root session'),
  span: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpan: z.string().nullable(),
  actor: Actor,
  at: z.number().int().describe('epoch milliseconds at the source'),
  type: EventType,
  v: z.number().int().describe('version of the body'),
  redaction: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('version of the redaction rules that it went through; absent: of before versions were kept'),
  status: Status,
  paths: z.array(z.string()).describe('files that it is about'),
  text: z.string().describe('what is searched and shown'),
  body: Body.describe('by type'),
});
export type Event = z.infer<typeof Event>;

/** An event without what is large and what nobody but its reader needs: enough to count, to order and to place it. */
export type LightEvent = Pick<
  Event,
  | 'id'
  | 'branch'
  | 'session'
  | 'turn'
  | 'agent'
  | 'writer'
  | 'seq'
  | 'hlc'
  | 'actor'
  | 'at'
  | 'type'
  | 'v'
  | 'status'
>;

/** As much of an event as gives it its place and its kind in a replay. */
export type OutlinedEvent = Omit<LightEvent, 'id' | 'turn' | 'v' | 'actor'> & { actor: Pick<Actor, 'kind'> };

/** An event as a search finds it, and as it is ranked and quoted: no more than that needs, because each column of each row costs a read. */
export type FoundEvent = Omit<LightEvent, 'hlc' | 'v'> & Pick<Event, 'text' | 'paths'>;

/** An event as a card tells of it: of its body no more than the tool that was called, and what that said when it failed. */
export type ShownEvent = FoundEvent &
  Pick<Event, 'hlc'> & { body: { tool?: unknown; error?: unknown; output?: unknown } };

/** What is counted of an event: who did it when, how it ended, with which tool, on which files, what it took. */
export type CountedEvent = Pick<
  Event,
  'session' | 'agent' | 'at' | 'type' | 'status' | 'paths' | 'writer' | 'seq'
> & {
  actor: Pick<Actor, 'kind'>;
  body: { tool?: unknown; tokens?: unknown; costUsd?: unknown };
};

/** What a fold is given: text, paths and body are there for the types that it says it reads. */
export type FoldedEvent = LightEvent & Partial<Pick<Event, 'text' | 'paths' | 'body'>>;

/** Where an event stands among all others. */
export type Position = Pick<Event, 'id' | 'hlc' | 'writer' | 'seq'>;

/** Fold order: the same on every machine, whatever the order of arrival. */
export function compareEvents(a: Omit<Position, 'id'>, b: Omit<Position, 'id'>): number {
  if (a.hlc !== b.hlc) return a.hlc < b.hlc ? -1 : 1;
  if (a.writer !== b.writer) return a.writer < b.writer ? -1 : 1;
  return a.seq - b.seq;
}
