import { z } from 'zod';
import { operation } from '../operation.ts';
import { Usage } from '../records.ts';
import { branchField, limitField, momentField, workspaceField } from './fields.ts';

/** Counts of one agent over the buckets of time, all of the same length. */
export const AgentActivity = z.object({
  agent: z.string(),
  sessions: z.number().int(),
  events: z.array(z.number().int()).describe('in each bucket'),
  failures: z.array(z.number().int()).describe('of these, calls that failed or were refused'),
  usage: Usage.nullable().describe('null: this agent does not say'),
});

export const statsActivity = operation({
  name: 'stats.activity',
  summary:
    'Show who did how much and when, which tools fail, what it took in tokens, and which files were worked on.',
  description:
    'Counts the events that are seen from the branch. The time begins with the first session that is seen where that is later than it was asked for. Tokens and cost are what the agents say of themselves; what none says is told as not said, never as nothing. What the daemon and git note for themselves is not counted.',
  writes: false,
  doors: { cli: 'stats' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind stats', 'hivemind stats --since 1w --branch run-42/planner'],
  input: z.object({
    since: momentField('Not before (default: 1w ago)'),
    until: momentField('Not after'),
    buckets: z
      .number()
      .int()
      .min(1)
      .max(400)
      .optional()
      .describe('Into how many parts the time is cut (1 to 400; default: 48, in a terminal as many as fit)'),
    top: limitField(20, 500).describe('How many tools and files at the most (1 to 500)'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    from: z.number().int().describe('epoch milliseconds'),
    to: z.number().int(),
    bucketMs: z.number().int(),
    events: z.number().int(),
    agents: z.array(AgentActivity).describe('those that did most first, 100 at the most'),
    tools: z.array(
      z.object({
        tool: z.string(),
        calls: z.number().int(),
        failed: z.number().int(),
        rejected: z.number().int(),
      }),
    ),
    files: z.array(
      z.object({
        path: z.string(),
        edits: z.array(z.number().int()).describe('in each bucket'),
        reads: z.number().int().describe('other calls that name it'),
        failures: z.number().int().describe('calls that name it and failed or were refused'),
        agents: z.array(z.string()),
      }),
    ),
    usage: Usage.nullable().describe('of all together; null: nobody says'),
  }),
});

export const BranchNode = z.object({
  id: z.string(),
  name: z.string(),
  parent: z.string().nullable().describe('id'),
  agent: z.string().nullable(),
  forkedAt: z.number().int().nullable().describe('epoch milliseconds; null: main'),
  lastAt: z.number().int(),
  deletedAt: z.number().int().nullable(),
  events: z.number().int(),
});

export const branchGraph = operation({
  name: 'branch.graph',
  summary: 'Show how branches were forked and merged.',
  writes: false,
  doors: { cli: 'branch graph' },
  stamped: ['cwd', 'caller'],
  input: z.object({
    deleted: z.boolean().default(false).describe('Also those that were deleted'),
    limit: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(200)
      .describe('How many at the most, those active last first'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    current: z.string().describe('id of the branch that you are on'),
    branches: z.array(BranchNode),
    merges: z.array(
      z.object({
        event: z.string(),
        source: z.string(),
        into: z.string(),
        at: z.number().int(),
        by: z.string(),
      }),
    ),
    total: z.number().int(),
  }),
});
