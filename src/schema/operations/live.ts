import { z } from 'zod';
import { Event, Status } from '../event.ts';
import { liveFilter } from '../live.ts';
import { operation } from '../operation.ts';
import { Claim } from '../records.ts';
import { branchField, limitField, workspaceField } from './fields.ts';

/** What a session is at. */
export const LiveSession = z.object({
  session: z.string(),
  agent: z.string(),
  role: z.string().nullable(),
  parent: z.string().nullable(),
  branch: z.string().describe('name of the branch that it is on'),
  title: z.string(),
  prompt: z.string().nullable().describe('the last one, in one line'),
  last: z
    .object({
      event: z.string(),
      at: z.number().int(),
      status: Status,
      what: z.string().describe('the call in one line, such as Bash npm test'),
    })
    .nullable()
    .describe('its last call or edit, and how that ended'),
  editing: z
    .array(z.string())
    .describe('files that it edits: what it has claimed, and what it edited lately'),
  claims: z.array(Claim).describe('what it holds: paths, plan items, handoffs'),
  startedAt: z.number().int(),
  lastAt: z.number().int(),
  idleMs: z.number().int(),
  failures: z.number().int(),
  tokens: z
    .object({ input: z.number(), output: z.number() })
    .nullable()
    .describe('of the answers of that time; null: the agent does not say'),
});
export type LiveSession = z.infer<typeof LiveSession>;

export const liveShow = operation({
  name: 'live.show',
  summary: 'Watch who does what now, and what happens.',
  description:
    'In a terminal this opens a screen that follows the work; elsewhere it prints a line for every event as it comes. --once prints who does what now and ends. What is seen is what is seen from the branch; of other branches it is only said who is active there.',
  writes: false,
  doors: { cli: 'watch' },
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind watch --once',
    "hivemind watch --kind plan,handoff --path 'src/**'",
    'hivemind watch --json | jq .text',
  ],
  input: z.object({
    ...liveFilter,
    minutes: z
      .number()
      .int()
      .min(1)
      .max(10_080)
      .default(30)
      .describe('Sessions that did something in the last so many minutes'),
    limit: limitField(20, 1000).describe('How many of the latest events (1 to 1000)'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    at: z.number().int(),
    sessions: z.array(LiveSession).describe('those that were active last first'),
    elsewhere: z
      .array(z.object({ branch: z.string(), agent: z.string(), at: z.number().int() }))
      .describe('who was active last on branches that are not seen from here'),
    claims: z.array(Claim).describe('what is held by sessions that are not shown here'),
    recent: z.array(Event).describe('the latest events that the filter lets through, oldest first'),
  }),
});
