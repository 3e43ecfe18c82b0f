import { OpenClaims } from '../core/claims/open-claims.ts';
import { type FoldedForgetting, foldForgetting, forgettingTypes } from '../core/forget/forgettings.ts';
import { observe, zeroHlc } from '../core/hlc.ts';
import { ItemClaims } from '../core/plan/item-claims.ts';
import { type BranchRecord, branches, lineOfEvent } from '../core/records/branch.ts';
import { BranchNames } from '../core/records/branch-names.ts';
import { type Content, contentReads, foldContent } from '../core/records/content.ts';
import { type RecordWrite, Registers, writingTypes } from '../core/records/registers.ts';
import { ReplacedNotes, type Replacing } from '../core/records/replaced-notes.ts';
import { type ReviewRecord, reviews } from '../core/records/review.ts';
import { type SessionPart, sessions } from '../core/records/session.ts';
import type { Scope } from '../core/scope.ts';
import { SeqRuns } from '../core/seq-runs.ts';
import { WriterObserved } from '../schema/bodies/branch.ts';
import { compareEvents, type FoldedEvent } from '../schema/event.ts';
import { isOwnAgent } from '../schema/own-agents.ts';
import type { Cut } from '../schema/view.ts';
import { RecentWork } from './recent-work.ts';

/** What is folded from the events. */
export interface Records {
  /** By session, branch and writer. */
  sessions: Map<string, SessionPart>;
  /** Session id → whose it is, and which session started it; not saved. */
  owners: Map<string, SessionOwner>;
  branches: Map<string, BranchRecord>;
  /** The same by their names; not saved. */
  names: BranchNames;
  registers: Registers;
  /** Claims that may still hold; not saved. */
  openClaims: OpenClaims;
  /** Plan item → its claims, also those that ran out; not saved. */
  itemClaims: ItemClaims;
  /** Branch id → writer id → the seqs of its events. */
  reach: Map<string, Map<string, SeqRuns>>;
  /** How far each branch goes with something to say. */
  content: Content;
  /** What was said of branches on their way into others, by `reviewKey`. */
  reviews: Map<string, ReviewRecord[]>;
  /** Writer → what it said last about how far it had seen the others. */
  observed: Map<string, { seq: number; seen: Cut }>;
  /** How many events only say that: nobody has captured them. */
  observations: number;
  /** What was ordered to be forgotten or pruned, by the event that ordered it. */
  forgettings: Map<string, FoldedForgetting>;
  /** Facts and attempts that do not stand any more. */
  replaced: ReplacedNotes;
  /** Greatest clock reading that was stamped or seen. */
  hlc: string;
  /** Branch id → its latest event in fold order. */
  heads: Map<string, HeadEvent>;
  /** The event that happened last, whenever it was captured: an import brings old ones late. */
  latest: HeadEvent | null;
  /** What was done lately; not saved. */
  recent: RecentWork;
  /** Grows with every event that may change what is told of the workspace; not saved. */
  moved: number;
  /** Grows with every fact and attempt, and with what takes one away; not saved. */
  notes: number;
  /** What is seen from a branch, kept until its lineage changes; not saved. */
  scopes: Map<string, Scope>;
}

export interface SessionOwner {
  agent: string;
  parent: string | null;
  /** What a subagent is for. */
  role?: string | null;
}

export type HeadEvent = Pick<FoldedEvent, 'id' | 'hlc' | 'writer' | 'seq' | 'type' | 'at' | 'agent'>;

/** Changes with any of the folds, so that records which an older version has saved are folded anew. */
export const foldsVersion = '8';

/** Types of which the folds need text and body. */
export const wholeTypes = [
  ...new Set([
    ...sessions.reads,
    ...branches.reads,
    ...reviews.reads,
    ...contentReads,
    ...writingTypes,
    ...forgettingTypes,
    ...ReplacedNotes.reads,
    'writer.observed',
  ]),
];

export const noRecords = (): Records => ({
  sessions: new Map(),
  owners: new Map(),
  branches: new Map(),
  names: new BranchNames(),
  registers: new Registers(),
  openClaims: new OpenClaims(),
  itemClaims: new ItemClaims(),
  reach: new Map(),
  content: new Map(),
  reviews: new Map(),
  observed: new Map(),
  observations: 0,
  forgettings: new Map(),
  replaced: new ReplacedNotes(),
  hlc: zeroHlc,
  heads: new Map(),
  latest: null,
  recent: new RecentWork(),
  moved: 0,
  notes: 0,
  scopes: new Map(),
});

/** Takes in one event, in any order of arrival. */
export function foldInto(records: Records, event: FoldedEvent, isOwn: boolean): void {
  sessions.fold(records.sessions, event);
  foldOwner(records, event);
  if (branches.reads.includes(event.type)) foldLineage(records, event, isOwn);
  for (const { kind, key, set } of records.registers.fold(event))
    if (kind === 'claim') {
      records.openClaims.note(key, set);
      records.itemClaims.note(key, set);
    }
  foldContent(records.content, event);
  reviews.fold(records.reviews, event);
  records.replaced.fold(event);
  if (event.type === 'writer.observed') foldObserved(records, event);
  records.recent.note(event);
  if (isTelling(event)) records.moved += 1;
  if (noteTypes.has(event.type)) records.notes += 1;
  if (forgettingTypes.includes(event.type)) foldForgetting(records.forgettings, event);
  runsOf(records, event.branch, event.writer).add(event.seq);
  records.hlc = clockAfter(records, event, isOwn);
  const { id, hlc, writer, seq, type, at, agent } = event;
  const position = { id, hlc, writer, seq, type, at, agent };
  const head = records.heads.get(event.branch);
  if (head === undefined || compareEvents(head, event) < 0) records.heads.set(event.branch, position);
  if (agent !== 'hivemind' && isLater(position, records.latest)) records.latest = position;
}

const noteTypes = new Set(['memory.noted', 'memory.attempted', ...forgettingTypes]);

/** What the daemon notes for itself changes nothing that is told, but that something has been told. */
const isTelling = ({ agent, type, body }: FoldedEvent): boolean =>
  type === 'recall.injected'
    ? body?.handoffs !== undefined
    : type !== 'writer.observed' && (agent !== 'hivemind' || !type.startsWith('recall.'));

/** By when it happened; of the same moment by fold order, which is everybody's. */
function isLater(event: HeadEvent, than: HeadEvent | null): boolean {
  if (than === null) return true;
  return event.at === than.at ? compareEvents(event, than) > 0 : event.at > than.at;
}

function foldLineage(records: Records, event: FoldedEvent, isOwn: boolean): void {
  branches.fold(records.branches, event);
  // What another machine did may stand in the past of many branches; what is done here only in what is to come.
  const line = lineOfEvent(event);
  const record = line === null ? undefined : records.branches.get(line);
  if (record !== undefined) records.names.note(record);
  if (isOwn && line !== null) records.scopes.delete(line);
  else records.scopes.clear();
}

function foldOwner({ owners }: Records, { session, agent, type, body }: FoldedEvent): void {
  if (isOwnAgent(agent)) return;
  const known = owners.get(session);
  const parent =
    type === 'session.started' && typeof body?.parentSession === 'string' ? body.parentSession : null;
  const role = type === 'session.started' && typeof body?.role === 'string' ? body.role : null;
  if (known === undefined) owners.set(session, { agent, parent, role });
  else {
    known.parent ??= parent;
    known.role ??= role;
  }
}

function foldObserved(records: Records, { writer, seq, body }: FoldedEvent): void {
  records.observations += 1;
  const said = WriterObserved.safeParse(body);
  if (said.success && seq > (records.observed.get(writer)?.seq ?? 0))
    records.observed.set(writer, { seq, seen: said.data.seen });
}

function runsOf({ reach }: Records, branch: string, writer: string): SeqRuns {
  const writers = reach.get(branch) ?? new Map<string, SeqRuns>();
  reach.set(branch, writers);
  const runs = writers.get(writer) ?? new SeqRuns();
  writers.set(writer, runs);
  return runs;
}

/** Our own readings are never passed by, whatever the system's clock says by now; others' only as far as they can be trusted. */
function clockAfter({ hlc }: Records, event: FoldedEvent, isOwn: boolean): string {
  if (!isOwn) return observe(hlc, event.hlc, Date.now());
  return event.hlc > hlc ? event.hlc : hlc;
}

type Entries<V> = [string, V][];

interface SavedRecords {
  sessions: Entries<SessionPart>;
  branches: Entries<BranchRecord>;
  writes: RecordWrite[];
  reach: Entries<Entries<number[]>>;
  content: Entries<Cut>;
  reviews: Entries<ReviewRecord[]>;
  observed: Entries<{ seq: number; seen: Cut }>;
  observations: number;
  forgettings: Entries<FoldedForgetting>;
  replaced: Replacing[];
  hlc: string;
  heads: Entries<HeadEvent>;
  latest: HeadEvent | null;
}

export const saveRecords = (records: Records): SavedRecords => ({
  sessions: [...records.sessions],
  branches: [...records.branches],
  writes: records.registers.toJSON(),
  reach: [...records.reach].map(([branch, writers]) => [
    branch,
    [...writers].map(([writer, runs]) => [writer, runs.toJSON()]),
  ]),
  content: [...records.content],
  reviews: [...records.reviews],
  observed: [...records.observed],
  observations: records.observations,
  forgettings: [...records.forgettings],
  replaced: records.replaced.toJSON(),
  hlc: records.hlc,
  heads: [...records.heads],
  latest: records.latest,
});

/** Begins with saved records, or (null) with none. */
export function restoreRecords(records: Records, saved: SavedRecords | null): void {
  Object.assign(records, noRecords());
  if (saved === null) return;
  const { writes, reach, hlc, latest } = saved;
  const branches = new Map(saved.branches);
  Object.assign(records, {
    sessions: new Map(saved.sessions),
    owners: ownersOf(saved.sessions),
    branches,
    names: BranchNames.of(branches.values()),
    registers: Registers.of(writes),
    openClaims: OpenClaims.of(writes),
    itemClaims: ItemClaims.from(writes),
    reach: new Map(
      reach.map(([branch, writers]) => [
        branch,
        new Map(writers.map(([writer, runs]) => [writer, SeqRuns.of(runs)])),
      ]),
    ),
    content: new Map(saved.content),
    reviews: new Map(saved.reviews),
    observed: new Map(saved.observed),
    observations: saved.observations,
    forgettings: new Map(saved.forgettings),
    replaced: ReplacedNotes.of(saved.replaced),
    hlc,
    heads: new Map(saved.heads),
    latest,
  });
}

function ownersOf(parts: Entries<SessionPart>): Map<string, SessionOwner> {
  const owners = new Map<string, SessionOwner>();
  for (const [, { id, agent, parent, role }] of parts) {
    const known = owners.get(id);
    owners.set(id, { agent, parent: parent ?? known?.parent ?? null, role: role ?? known?.role ?? null });
  }
  return owners;
}
