import { z } from 'zod';
import { PlanState } from '../bodies/record.ts';
import { operation } from '../operation.ts';
import { PlanItem } from '../records.ts';
import { Cut } from '../view.ts';
import { atField, branchField, workspaceField } from './fields.ts';
import { itemField } from './plan.ts';

export const planGraph = operation({
  name: 'plan.graph',
  summary: 'Show what depends on what, and which chain of items decides how soon all is done.',
  writes: false,
  doors: { cli: 'plan graph' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind plan graph', 'hivemind plan graph --mermaid'],
  input: z.object({
    open: z.boolean().default(false).describe('Without what is done or dropped'),
    ...atField,
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    nodes: z.array(
      PlanItem.pick({ id: true, title: true, state: true, owner: true, priority: true, parent: true }),
    ),
    edges: z
      .array(z.object({ from: z.string(), to: z.string(), kind: z.enum(['part', 'depends']) }))
      .describe('part: `from` has the part `to`; depends: `from` has to be done before `to`'),
    critical: z
      .array(z.string())
      .describe('longest chain of open items of which each waits for the one before'),
    rings: z
      .array(z.array(z.string()))
      .describe('items that wait for themselves: tied so by writes that had not seen each other'),
  }),
});

const Who = { at: z.number().int(), by: z.string(), agent: z.string(), event: z.string() };

export const planHistory = operation({
  name: 'plan.history',
  summary: 'Show every change of a plan item: when, who, and what it was before.',
  writes: false,
  doors: { cli: 'plan history' },
  positional: ['item'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind plan history 4b8f7e'],
  input: z.object({ item: itemField, ...atField, ...workspaceField, ...branchField }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    item: PlanItem,
    writes: z.array(
      z.object({
        ...Who,
        type: z.string().describe('plan.added, plan.changed, or merge.committed: a merge has decided it'),
        session: z.string().nullable(),
        branch: z.string().describe('name of the branch that it was written on'),
        mergedBy: z
          .string()
          .nullable()
          .describe('event of the merge that brought it here; null: it was seen from here at once'),
        fields: z.array(
          z.object({
            field: z.string(),
            before: z.unknown().describe('what whoever wrote it had seen; null: nothing'),
            after: z.unknown(),
            contested: z.boolean().describe('another value stands beside it, written without having seen it'),
          }),
        ),
      }),
    ),
  }),
});

const Drift = z.enum([
  'added',
  'removed',
  'done',
  'dropped',
  'state',
  'priority',
  'moved',
  'owner',
  'text',
  'ties',
]);

const Viewed = z.object({
  branch: z.string(),
  event: z.string().nullable().describe('the last event of it; null: there was none yet'),
  at: z.number().int().describe('epoch milliseconds of that'),
  cut: Cut.describe('writer → last seq on that branch'),
});

export const planDiff = operation({
  name: 'plan.diff',
  summary: 'Show how the plan has drifted since a moment, or from another branch.',
  description:
    'A time is resolved to a view once; the answer says which, and the same view gives the same answer for ever.',
  writes: false,
  doors: { cli: 'plan diff' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind plan diff --since 7d', 'hivemind plan diff --against main'],
  input: z.object({
    since: z
      .string()
      .max(60)
      .optional()
      .describe('The plan as it was then: 2h, 3d or 1w ago, 2026-05-01, 2026-05-01T10:00, or an event id'),
    against: z.string().max(300).optional().describe('The plan as it is on this branch'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    from: Viewed,
    to: Viewed,
    changes: z.array(
      z.object({
        kind: Drift.describe('text: title or note; ties: dependencies, links, blockers, questions, files'),
        id: z.string(),
        title: z.string(),
        field: z.string(),
        before: z.unknown(),
        after: z.unknown(),
        ...Who,
      }),
    ),
    counts: z.record(z.string(), z.number().int()).describe('changes by kind'),
  }),
});

export const planEdit = operation({
  name: 'plan.edit',
  summary: 'Edit the plan as a text, a Markdown check list.',
  description:
    'Without a text the answer is the plan as one, to be edited. With it, what differs is written: lines without an id are new items. A text that says which plan it was made from (its first line) takes off the plan what it leaves out, and is refused where somebody has changed the same meanwhile.',
  writes: true,
  doors: { cli: 'plan edit' },
  positional: ['item'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind plan edit',
    'hivemind plan edit 4b8f7e',
    'hivemind plan edit --file plan.md --dry-run',
  ],
  input: z.object({
    item: itemField.optional(),
    text: z.string().max(1_000_000).optional().describe('The edited text; absent: answers with one'),
    'dry-run': z.boolean().default(false).describe('Only say what would be written'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    text: z.string().describe('the plan as it is after this, as a text'),
    isDryRun: z.boolean(),
    changes: z.array(
      z.object({
        id: z.string().nullable().describe('null: a new item that has not been written'),
        title: z.string(),
        field: z.string(),
        before: z.unknown(),
        after: z.unknown(),
      }),
    ),
    events: z.array(z.string()),
    notes: z.array(z.string()),
    states: z.record(PlanState, z.number().int()).describe('items by state'),
  }),
});
