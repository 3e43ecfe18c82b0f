// What a program sees of plan, branches and merges; see types.ts.

export type PlanState = 'todo' | 'doing' | 'blocked' | 'done' | 'dropped';
export type RecordKind = 'plan' | 'decision' | 'convention' | 'claim';

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
  paths: string[];
  createdAt: number;
  updatedAt: number;
  by: string;
  event: string;
  contested: Contender[];
}

export interface PlanFields {
  state?: PlanState;
  note?: string;
  owner?: string;
  /** Item that it is a part of. */
  parent?: string;
  paths?: readonly string[];
}

export interface Plan {
  add(title: string, fields?: PlanFields): Promise<PlanItem>;
  /** Changes an item: by its id, the end of it, or its title. */
  set(item: string, fields: PlanFields & { title?: string; remove?: boolean }): Promise<PlanItem>;
  show(filter?: { state?: PlanState }): Promise<PlanItem[]>;
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
