import type { BranchInfo, Diff, MergeOptions, MergeResult, Plan } from './record-types.ts';

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
  /** Branch to begin on, made when it is not there ($HIVEMIND_BRANCH, else the one of this worktree or session, else main). */
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
  /** Of a fact: a vector of your own model, of any length. */
  embedding?: readonly number[];
  /** Of a fact: fields to find it by. */
  metadata?: Record<string, unknown>;
}

export interface Remembered {
  /** Of the event. */
  event: string;
  kind: 'decision' | 'convention' | 'attempt' | 'fact';
  /** Under which a decision or a convention is kept. */
  key: string | null;
}

/** What a subscription is about; each narrows it. */
export interface SubscribeOptions {
  /** Types (`memory.decided`) and families (`plan`, `plan.*`). */
  kinds?: readonly string[];
  /** Globs, such as `src/**`: only events on paths that one of them matches. */
  paths?: readonly string[];
  agents?: readonly string[];
  /** Ids of sessions. */
  sessions?: readonly string[];
  status?: readonly Status[];
  /** Whose view it is (the branch of the handle). */
  branch?: BranchRef;
  /** Go on behind this place: the `cursor` of an event that was received, the id of an event, or `start` (only what comes from now on). */
  after?: string;
  /** So many events may be waiting for this program, 1 to 100,000 (10,000); of more it only learns that it has missed them. */
  most?: number;
  /** Called when events were passed over; without it the subscription ends with RESOURCE_EXHAUSTED. */
  onMissed?: (missed: Missed) => void;
  /** Ends the subscription. */
  signal?: StopSignal;
}

/** What is needed of an `AbortSignal`: a program may be compiled without the types of Node and of the web. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
}

/** An event, and the place behind it: to go on from there is to miss nothing and to get nothing twice. */
export interface LiveEvent extends Event {
  cursor: string;
}

export interface Missed {
  events: number;
  /** The place before them. */
  from: string;
  /** The place behind them. */
  cursor: string;
}

/** Events as they come. It begins at once, and a daemon that goes away is waited for. */
export interface Subscription extends AsyncIterableIterator<LiveEvent, undefined> {
  /** Resolves when it has begun: what is written from then on comes. */
  readonly ready: Promise<void>;
  close(): void;
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

  /** Events that come into sight on this branch, as they come: written, merged, or brought from another machine. */
  subscribe(options?: SubscribeOptions): Subscription;

  /** Ends the connection, which all handles of one `open` share. */
  close(): void;
}

/**
 * Opens a workspace by its name or id. Starts the daemon of this user where none runs; `$HIVEMIND_HOME` says where that
 * keeps its data. Rejects with NOT_FOUND when there is no such workspace and `create` is not set.
 */
export type Open = (workspace: string, options?: OpenOptions) => Promise<Memory>;
