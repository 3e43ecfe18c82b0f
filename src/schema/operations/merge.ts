import { z } from 'zod';
import { Strategy } from '../bodies/merge.ts';
import { operation } from '../operation.ts';
import { FieldChange, MergeConflict, Resolution, RuleVerdict } from '../records.ts';
import { workspaceField } from './fields.ts';

const named = z.string().min(1).max(300);

const headField = {
  head: z
    .string()
    .max(200)
    .optional()
    .describe('What was looked at, as `review show` says it: refused where the branch has changed since'),
};

const sides = {
  name: named.describe('Branch that is merged'),
  into: named.default('main').describe('Branch that takes it in'),
};

export const MergeResult = z.object({
  workspace: z.string(),
  source: z.string(),
  into: z.string(),
  outcome: z
    .enum(['merged', 'up-to-date', 'conflicts', 'refused', 'would-merge'])
    .describe('refused: a rule said no; would-merge: a dry run found nothing in the way'),
  event: z.string().nullable().describe('the merge, once it is one'),
  events: z.number().int().describe('events that became visible, or would'),
  changes: z.array(FieldChange),
  conflicts: z.array(MergeConflict).describe('those that nothing has settled'),
  settled: z.array(z.object({ conflict: z.string(), by: z.string() })),
  verdicts: z.array(RuleVerdict),
});

export const mergeRun = operation({
  name: 'merge.run',
  summary: 'Merge a branch: what it sees becomes visible to the other, all or nothing.',
  description:
    'Three-way, over records, field by field: whoever changed a field wins, both to the same value agree, anything else is a conflict. Without a strategy that settles them, conflicts stop the merge (exit 3) and nothing is changed. Events never conflict. Merging twice changes nothing.',
  writes: true,
  doors: { cli: 'merge' },
  positional: ['name'],
  stamped: ['cwd'],
  examples: ['hivemind merge run-42/planner', 'hivemind merge run-42/planner --strategy latest --dry-run'],
  input: z.object({
    ...sides,
    strategy: Strategy.optional().describe(
      'How conflicts are settled: the later value, ours (the target), theirs, or by hand (default: what the workspace is set to)',
    ),
    resolutions: z
      .record(z.string(), Resolution)
      .optional()
      .describe('How conflicts are settled, by conflict id'),
    'dry-run': z.boolean().default(false).describe('Only say what would happen'),
    message: z.string().max(4000).optional().describe('Why, for the record'),
    ...headField,
    ...workspaceField,
  }),
  output: MergeResult,
});

export const mergeStatus = operation({
  name: 'merge.status',
  summary: 'List merges that stopped at conflicts.',
  writes: false,
  doors: { cli: 'merge status' },
  stamped: ['cwd'],
  input: z.object({ ...workspaceField }),
  output: z.object({
    workspace: z.string(),
    stopped: z.array(
      z.object({
        source: z.string(),
        into: z.string(),
        at: z.number().int(),
        by: z.string(),
        conflicts: z.number().int(),
      }),
    ),
  }),
});

export const mergeResolve = operation({
  name: 'merge.resolve',
  summary: 'Settle the conflicts of a merge and merge.',
  description:
    'In a terminal it shows them side by side and asks. Elsewhere --file gives a JSON object: conflict id → {"take": "ours" | "theirs" | "both"} or {"value": …}; `hivemind merge NAME --dry-run --json` shows the ids.',
  writes: true,
  doors: { cli: 'merge resolve' },
  positional: ['name'],
  stamped: ['cwd'],
  input: z.object({
    ...sides,
    resolutions: z.record(z.string(), Resolution).default({}).describe('Conflict id → how it is settled'),
    message: z.string().max(4000).optional().describe('Why, for the record'),
    ...headField,
    ...workspaceField,
  }),
  output: MergeResult,
});

export const mergeAbort = operation({
  name: 'merge.abort',
  summary: 'Give up a merge that stopped at conflicts.',
  writes: true,
  doors: { cli: 'merge abort' },
  positional: ['name'],
  stamped: ['cwd'],
  input: z.object({ ...sides, ...workspaceField }),
  output: z.object({ workspace: z.string(), source: z.string(), into: z.string(), aborted: z.boolean() }),
});
