import { z } from 'zod';
import { ForgetBy } from '../bodies/forget.ts';
import { operation } from '../operation.ts';
import { callerField, workspaceField } from './fields.ts';

const count = z.number().int().nonnegative();

const dryRunField = z.boolean().default(false).describe('Only show what would go');
const yesField = z.boolean().default(false).describe('Do it without asking');

/** What goes, as far as people need it to say yes. */
const Going = {
  workspace: z.string(),
  dryRun: z.boolean(),
  count: count.describe('events whose content goes'),
  types: z.record(z.string(), z.number().int()).describe('type → how many of them'),
  sessions: count.describe('sessions that they are of'),
  from: count.nullable().describe('when the first of them happened (epoch ms)'),
  to: count.nullable().describe('when the last of them happened'),
  ordered: z.array(z.string()).describe('ids of the events that order it; empty: nothing was done'),
  done: z
    .object({
      segments: count.describe('segments of the journal that were rewritten'),
      emptied: count.describe('copies of damaged segments that were emptied'),
      tables: count.describe('tables that were made anew'),
      rows: count.describe('events in them'),
      vectorTables: count.describe('tables of vectors that were made anew'),
    })
    .nullable(),
  durationMs: count,
};

/** Where forgotten content still is, or may be. */
export const Remaining = z.object({
  machines: z
    .array(z.string())
    .describe('writers that share the bucket and have not said yet that they have seen the order'),
  tables: count.describe('tables of the bucket that hold it until their time of grace is over (10 minutes)'),
  backups: z
    .array(z.object({ file: z.string(), createdAt: count }))
    .describe('back-ups that this machine wrote before, and that are still where they were'),
});

const Quote = z.object({
  event: z.string(),
  session: z.string(),
  type: z.string(),
  at: count,
  line: z.string().describe('the beginning of its text'),
  derived: z.boolean().describe('it goes because it was made of something that goes'),
});

export const eventForget = operation({
  name: 'event.forget',
  summary: 'Forget events: their content goes from every file, stubs stay.',
  description:
    'Names a session, events, or what they have in common; several flags narrow each other. What was made of them goes with them: attempts and warnings that name them, rows that a merge took over, the call that started a forgotten subagent, vectors. Ids, order, types and states stay. Cannot be undone. Back-ups, what git and the agents themselves keep, and machines that are away are out of reach, and are listed.',
  writes: true,
  streams: true,
  doors: { cli: 'forget' },
  positional: ['what'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind forget 4f1c2a --dry-run',
    'hivemind forget --matching "acme corp" --yes',
    'hivemind forget --author alice --path "secrets/**"',
  ],
  input: z.object({
    what: z
      .string()
      .max(20_000)
      .optional()
      .describe('Session or events, by id or the end of one (6 digits or more)'),
    author: z.string().min(1).max(200).optional().describe('Only what this person or agent did'),
    origin: z.string().min(1).max(100).optional().describe('Only what this writer (a machine) recorded'),
    matching: z
      .string()
      .min(3)
      .max(1000)
      .optional()
      .describe('Only what has these words, as they are, anywhere in it (3 characters or more)'),
    path: z.string().min(1).max(1000).optional().describe('Only what is about paths of this glob'),
    why: z.string().max(500).optional().describe('Reason, which is kept'),
    'dry-run': dryRunField,
    yes: yesField,
    ...workspaceField,
    ...callerField,
  }),
  output: z.object({
    ...Going,
    by: ForgetBy,
    derived: count.describe('of these, events that go because they were made of others that go'),
    decided: count.describe('merges of which some rows go'),
    payloads: count.describe('payloads in the spool that were never taken in, and go as well'),
    quotes: z.array(Quote).describe('some of them'),
    remaining: Remaining,
  }),
});

export const eventForgettings = operation({
  name: 'event.forgettings',
  summary: 'Show what was forgotten or pruned, and where it may still be.',
  writes: false,
  doors: { cli: 'forget status' },
  stamped: ['cwd'],
  input: z.object({ ...workspaceField }),
  output: z.object({
    workspace: z.string(),
    forgettings: z.array(
      z.object({
        event: z.string(),
        kind: z.enum(['forgotten', 'pruned']),
        by: ForgetBy,
        who: z.string(),
        why: z.string(),
        at: count,
        count,
        state: z
          .enum(['done', 'pending'])
          .describe('done: it is in no file of this machine any more; pending: it is tried again by itself'),
      }),
    ),
    remaining: Remaining,
  }),
});

export const workspacePrune = operation({
  name: 'workspace.prune',
  summary: 'Take away the content of what happened before a moment.',
  description:
    'Prompts, answers, calls and edits from before it become stubs, on every branch. What is planned, decided, noted, tried, claimed and handed over stays as it is, and so do branches, merges and commits. No branch can be forked from before it afterwards. Cannot be undone.',
  writes: true,
  streams: true,
  doors: { cli: 'workspace prune' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind workspace prune --before 90d --dry-run'],
  input: z.object({
    before: z.string().min(1).max(40).describe('Moment: 90d or 12w ago, 2026-05-01, 2026-05-01T10:00'),
    'dry-run': dryRunField,
    yes: yesField,
    ...workspaceField,
    ...callerField,
  }),
  output: z.object({ ...Going, before: count.describe('epoch milliseconds') }),
});
