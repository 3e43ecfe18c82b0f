import { z } from 'zod';
import {
  Addressee,
  Alternative,
  Basis,
  ClaimStanding,
  HandoffState,
  PlanState,
  RecordKind,
  Standing,
} from './bodies/record.ts';
import { Holds } from './holds.ts';
import { WorkspaceSettings } from './settings.ts';

export { Holds, WorkspaceSettings };

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
  agent: z
    .string()
    .nullable()
    .describe('the agent that it was made for; null: for no one agent, as that of a worktree may be'),
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
  priority: z.number().int().nullable().describe('0 is most urgent, 4 least; null: 2'),
  paths: z.array(z.string()),
  dependsOn: z.array(z.string()).describe('ids of items that have to be done before'),
  links: z.array(z.string()).describe('sessions, commits (commit:SHA), decisions (decision:KEY) and events'),
  blockers: z.array(z.object({ id: z.string(), text: z.string() })),
  questions: z.array(z.object({ id: z.string(), text: z.string(), answer: z.string().nullable() })),
  ...record,
});
export type PlanItem = z.infer<typeof PlanItem>;

export const Decision = z.object({
  key: z.string(),
  subject: z.string(),
  choice: z.string(),
  reason: z.string(),
  alternatives: z.array(Alternative).describe('what was not chosen, and why not'),
  paths: z.array(z.string()).describe('files that it is about'),
  basis: Basis.nullable().describe('what these files and the checked out commit were; null: not recorded'),
  state: Standing,
  ...record,
});
export type Decision = z.infer<typeof Decision>;

export const Convention = z.object({
  key: z.string(),
  name: z.string(),
  rule: z.string(),
  reason: z.string(),
  paths: z.array(z.string()).describe('files that it is about'),
  basis: Basis.nullable().describe('what these files and the checked out commit were; null: not recorded'),
  state: Standing,
  ...record,
});
export type Convention = z.infer<typeof Convention>;

export const Claim = z.object({
  id: z.string(),
  holder: z.string(),
  session: z.string().nullable().describe('session of the holder'),
  branch: z.string().nullable().describe('id of the branch that the holder is on'),
  paths: z.array(z.string()),
  item: z.string().nullable().describe('plan item that the holder does'),
  handoff: z.string().nullable().describe('handoff that the holder took'),
  why: z.string(),
  until: z.number().int().nullable(),
  state: z.enum(['held', 'released', 'lost']),
  standing: ClaimStanding.describe(
    'provisional: the bucket was out of reach, another machine may have it too',
  ),
  lostTo: z.string().nullable(),
  ...record,
});
export type Claim = z.infer<typeof Claim>;

/** Who has been offered what, and who took it; what it says is in its event `handoff.offered`. */
export const HandoffPosting = z.object({
  id: z.string(),
  to: Addressee,
  from: z.string(),
  session: z.string().nullable(),
  branch: z.string().nullable().describe('id of the branch on which its content stands'),
  content: z.string().nullable().describe('event `handoff.offered` that is its content'),
  item: z.string().nullable(),
  state: HandoffState,
  takenBy: z.string().nullable().describe('who accepted, declined or withdrew it'),
  takenIn: z.string().nullable().describe('session in which they did'),
  until: z.number().int().nullable(),
  ...record,
});
export type HandoffPosting = z.infer<typeof HandoffPosting>;

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
