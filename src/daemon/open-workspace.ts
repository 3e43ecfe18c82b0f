import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { observe, zeroHlc } from '../core/hlc.ts';
import { liveSpans } from '../core/lineage.ts';
import { branches } from '../core/records/branch.ts';
import { type SessionRecord, sessions } from '../core/records/session.ts';
import { termsOf } from '../core/tokenize.ts';
import { AppError } from '../schema/app-error.ts';
import { compareEvents, type FoldedEvent } from '../schema/event.ts';
import { idFromUuid, mainBranchId } from '../schema/ids.ts';
import type { Branch, Workspace } from '../schema/records.ts';
import type { Span } from '../schema/view.ts';
import { writeDurably } from '../store/durable.ts';
import { type EventStore, openEventStore } from '../store/event-store.ts';
import type { Log } from './log.ts';

/** A workspace with its store and the records folded from its events. */
export interface OpenWorkspace {
  workspace: Workspace;
  directory: string;
  store: EventStore;
  sessions: Map<string, SessionRecord>;
  branches: Map<string, Branch>;
  /** Greatest clock reading that was stamped or seen. */
  hlc: string;
  /** Branch id → its latest event in fold order. */
  heads: Map<string, HeadEvent>;
  /** The event that happened last, whenever it was captured: an import brings old ones late. */
  latest: HeadEvent | null;
  fold(event: FoldedEvent): void;
}

export type HeadEvent = Pick<FoldedEvent, 'id' | 'hlc' | 'writer' | 'seq' | 'type' | 'at' | 'agent'>;

/** Types of which the folds need text and body. */
const wholeTypes = [...new Set([...sessions.reads, ...branches.reads])];

export async function openWorkspace(
  workspace: Workspace,
  directory: string,
  log: Log,
): Promise<OpenWorkspace> {
  const { store, broken } = await openEventStore(directory, await writerOf(directory), termsOf);
  for (const copy of broken) log.info('cut a torn journal tail', { workspace: workspace.id, copy });
  const open: OpenWorkspace = {
    workspace,
    directory,
    store,
    sessions: new Map(),
    branches: new Map(),
    hlc: zeroHlc,
    heads: new Map(),
    latest: null,
    fold: (event) => foldInto(open, event),
  };
  const startedAt = Date.now();
  await store.replayAll(wholeTypes, open.fold).catch(async (error) => {
    await store.close();
    throw error;
  });
  log.info('opened workspace', {
    workspace: workspace.id,
    sessions: open.sessions.size,
    tail: store.tailSize(),
    durationMs: Date.now() - startedAt,
  });
  return open;
}

function foldInto(open: OpenWorkspace, event: FoldedEvent): void {
  sessions.fold(open.sessions, event);
  branches.fold(open.branches, event);
  open.hlc = observed(open, event);
  const { id, hlc, writer, seq, type, at, agent } = event;
  const position = { id, hlc, writer, seq, type, at, agent };
  const head = open.heads.get(event.branch);
  if (head === undefined || compareEvents(head, event) < 0) open.heads.set(event.branch, position);
  if (agent !== 'hivemind' && at >= (open.latest?.at ?? 0)) open.latest = position;
}

/** Our own readings are never passed by, whatever the system's clock says by now; others' only as far as they can be trusted. */
function observed({ hlc, store }: OpenWorkspace, event: FoldedEvent): string {
  if (event.writer !== store.writer) return observe(hlc, event.hlc, Date.now());
  return event.hlc > hlc ? event.hlc : hlc;
}

/** The branch that reads and writes go to when none is named. */
export const mainBranch = (open: OpenWorkspace): Branch => {
  const id = mainBranchId(open.workspace.id);
  return open.branches.get(id) ?? { id, name: 'main', createdAt: open.workspace.createdAt, from: {} };
};

/** What a reader of `branch` sees right now. */
export const spansFor = (branch: Branch): Span[] => liveSpans(branch);

export const branchName = (open: OpenWorkspace, id: string): string => open.branches.get(id)?.name ?? 'main';

/** This home's writer id in the workspace, made once. */
async function writerOf(directory: string): Promise<string> {
  const path = join(directory, 'writer.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) return (JSON.parse(text) as { writer: string }).writer;
  const writer = idFromUuid('writer', uuidv7());
  await writeDurably(path, JSON.stringify({ writer }));
  return writer;
}

/** This machine's secret for fact keys: 32 random bytes, readable by the owner only. */
export async function machineSecret(home: string): Promise<Buffer> {
  const path = join(home, 'secret');
  // Only an absent secret is made: another one in place of one that cannot be read would make every key new.
  const known = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (known !== null && known.length === 32) return known;
  if (known !== null)
    throw new AppError('DATA_LOSS', `${path} is not a secret of 32 bytes`, {
      hint: 'restore it from a back-up',
    });
  const secret = randomBytes(32);
  await writeDurably(path, secret);
  return secret;
}
