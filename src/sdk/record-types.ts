// What a program sees of plan, branches and merges; see types.ts.

export type PlanState = 'todo' | 'doing' | 'blocked' | 'done' | 'dropped';
export type RecordKind = 'plan' | 'decision' | 'convention' | 'claim' | 'handoff';

/** Who wrote a value, in which event, and when (epoch milliseconds). */
export interface Origin {
  event: string;
  by: string;
  agent: string;
  at: number;
}

/** Another value of a field, written by somebody who had not seen the one that is shown. */
export interface Contender extends Origin {
  field: string;
  value: unknown;
}

export interface PlanItem {
  id: string;
  title: string;
  state: PlanState;
  owner: string | null;
  note: string;
  parent: string | null;
  rank: number | null;
  /** 0 is most urgent, 4 least; null: 2. */
  priority: number | null;
  paths: string[];
  /** Ids of items that have to be done before. */
  dependsOn: string[];
  /** Sessions, commits (`commit:SHA`), decisions (`decision:KEY`) and events. */
  links: string[];
  blockers: { id: string; text: string }[];
  questions: { id: string; text: string; answer: string | null }[];
  createdAt: number;
  updatedAt: number;
  by: string;
  event: string;
  contested: Contender[];
}

export interface PlanFields {
  state?: PlanState;
  note?: string;
  /** Empty: nobody. */
  owner?: string;
  /** Item that it is a part of; empty: none. */
  parent?: string;
  paths?: readonly string[];
  /** 0 is most urgent, 4 least. */
  priority?: number;
  /** Items that have to be done before: by id, the end of it, or title. */
  dependsOn?: readonly string[];
  /** `ses_…`, `evt_…`, `commit:SHA` or `decision:SUBJECT`. */
  link?: readonly string[];
  /** What keeps it from being done. */
  blocker?: string;
  /** What has to be answered for it. */
  question?: string;
}

export interface PlanChange extends PlanFields {
  title?: string;
  /** Items that it does not depend on any more. */
  undepend?: readonly string[];
  /** It depends on nothing else than `dependsOn`. */
  noDependsOn?: boolean;
  unlink?: readonly string[];
  /** Ids of blockers that are gone. */
  unblock?: readonly string[];
  /** `ID=TEXT`: answer to the question of that id. */
  answer?: string;
  /** Take it off the plan. */
  remove?: boolean;
}

export interface PlanFilter {
  state?: PlanState;
  owner?: string;
  /** Only what is this agent's, or what it is doing. */
  mine?: boolean;
}

/** Who does an item, edits files or took a handoff at the moment. */
export interface Claim {
  id: string;
  holder: string;
  session: string | null;
  branch: string | null;
  paths: string[];
  item: string | null;
  handoff: string | null;
  why: string;
  /** Epoch milliseconds. */
  until: number | null;
  state: 'held' | 'released' | 'lost';
  /** provisional: the bucket was out of reach, another machine may have it too. */
  standing: 'confirmed' | 'provisional';
  lostTo: string | null;
  createdAt: number;
  updatedAt: number;
  by: string;
  event: string;
  contested: Contender[];
}

export interface NextOptions {
  /** This item and no other. */
  item?: string;
  /** Become its owner; of any number who ask at once only one gets an item. */
  take?: boolean;
  /** How long it stays this agent's without being taken again. */
  minutes?: number;
  limit?: number;
}

export interface Next {
  offers: {
    item: PlanItem;
    /** parts-open: parts of it are still to be done; stalled: whoever took it has not gone on. */
    footing: 'ready' | 'parts-open' | 'stalled';
    why: string[];
    unblocks: { id: string; title: string; state: PlanState }[];
  }[];
  /** How many items could be begun. */
  total: number;
  /** How many items are not done or dropped. */
  open: number;
  /** What is this agent's now; `claim.standing` says whether that is confirmed. */
  taken: { item: PlanItem; claim: Claim; event: string } | null;
  /** What somebody else had taken first. */
  lost: { item: string; title: string; heldBy: Claim }[];
  notes: string[];
}

/** One write of an item. */
export interface PlanWrite extends Origin {
  type: string;
  session: string | null;
  branch: string;
  /** Event of the merge that brought it here; null: it was seen from here at once. */
  mergedBy: string | null;
  fields: { field: string; before: unknown; after: unknown; contested: boolean }[];
}

export interface Plan {
  add(title: string, fields?: PlanFields): Promise<PlanItem>;
  /** Changes an item: by its id, the end of it, or its title. */
  set(item: string, fields: PlanChange): Promise<PlanItem>;
  show(filter?: PlanFilter): Promise<PlanItem[]>;
  /** What to do next; with `take` it becomes this agent's alone. */
  next(options?: NextOptions): Promise<Next>;
  /** Every change of an item, the first one first. */
  history(item: string): Promise<PlanWrite[]>;
}

/** What a merge does to a field of a record. */
export interface FieldChange extends Origin {
  kind: RecordKind;
  key: string;
  title: string;
  field: string;
  before: unknown;
  after: unknown;
}

/** One side of a conflict. */
export interface ConflictValue extends Origin {
  key: string;
  title: string;
  value: unknown;
  /** Why, in the words of whoever wrote it. */
  reason: string;
  branch: string;
}

export interface Conflict {
  /** What a resolution is given for; changes with the values. */
  id: string;
  /** changed: both sides changed it; opposed: two decisions that contradict each other. */
  why: 'changed' | 'opposed';
  kind: RecordKind;
  field: string;
  /** The value that both had seen. */
  base: unknown;
  /** Of the branch that takes in. */
  ours: ConflictValue;
  /** Of the branch that is merged. */
  theirs: ConflictValue;
  /** The side that wrote later. */
  latest: 'ours' | 'theirs';
}

/** How a conflict is settled: by one of its values, both (of opposed decisions), or another value. */
export type Resolution = { take: 'ours' | 'theirs' | 'both' } | { value: unknown };
export type Resolutions = Readonly<Record<string, Resolution>>;

export type Strategy = 'manual' | 'latest' | 'ours' | 'theirs';

export interface MergeOptions {
  /** Branch that takes it in (the branch of the handle). */
  into?: string;
  /** How conflicts are settled (what the workspace is set to, at first `manual`: not at all). */
  strategy?: Strategy;
  /** Settles what the strategy has not: conflict id → resolution. What it leaves out stays a conflict. */
  resolve?: (conflicts: Conflict[]) => Resolutions | Promise<Resolutions>;
  /** Why, for the record. */
  message?: string;
  /** Only say what would happen. */
  dryRun?: boolean;
}

/** What a rule of the workspace said about a merge. */
export interface Verdict {
  rule: string;
  passed: boolean;
  reason: string;
  hint?: string | undefined;
}

export interface MergeResult {
  /** Whether the other branch sees all of it now: outcome `merged` or `up-to-date`. */
  merged: boolean;
  outcome: 'merged' | 'up-to-date' | 'conflicts' | 'refused' | 'would-merge';
  source: string;
  into: string;
  /** The event of the merge, once it is one. */
  event: string | null;
  /** How many events became visible, or would. */
  events: number;
  changes: FieldChange[];
  /** Those that nothing has settled. */
  conflicts: Conflict[];
  settled: { conflict: string; by: string }[];
  verdicts: Verdict[];
}

/** What merging a branch would bring. */
export interface Diff {
  source: string;
  into: string;
  /** Events that would become visible, and those that only the other branch sees. */
  ahead: number;
  behind: number;
  /** Events that would become visible, by type. */
  kinds: Record<string, number>;
  changes: FieldChange[];
  conflicts: Conflict[];
  verdicts: Verdict[];
}

export interface BranchInfo {
  id: string;
  name: string;
  parent: string | null;
  agent: string | null;
  createdAt: number;
  createdBy: string;
  deletedAt: number | null;
  events: number;
  /** Events that it sees and main does not, and the other way round. */
  ahead: number;
  behind: number;
  lastAt: number;
}
