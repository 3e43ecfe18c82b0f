import { z } from 'zod';
import { Strategy } from './bodies/merge.ts';
import { PlanState, RecordKind, Standing } from './bodies/record.ts';

/** A repository's identity: the same for each of its clones and worktrees. */
export const RepositoryIdentity = z.object({
  /** Where git keeps it (the common directory), or the directory itself outside git. */
  directory: z.string(),
  git: z.boolean(),
  rootCommit: z.string().nullable(),
  /** Normalised: host/path, no scheme, credentials or .git. */
  remotes: z.array(z.string()),
});
export type RepositoryIdentity = z.infer<typeof RepositoryIdentity>;

/** A bucket that keeps a workspace's tables; credentials come from the AWS environment of each machine. */
export const BucketStore = z.object({
  uri: z.string().describe('s3://bucket/prefix'),
  endpoint: z.string().nullable().describe("null: Amazon's, or what the AWS environment says"),
  region: z.string().nullable(),
});
export type BucketStore = z.infer<typeof BucketStore>;

/** What one machine has set for a workspace; never read from memory, a bucket or a repository. */
export const WorkspaceSettings = z.object({
  branching: z
    .enum(['off', 'session', 'worktree'])
    .default('off')
    .describe('off: everybody shares main; session, worktree: each has a branch of its own'),
  strategy: Strategy.default('manual').describe('how merges settle conflicts when nothing is said'),
  rules: z.array(z.string()).default(['no-conflicts']).describe('what a merge has to meet'),
  resolver: z
    .string()
    .max(4000)
    .default('')
    .describe(
      'command that settles conflicts when nothing is said; run by `hivemind merge`, never by the daemon',
    ),
  injection: z
    .enum(['context', 'brief', 'off'])
    .default('context')
    .describe(
      'what agents are told unasked: a brief when they begin and context beside prompts, the brief alone, or nothing',
    ),
  warnings: z
    .enum(['on', 'off'])
    .default('on')
    .describe('whether agents are warned of calls like ones that failed'),
  commits: z
    .enum(['note', 'trailer', 'off'])
    .default('note')
    .describe(
      'how a git commit names the sessions that it comes from: a note beside it, a trailer in its message (and a note where that is too late), or not at all',
    ),
  worktrees: z
    .record(z.string(), z.string())
    .default({})
    .describe('directory of a worktree → id of the branch that it was switched to'),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;

export const Workspace = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.number().int(),
  repositories: z.array(RepositoryIdentity),
  store: BucketStore.nullable().default(null).describe('the bucket that it is kept in; null: this disk'),
});
export type Workspace = z.infer<typeof Workspace>;

export const BranchSummary = z.object({
  id: z.string(),
  name: z.string(),
  parent: z.string().nullable().describe('name of the branch that it was forked from'),
  agent: z.string().nullable().describe('the agent that it was made for'),
  createdAt: z.number().int(),
  createdBy: z.string(),
  deletedAt: z.number().int().nullable(),
  events: z.number().int().describe('events on it'),
  ahead: z.number().int().describe('events seen from it and not from main (or what it is compared with)'),
  behind: z.number().int().describe('events seen from main and not from it'),
  lastAt: z.number().int().describe('epoch milliseconds of its last event'),
});
export type BranchSummary = z.infer<typeof BranchSummary>;

const Origin = { event: z.string(), by: z.string(), agent: z.string(), at: z.number().int() };

/** Another value of a field, written by somebody who had not seen the one that is shown. */
export const Contender = z.object({ field: z.string(), value: z.unknown(), ...Origin });

const record = {
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
  by: z.string().describe('who changed it last'),
  event: z.string().describe('the event that did'),
  contested: z.array(Contender),
};

export const PlanItem = z.object({
  id: z.string(),
  title: z.string(),
  state: PlanState,
  owner: z.string().nullable(),
  note: z.string(),
  parent: z.string().nullable(),
  rank: z.number().nullable(),
  paths: z.array(z.string()),
  ...record,
});
export type PlanItem = z.infer<typeof PlanItem>;

export const Decision = z.object({
  key: z.string(),
  subject: z.string(),
  choice: z.string(),
  reason: z.string(),
  state: Standing,
  ...record,
});
export type Decision = z.infer<typeof Decision>;

export const Convention = z.object({
  key: z.string(),
  name: z.string(),
  rule: z.string(),
  reason: z.string(),
  state: Standing,
  ...record,
});
export type Convention = z.infer<typeof Convention>;

export const Claim = z.object({
  id: z.string(),
  holder: z.string(),
  paths: z.array(z.string()),
  until: z.number().int().nullable(),
  ...record,
});
export type Claim = z.infer<typeof Claim>;

/** What is planned, decided and being edited, as it is seen from somewhere. */
export const Knowledge = z.object({
  plan: z.array(PlanItem),
  decisions: z.array(Decision),
  conventions: z.array(Convention),
  claims: z.array(Claim),
});
export type Knowledge = z.infer<typeof Knowledge>;

/** What a merge does to a field. */
export const FieldChange = z.object({
  kind: RecordKind,
  key: z.string(),
  title: z.string(),
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  ...Origin,
});
export type FieldChange = z.infer<typeof FieldChange>;

export const ConflictValue = z.object({
  key: z.string(),
  title: z.string(),
  value: z.unknown(),
  reason: z.string().describe('why, in the words of whoever wrote it'),
  branch: z.string(),
  ...Origin,
});

export const MergeConflict = z.object({
  id: z.string().describe('what a resolution names; changes with the values'),
  why: z
    .enum(['changed', 'opposed'])
    .describe('changed: both sides changed it; opposed: two decisions that contradict each other'),
  kind: RecordKind,
  field: z.string(),
  base: z.unknown().describe('the value that both had seen'),
  ours: ConflictValue.describe('of the target'),
  theirs: ConflictValue.describe('of the source'),
  latest: z
    .enum(['ours', 'theirs'])
    .describe('the side that wrote last, on the clocks that the machines share'),
});
export type MergeConflict = z.infer<typeof MergeConflict>;

export const Resolution = z.union([
  z.object({ take: z.enum(['ours', 'theirs', 'both']) }),
  z.object({ value: z.unknown() }).refine((given) => 'value' in given && given.value !== undefined),
]);
export type Resolution = z.infer<typeof Resolution>;

export const RuleVerdict = z.object({
  rule: z.string(),
  passed: z.boolean(),
  reason: z.string(),
  hint: z.string().optional(),
});

export const Session = z.object({
  id: z.string(),
  agent: z.string(),
  nativeId: z.string().nullable(),
  parent: z.string().nullable().describe('session that started this one'),
  role: z.string().nullable(),
  title: z.string().describe('its name, else its first prompt'),
  cwd: z.string().nullable(),
  model: z.string().nullable(),
  branch: z.string().describe('branch id'),
  startedAt: z.number().int(),
  lastAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  events: z.number().int(),
  live: z
    .number()
    .int()
    .describe('events that came within a minute of happening; the others were brought in afterwards'),
  failures: z.number().int(),
  counts: z.record(z.string(), z.number().int()).describe('events by type'),
});
export type Session = z.infer<typeof Session>;

/** Something that a session refers to and that nothing tells. */
export const CaptureGap = z.object({
  what: z.string().describe('in words'),
  event: z.string().nullable().describe('the event that refers to it'),
});
export type CaptureGap = z.infer<typeof CaptureGap>;

/** What the answers of a session took, in tokens, and in US dollars where the agent says so. */
export const Usage = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  costUsd: z.number().nullable(),
});
export type Usage = z.infer<typeof Usage>;
