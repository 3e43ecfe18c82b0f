import { z } from 'zod';
import { operation } from '../operation.ts';
import { BranchSummary, FieldChange, MergeConflict, RuleVerdict } from '../records.ts';
import { BranchName, callerField, limitField, workspaceField } from './fields.ts';

const named = z.string().min(1).max(300);

export const branchCreate = operation({
  name: 'branch.create',
  summary:
    'Create a branch: a copy-on-write view of the shared memory, invisible to others until it is merged.',
  description:
    'Takes milliseconds whatever the size: nothing is copied. --from names a branch, or an event: then the branch sees what was there when that event was recorded.',
  writes: true,
  doors: { cli: 'branch create' },
  positional: ['name'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind branch create run-42/planner', 'hivemind branch create what-if --from 4b8f7e61'],
  input: z.object({
    name: BranchName,
    from: named.optional().describe('Branch or event to fork from (default: the branch that you are on)'),
    agent: z.string().min(1).max(100).optional().describe('Agent that it is for'),
    ...workspaceField,
    ...callerField,
  }),
  output: z.object({ workspace: z.string(), branch: BranchSummary }),
});

export const branchList = operation({
  name: 'branch.list',
  summary: 'List branches, those that were active last first.',
  writes: false,
  doors: { cli: 'branch list' },
  stamped: ['cwd', 'caller'],
  input: z.object({
    ...workspaceField,
    ...callerField,
    deleted: z.boolean().default(false).describe('Those that were deleted, instead'),
    into: named.default('main').describe('Branch that ahead and behind are counted against'),
    limit: limitField(100, 100_000),
  }),
  output: z.object({
    workspace: z.string(),
    current: z.string().describe('id of the branch that you are on'),
    branches: z.array(BranchSummary),
    total: z.number().int(),
  }),
});

export const branchShow = operation({
  name: 'branch.show',
  summary: 'Show a branch: where it was forked, what it took in, what is on it.',
  writes: false,
  doors: { cli: 'branch show' },
  positional: ['name'],
  stamped: ['cwd', 'caller'],
  input: z.object({
    name: named.optional().describe('Branch (default: the one that you are on)'),
    ...workspaceField,
    ...callerField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: BranchSummary,
    lineage: z.array(z.string()).describe('names of the branches that it was forked from, nearest first'),
    merges: z.array(
      z.object({
        event: z.string(),
        source: z.string(),
        at: z.number().int(),
        by: z.string(),
      }),
    ),
    visible: z.number().int().describe('events that are seen from it'),
    kinds: z.record(z.string(), z.number().int()).describe('events on it, by type'),
  }),
});

export const branchDiff = operation({
  name: 'branch.diff',
  summary: 'Show what merging a branch would bring: records field by field, events by kind, conflicts.',
  writes: false,
  doors: { cli: 'branch diff' },
  positional: ['name'],
  stamped: ['cwd'],
  input: z.object({
    name: named.describe('Branch that would be merged'),
    into: named.default('main').describe('Branch that would take it in'),
    ...workspaceField,
  }),
  output: z.object({
    workspace: z.string(),
    source: z.string(),
    into: z.string(),
    ahead: z.number().int(),
    behind: z.number().int(),
    kinds: z.record(z.string(), z.number().int()).describe('events that would become visible, by type'),
    changes: z.array(FieldChange),
    conflicts: z.array(MergeConflict),
    verdicts: z.array(RuleVerdict),
  }),
});

export const branchRename = operation({
  name: 'branch.rename',
  summary: 'Give a branch another name.',
  writes: true,
  doors: { cli: 'branch rename' },
  positional: ['name', 'to'],
  stamped: ['cwd'],
  input: z.object({ name: named.describe('Branch'), to: BranchName, ...workspaceField }),
  output: z.object({ workspace: z.string(), branch: BranchSummary }),
});

export const branchDelete = operation({
  name: 'branch.delete',
  summary: 'Delete a branch: it is hidden at once, and can be taken back.',
  writes: true,
  doors: { cli: 'branch delete' },
  positional: ['name'],
  stamped: ['cwd'],
  input: z.object({ name: named.describe('Branch'), ...workspaceField }),
  output: z.object({ workspace: z.string(), branch: BranchSummary }),
});

export const branchRestore = operation({
  name: 'branch.restore',
  summary: 'Take back a branch that was deleted.',
  writes: true,
  doors: { cli: 'branch restore' },
  positional: ['name'],
  stamped: ['cwd'],
  input: z.object({ name: named.describe('Branch, by its name or id'), ...workspaceField }),
  output: z.object({ workspace: z.string(), branch: BranchSummary }),
});

export const branchPrune = operation({
  name: 'branch.prune',
  summary: 'Delete branches that are merged, or that nobody has written to for long.',
  writes: true,
  doors: { cli: 'branch prune' },
  stamped: ['cwd'],
  examples: ['hivemind branch prune --merged', 'hivemind branch prune --older-than 30d --dry-run'],
  input: z.object({
    merged: z.boolean().default(false).describe('Those of which everything is on main'),
    'older-than': z
      .string()
      .regex(/^[1-9]\d{0,5}[mhdw]$/, 'a number and m, h, d or w, such as 30d')
      .optional()
      .describe('Those that nobody has written to for so long, such as 12h, 30d'),
    'dry-run': z.boolean().default(false).describe('Only say which'),
    ...workspaceField,
  }),
  output: z.object({ workspace: z.string(), dryRun: z.boolean(), pruned: z.array(BranchSummary) }),
});

export const branchSwitch = operation({
  name: 'branch.switch',
  summary: 'Choose the branch that agents and commands in this worktree use.',
  writes: true,
  doors: { cli: 'branch switch' },
  positional: ['name'],
  stamped: ['cwd'],
  examples: ['hivemind branch switch run-42/planner', 'hivemind branch switch --auto'],
  input: z.object({
    name: named.optional().describe('Branch'),
    auto: z.boolean().default(false).describe("No branch of its own: what the workspace's branching says"),
    ...workspaceField,
  }),
  output: z.object({
    workspace: z.string(),
    worktree: z.string().describe('directory that it is about'),
    branch: BranchSummary,
  }),
});

export const branchChoose = operation({
  name: 'branch.choose',
  summary: 'Say which branch a caller is on; one of his own is made when it is not there yet.',
  writes: true,
  doors: {},
  stamped: ['cwd', 'caller'],
  input: z.object({
    agent: z.string().min(1).max(100).optional().describe('Agent that it is for'),
    ...workspaceField,
    ...callerField,
  }),
  output: z.object({ workspace: z.string(), branch: BranchSummary }),
});
