/**
 * What a program that imports Hivemind sees. It is written out in plain types, so that whoever uses it needs no types of
 * ours or of a library; a test holds it against the operations that stand behind it.
 */

/** How a call failed; the words are gRPC's. */
export type ErrorCode =
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'INVALID_ARGUMENT'
  | 'CONFLICT'
  | 'POLICY_DENIED'
  | 'PERMISSION_DENIED'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'ABORTED'
  | 'RESOURCE_EXHAUSTED'
  | 'DATA_LOSS'
  | 'INTERNAL';

/** What every call rejects with. */
export interface HivemindError extends Error {
  readonly code: ErrorCode;
  /** What to type or to change next. */
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;
}

export interface OpenOptions {
  /** Make the workspace when there is none of this name (false). */
  create?: boolean;
  /** In whose name is written (`sdk`). */
  agent?: string;
  /** The run that it is part of, by an id of your own (a new one each time): the events of one run are one session. */
  session?: string;
  /** Branch to begin on, made when it is not there ($HIVEMIND_BRANCH, else main). */
  branch?: string;
}

export interface BranchOptions {
  /** Branch, or id of an event, that a new branch is forked from (the branch of the handle). One that is there stays as it is. */
  from?: string;
  /** Who writes on it, from this handle on (the agent of the handle). */
  agent?: string;
}

export type Status = 'ok' | 'failed' | 'rejected';

/** A note: what an agent found out, with what your program wants to find it by. */
export interface Note {
  content: string;
  /** A vector of your own model: 1 to 8,192 finite numbers, not all 0. */
  embedding?: readonly number[] | Float32Array;
  metadata?: Readonly<Record<string, unknown>>;
  /** Files that it is about. */
  paths?: readonly string[];
  status?: Status;
  /** Epoch milliseconds (now). */
  at?: number;
}

/** Any other event; `docs/reference/events.md` lists the types, and one of your own is kept as it is. */
export interface NewEvent {
  /** `family.fact`, such as `check.passed`. */
  type: string;
  /** What is searched and shown. */
  text?: string;
  body?: Readonly<Record<string, unknown>>;
  paths?: readonly string[];
  status?: Status;
  at?: number;
}

export interface Actor {
  kind: 'human' | 'agent' | 'daemon';
  name: string;
  model?: string | undefined;
}

/** One immutable fact, as it is stored. */
export interface Event {
  id: string;
  delivery: string | null;
  fact: string;
  workspace: string;
  /** Id of the branch that it stands on. */
  branch: string;
  session: string;
  turn: string | null;
  agent: string;
  writer: string;
  seq: number;
  hlc: string;
  parent: string | null;
  trace: string;
  span: string;
  parentSpan: string | null;
  actor: Actor;
  at: number;
  type: string;
  v: number;
  status: Status;
  paths: string[];
  text: string;
  body: Record<string, unknown>;
}

export interface Query {
  /** Words, a question, an error message, a path: searched in all events. */
  text?: string;
  /** Compared with the vectors of notes that have as many dimensions. */
  vector?: readonly number[] | Float32Array;
  /** Metadata that a hit must have. */
  where?: Readonly<Record<string, string | number | boolean>>;
  /** At most, 1 to 1,000 (10). */
  limit?: number;
}

export interface Hit {
  /** Of the event. */
  id: string;
  /** What was noted; of other events their text. */
  content: string;
  metadata: Record<string, unknown>;
  /** With a vector alone the cosine, -1 to 1; else comparable within one answer only; 0 when only `where` was asked. */
  score: number;
  /** Name of the branch that it stands on. */
  branch: string;
  agent: string;
  /** Epoch milliseconds. */
  at: number;
  /** The event, without its vector. */
  event: Event;
}

/** More about what is remembered; at most one of subject, convention and outcome. */
export interface RememberOptions {
  /** It is a decision about this, and replaces what was decided about it before. */
  subject?: string;
  /** It is a convention of this name. */
  convention?: string;
  /** It is an approach that was tried, and ended so. */
  outcome?: 'worked' | 'failed' | 'abandoned';
  reason?: string;
  /** The decision or convention no longer stands. */
  withdraw?: boolean;
  paths?: readonly string[];
}

export interface Remembered {
  /** Of the event. */
  event: string;
  kind: 'decision' | 'convention' | 'attempt' | 'fact';
  /** Under which a decision or a convention is kept. */
  key: string | null;
}

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

/** A branch, as it is named or as the handle on it. */
export type BranchRef = string | Pick<Memory, 'id'>;

/** A handle on one branch of a workspace. It may be used by many callers at once. */
export interface Memory {
  readonly workspace: string;
  /** Id of the branch: it stays, whatever the branch is called. */
  readonly id: string;
  /** What the branch was called when the handle was made. */
  readonly name: string;
  readonly agent: string;
  /** Id of the session as which this handle writes. */
  readonly session: string;

  /** A handle on the branch of this name, which is made (in milliseconds, nothing is copied) when it is not there. */
  branch(name: string, options?: BranchOptions): Promise<Memory>;

  /** Stores events; resolves with their ids, in order, once they are on disk. Many at once are much faster than one by one. */
  append(event: Note | NewEvent): Promise<string>;
  append(events: readonly (Note | NewEvent)[]): Promise<string[]>;

  /** Finds what is seen from this branch, best first. */
  query(query: string | Query): Promise<Hit[]>;

  /** Remembers a fact, or (with options) a decision, a convention, an attempt. */
  remember(text: string, options?: RememberOptions): Promise<Remembered>;

  readonly plan: Plan;

  /** Merges a branch into this one, all or nothing. Conflicts and refusals are results, not errors: look at `merged`. */
  merge(branch: BranchRef, options?: MergeOptions): Promise<MergeResult>;

  /** What merging a branch into this one would bring. */
  diff(branch: BranchRef, options?: { into?: string }): Promise<Diff>;

  /** Deletes a branch: hidden at once, and `hivemind branch restore` takes it back. */
  delete(branch: BranchRef): Promise<void>;

  /** Every branch that is not deleted, those that were active last first. */
  branches(): Promise<BranchInfo[]>;

  /** Every event that is seen from this branch, oldest first. */
  export(): AsyncIterableIterator<Event>;

  /** Ends the connection, which all handles of one `open` share. */
  close(): void;
}

/**
 * Opens a workspace by its name or id. Starts the daemon of this user where none runs; `$HIVEMIND_HOME` says where that
 * keeps its data. Rejects with NOT_FOUND when there is no such workspace and `create` is not set.
 */
export type Open = (workspace: string, options?: OpenOptions) => Promise<Memory>;
