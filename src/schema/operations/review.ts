import { z } from 'zod';
import { ReviewPlace, ReviewVerdict } from '../bodies/review.ts';
import { operation } from '../operation.ts';
import { BranchSummary, FieldChange, MergeConflict, RuleVerdict, Session } from '../records.ts';
import { callerField, limitField, workspaceField } from './fields.ts';
import { CommitRow } from './git.ts';

const named = z.string().min(1).max(300);

/** A file below the root of its repository. */
const isBelowRoot = (path: string): boolean =>
  !/^[/\\]|^[A-Za-z]:|\p{Cc}/u.test(path) && !path.split(/[/\\]/).includes('..');

const sides = {
  name: named.describe('Branch that is looked at'),
  into: named.default('main').describe('Branch that would take it in'),
};

/** Where a branch stands on its way into another. */
export const ReviewState = z
  .enum(['open', 'approved', 'changes-requested', 'merged'])
  .describe(
    'open: nobody has said yes or no to what it is now; merged: it has nothing that the other does not see',
  );

export const Review = z.object({
  event: z.string(),
  by: z.string(),
  actor: z.enum(['human', 'agent', 'daemon']),
  at: z.number().int(),
  verdict: ReviewVerdict,
  comment: z.string(),
  place: ReviewPlace.nullable(),
  replyTo: z.string().nullable(),
  head: z.string(),
  isStale: z.boolean().describe('the branch has changed since'),
  counts: z
    .boolean()
    .describe(
      'it stands: the last word of who said it, about the branch as it is now; what agents approve never counts',
    ),
  standing: z
    .enum(['verified', 'unverified'])
    .describe('unverified: it is not signed, or by nobody whom this user has among his allowed signers'),
  signer: z.string().nullable().describe('whose key signed it, where it is verified'),
});
export type Review = z.infer<typeof Review>;

export const ReviewRow = z.object({
  branch: BranchSummary,
  into: z.string(),
  state: ReviewState,
  reviews: z.number().int(),
  conflicts: z.number().int().nullable().describe('null: not worked out in a list'),
});
export type ReviewRow = z.infer<typeof ReviewRow>;

export const reviewList = operation({
  name: 'review.list',
  summary: 'List branches that have something to merge, with what was said of them.',
  writes: false,
  doors: { cli: 'review list' },
  stamped: ['cwd'],
  input: z.object({
    into: sides.into,
    limit: limitField(50, 1000),
    ...workspaceField,
  }),
  output: z.object({
    workspace: z.string(),
    into: z.string(),
    rows: z.array(ReviewRow),
    total: z.number().int(),
  }),
});

export const ReviewResult = z.object({
  workspace: z.string(),
  source: z.string(),
  into: z.string(),
  ids: z
    .object({ workspace: z.string(), source: z.string(), into: z.string() })
    .describe('what a signature of a verdict names'),
  head: z.string().describe('what the source is now: a verdict names it'),
  state: ReviewState,
  ahead: z.number().int(),
  behind: z.number().int(),
  kinds: z.record(z.string(), z.number().int()).describe('events that would become visible, by type'),
  changes: z.array(FieldChange),
  conflicts: z.array(MergeConflict),
  verdicts: z.array(RuleVerdict),
  sessions: z.array(Session).describe('whose events would become visible'),
  commits: z.array(CommitRow).describe('git commits that these sessions made, latest first'),
  reviews: z.array(Review).describe('oldest first'),
});

export const reviewShow = operation({
  name: 'review.show',
  summary:
    'Show what a merge would bring, and what was said of it: records, sessions, commits, conflicts, verdicts, comments.',
  writes: false,
  doors: { cli: 'review show' },
  positional: ['name'],
  stamped: ['cwd'],
  examples: ['hivemind review show run-42/planner', 'hivemind review show run-42/planner --into release'],
  input: z.object({ ...sides, ...workspaceField }),
  output: ReviewResult,
});

const said = {
  ...sides,
  comment: z.string().max(20_000).default('').describe('What to say about it'),
  head: z
    .string()
    .max(200)
    .optional()
    .describe('What was looked at, as `review show` says it: refused where the branch has changed since'),
  ...workspaceField,
  ...callerField,
};
const something = z
  .string()
  .max(20_000)
  .refine((text) => text.trim() !== '', 'says nothing');
const signature = {
  signature: z
    .string()
    .max(20_000)
    .regex(/^-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+\n-----END SSH SIGNATURE-----\n?$/)
    .optional()
    .describe('Of an SSH key, as `ssh-keygen -Y sign -n hivemind-review` writes it; needs head and nonce'),
  nonce: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'is 32 hex digits')
    .optional()
    .describe('Random, and signed with the verdict: it is taken once'),
};
const written = z.object({ workspace: z.string(), review: Review, state: ReviewState });

export const reviewApprove = operation({
  name: 'review.approve',
  summary: 'Say yes to merging a branch as it is now.',
  description:
    'Holds for what the branch is at this moment: once it goes on, it has to be looked at again. The rule `approved` (`hivemind workspace set rules no-conflicts,approved`) lets a branch be merged only while a person has approved it and nobody has asked for changes. What an agent approves is shown, and never counts.',
  writes: true,
  doors: { cli: 'review approve' },
  positional: ['name'],
  stamped: ['cwd', 'caller', 'signature', 'nonce'],
  examples: ['hivemind review approve run-42/planner --comment "tests read, looks right"'],
  input: z.object({ ...said, ...signature }),
  output: written,
});

export const reviewAsk = operation({
  name: 'review.ask',
  summary: 'Ask for changes before a branch is merged.',
  writes: true,
  doors: { cli: 'review ask' },
  positional: ['name', 'comment'],
  stamped: ['cwd', 'caller', 'signature', 'nonce'],
  examples: ['hivemind review ask run-42/planner "the retry has no upper bound"'],
  input: z.object({ ...said, ...signature, comment: something.describe('What has to change') }),
  output: written,
});

export const reviewComment = operation({
  name: 'review.comment',
  summary: 'Comment on a branch, a file and line of one of its commits, a step, or a record.',
  writes: true,
  doors: { cli: 'review comment' },
  positional: ['name', 'comment'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind review comment run-42/planner "why a map?" --path src/parser.ts --line 120',
    'hivemind review comment run-42/planner "because of order" --reply-to 4b8f7e61',
  ],
  input: z.object({
    ...said,
    comment: something.describe('What to say'),
    ...ReviewPlace.shape,
    commit: z
      .string()
      .regex(/^[0-9a-f]{4,64}$/i, 'is the hash of a commit, or its beginning')
      .optional()
      .describe('git commit, by its hash'),
    path: z
      .string()
      .min(1)
      .max(4096)
      .refine(isBelowRoot, 'is a file below the root of the repository')
      .optional()
      .describe('File, below the root of the repository'),
    'reply-to': z.string().max(200).optional().describe('The review that this answers, by its event id'),
  }),
  output: written,
});
