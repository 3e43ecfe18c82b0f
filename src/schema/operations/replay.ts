import { z } from 'zod';
import { Event } from '../event.ts';
import { operation } from '../operation.ts';
import { Knowledge, Session } from '../records.ts';
import { branchField, limitField, momentField, workspaceField } from './fields.ts';
import { sessionArgument } from './session.ts';

/** What a step can be looked for by; one step may be of several kinds. */
export const StepKind = z.enum(['failure', 'edit', 'decision', 'prompt', 'reply', 'tool', 'plan', 'commit']);
export type StepKind = z.infer<typeof StepKind>;

const Whole = z.enum(['session', 'branch', 'run']);

/** Whose steps are replayed: they have numbers from 0 in the order in which they happened. */
const subject = {
  session: sessionArgument,
  whole: Whole.default('session').describe(
    'session: it and what it started; branch: everything that is seen from the branch, by all agents; run: what was recorded on the branch and on those whose names begin with its name and a slash',
  ),
  children: z.boolean().default(true).describe("Weave in the subagents' steps"),
  only: z
    .array(StepKind)
    .max(StepKind.options.length)
    .default([])
    .describe('Only steps of one of these kinds; the others have no number then'),
  agents: z
    .array(z.string().max(100))
    .max(50)
    .default([])
    .describe('Only steps of one of these agents; the others have no number then'),
  ...workspaceField,
  ...branchField,
};

/** Said with numbers of steps, for whoever keeps steps by their numbers. */
const numbered = {
  total: z.number().int().describe('steps in the whole'),
  order: z
    .string()
    .describe(
      'another one once a step has another number than it had (older steps came in): what is kept by number is of no use then',
    ),
};

export const ReplaySubject = z.object({
  whole: Whole,
  title: z.string().describe('what the session was asked first, or the name of the branch'),
  branch: z.string().describe('name of the branch from which it is seen'),
});

export const replayShow = operation({
  name: 'replay.show',
  summary: 'Replay a session, a branch or a whole run step by step.',
  description: 'In a terminal this opens the viewer; elsewhere it prints the steps as text.',
  writes: false,
  doors: { cli: 'replay' },
  positional: ['session'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind replay', 'hivemind replay 3f9a1e5d', 'hivemind replay --whole run --branch run-42'],
  input: z.object({
    ...subject,
    after: z.number().int().min(0).default(0).describe('Skip this many steps'),
    limit: limitField(500, 10000),
    state: z
      .boolean()
      .default(false)
      .describe('Also the plan, the decisions and the claims as they were at the last step that is shown'),
  }),
  output: z.object({
    workspace: z.string(),
    subject: ReplaySubject,
    session: Session.nullable().describe('null: a branch or a run is replayed'),
    children: z
      .array(Session)
      .describe('what the session started; of a branch or run, the sessions of the steps that are shown'),
    agents: z
      .array(z.string())
      .describe('who has steps in the whole, whatever is left out, first come first'),
    ...numbered,
    steps: z.array(Event).describe('about 16 MB of them at the most, and one at least'),
    state: Knowledge.nullable(),
  }),
});

export const replayFind = operation({
  name: 'replay.find',
  summary: 'Find the next step of a replay: a failure, an edit, a decision, a prompt, a text, a time.',
  writes: false,
  doors: {},
  stamped: ['cwd', 'caller'],
  input: z.object({
    ...subject,
    from: z
      .number()
      .int()
      .min(-1)
      .default(-1)
      .describe('Begin behind this step (or before it); -1: with the first (or the last)'),
    direction: z.enum(['next', 'previous']).default('next'),
    kind: StepKind.optional().describe('Only steps of this kind'),
    text: z.string().max(500).optional().describe('Only steps that say this, in any case'),
    agent: z.string().max(100).optional().describe('Only steps of this agent'),
    at: momentField('Only steps at or behind this moment'),
    event: z
      .string()
      .max(40)
      .optional()
      .describe('The step of this event, or the one that comes next after it'),
  }),
  output: z.object({
    workspace: z.string(),
    step: z.number().int().nullable().describe('number of the step, from 0; null: there is none'),
    event: Event.nullable(),
    searched: z
      .number()
      .int()
      .nullable()
      .describe('the text was looked for as far as this step only: ask again from here; null: to the end'),
    ...numbered,
  }),
});

export const ReplayLane = z.object({
  session: z.string(),
  agent: z.string(),
  title: z.string(),
  parent: z.string().nullable(),
  first: z.number().int().describe('number of its first step'),
  steps: z.array(z.number().int()).describe('in each bucket of time'),
  failures: z.array(z.number().int()),
  edits: z.array(z.number().int()),
});

export const replayLanes = operation({
  name: 'replay.lanes',
  summary: 'Show who worked when in a replay: a lane for each session.',
  writes: false,
  doors: {},
  stamped: ['cwd', 'caller'],
  input: z.object({
    ...subject,
    buckets: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(120)
      .describe('Into how many parts the time is cut (1 to 1000)'),
    limit: limitField(50, 1000),
  }),
  output: z.object({
    workspace: z.string(),
    from: z.number().int().describe('epoch milliseconds of the first step'),
    to: z.number().int(),
    bucketMs: z.number().int(),
    first: z
      .array(z.number().int())
      .describe('number of the first step at or behind the beginning of each bucket'),
    lanes: z.array(ReplayLane).describe('those that began first, first'),
    total: z.number().int().describe('lanes in all'),
  }),
});
