import { observe, zeroHlc } from '../core/hlc.ts';
import { type BranchRecord, branches, lineOfEvent } from '../core/records/branch.ts';
import { BranchNames } from '../core/records/branch-names.ts';
import { type RecordWrite, Registers, writingTypes } from '../core/records/registers.ts';
import { type SessionPart, sessions } from '../core/records/session.ts';
import type { Scope } from '../core/scope.ts';
import { SeqRuns } from '../core/seq-runs.ts';
import { WriterObserved } from '../schema/bodies/branch.ts';
import { compareEvents, type FoldedEvent } from '../schema/event.ts';
import type { Cut } from '../schema/view.ts';

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
  /** Branch id → writer id → the seqs of its events. */
  reach: Map<string, Map<string, SeqRuns>>;
  /** Writer → what it said last about how far it had seen the others. */
  observed: Map<string, { seq: number; seen: Cut }>;
  /** How many events only say that: nobody has captured them. */
  observations: number;
  /** Greatest clock reading that was stamped or seen. */
  hlc: string;
  /** Branch id → its latest event in fold order. */
  heads: Map<string, HeadEvent>;
  /** The event that happened last, whenever it was captured: an import brings old ones late. */
  latest: HeadEvent | null;
  /** What is seen from a branch, kept until its lineage changes; not saved. */
  scopes: Map<string, Scope>;
}

export interface SessionOwner {
  agent: string;
  parent: string | null;
}

export type HeadEvent = Pick<FoldedEvent, 'id' | 'hlc' | 'writer' | 'seq' | 'type' | 'at' | 'agent'>;

/** Changes with any of the folds, so that records which an older version has saved are folded anew. */
export const foldsVersion = '4';

/** Types of which the folds need text and body. */
export const wholeTypes = [
  ...new Set([...sessions.reads, ...branches.reads, ...writingTypes, 'writer.observed']),
];

export const noRecords = (): Records => ({
  sessions: new Map(),
  owners: new Map(),
  branches: new Map(),
  names: new BranchNames(),
  registers: new Registers(),
  reach: new Map(),
  observed: new Map(),
  observations: 0,
  hlc: zeroHlc,
  heads: new Map(),
  latest: null,
  scopes: new Map(),
});

/** Takes in one event, in any order of arrival. */
export function foldInto(records: Records, event: FoldedEvent, isOwn: boolean): void {
  sessions.fold(records.sessions, event);
  foldOwner(records, event);
  if (branches.reads.includes(event.type)) foldLineage(records, event, isOwn);
  records.registers.fold(event);
  if (event.type === 'writer.observed') foldObserved(records, event);
  runsOf(records, event.branch, event.writer).add(event.seq);
  records.hlc = clockAfter(records, event, isOwn);
  const { id, hlc, writer, seq, type, at, agent } = event;
  const position = { id, hlc, writer, seq, type, at, agent };
  const head = records.heads.get(event.branch);
  if (head === undefined || compareEvents(head, event) < 0) records.heads.set(event.branch, position);
  if (agent !== 'hivemind' && isLater(position, records.latest)) records.latest = position;
}

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
  if (agent === 'hivemind' || agent === 'git') return;
  const known = owners.get(session);
  const parent =
    type === 'session.started' && typeof body?.parentSession === 'string' ? body.parentSession : null;
  if (known === undefined) owners.set(session, { agent, parent });
  else if (parent !== null) known.parent ??= parent;
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
  observed: Entries<{ seq: number; seen: Cut }>;
  observations: number;
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
  observed: [...records.observed],
  observations: records.observations,
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
    reach: new Map(
      reach.map(([branch, writers]) => [
        branch,
        new Map(writers.map(([writer, runs]) => [writer, SeqRuns.of(runs)])),
      ]),
    ),
    observed: new Map(saved.observed),
    observations: saved.observations,
    hlc,
    heads: new Map(saved.heads),
    latest,
  });
}

function ownersOf(parts: Entries<SessionPart>): Map<string, SessionOwner> {
  const owners = new Map<string, SessionOwner>();
  for (const [, { id, agent, parent }] of parts)
    owners.set(id, { agent, parent: parent ?? owners.get(id)?.parent ?? null });
  return owners;
}
