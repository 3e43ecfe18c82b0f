import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { observe, zeroHlc } from '../core/hlc.ts';
import { liveSpans } from '../core/lineage.ts';
import { branches } from '../core/records/branch.ts';
import { type SessionRecord, sessions } from '../core/records/session.ts';
import { termsOf } from '../core/tokenize.ts';
import { AppError } from '../schema/app-error.ts';
import { compareEvents, type FoldedEvent } from '../schema/event.ts';
import { mainBranchId } from '../schema/ids.ts';
import type { Branch, Workspace } from '../schema/records.ts';
import type { Span } from '../schema/view.ts';
import { writeDurably } from '../store/durable.ts';
import type { RunJob } from '../store/job.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { locationOf } from './bucket.ts';
import type { Log } from './log.ts';

/** A workspace with its store and the records folded from its events. */
export interface OpenWorkspace extends Records {
  workspace: Workspace;
  directory: string;
  store: Store;
}

/** What is folded from the events. */
interface Records {
  sessions: Map<string, SessionRecord>;
  branches: Map<string, Branch>;
  /** Greatest clock reading that was stamped or seen. */
  hlc: string;
  /** Branch id → its latest event in fold order. */
  heads: Map<string, HeadEvent>;
  /** The event that happened last, whenever it was captured: an import brings old ones late. */
  latest: HeadEvent | null;
}

export type HeadEvent = Pick<FoldedEvent, 'id' | 'hlc' | 'writer' | 'seq' | 'type' | 'at' | 'agent'>;

/** Changes with any of the folds, so that records which an older version has saved are folded anew. */
const foldsVersion = '1';

/** Types of which the folds need text and body. */
const wholeTypes = [...new Set([...sessions.reads, ...branches.reads])];

export interface OpenOptions {
  log: Log;
  runJob: RunJob;
  /** Go on without events that are nowhere to be found. */
  acceptLoss?: boolean;
}

export async function openWorkspace(
  workspace: Workspace,
  directory: string,
  { log, ...options }: OpenOptions,
): Promise<OpenWorkspace> {
  const startedAt = performance.now();
  const records = noRecords();
  const store = await openStore({
    directory,
    location: locationOf(workspace.store, directory),
    termsOf,
    ...options,
    folds: {
      version: foldsVersion,
      whole: wholeTypes,
      fold: (event, isOwn) => foldInto(records, event, isOwn),
      restore: (saved) =>
        Object.assign(records, saved === null ? noRecords() : fromSaved(saved as SavedRecords)),
      save: () => toSaved(records),
    },
  });
  report(log, workspace, store);
  const open = Object.assign(records, { workspace, directory, store });
  log.info('opened workspace', {
    workspace: workspace.id,
    events: store.count(),
    sessions: open.sessions.size,
    tail: store.tailSize(),
    durationMs: Math.round(performance.now() - startedAt),
  });
  return open;
}

/** What was damaged and has been mended must not go unnoticed. */
function report(log: Log, workspace: Workspace, { repairs }: Store): void {
  const { torn, catalog, replaced, mended, reappended } = repairs;
  for (const copy of torn) log.info('cut a torn journal tail', { workspace: workspace.id, copy });
  for (const path of catalog) log.info('passed by a damaged catalog', { workspace: workspace.id, path });
  for (const table of replaced)
    log.info('a damaged table was replaced from the journal', { workspace: workspace.id, table });
  if (reappended > 0)
    log.info('events that the tables had lost came back from the journal', {
      workspace: workspace.id,
      events: reappended,
    });
  for (const one of mended) log.info('a damaged table was made anew', { workspace: workspace.id, ...one });
}

const noRecords = (): Records => ({
  sessions: new Map(),
  branches: new Map(),
  hlc: zeroHlc,
  heads: new Map(),
  latest: null,
});

type Entries<V> = [string, V][];

interface SavedRecords {
  sessions: Entries<SessionRecord>;
  branches: Entries<Branch>;
  hlc: string;
  heads: Entries<HeadEvent>;
  latest: HeadEvent | null;
}

const toSaved = ({ sessions: all, branches: lines, hlc, heads, latest }: Records): SavedRecords => ({
  sessions: [...all],
  branches: [...lines],
  hlc,
  heads: [...heads],
  latest,
});

const fromSaved = (saved: SavedRecords): Records => ({
  ...saved,
  sessions: new Map(saved.sessions),
  branches: new Map(saved.branches),
  heads: new Map(saved.heads),
});

function foldInto(open: Records, event: FoldedEvent, isOwn: boolean): void {
  sessions.fold(open.sessions, event);
  branches.fold(open.branches, event);
  open.hlc = observed(open, event, isOwn);
  const { id, hlc, writer, seq, type, at, agent } = event;
  const position = { id, hlc, writer, seq, type, at, agent };
  const head = open.heads.get(event.branch);
  if (head === undefined || compareEvents(head, event) < 0) open.heads.set(event.branch, position);
  if (agent !== 'hivemind' && at >= (open.latest?.at ?? 0)) open.latest = position;
}

/** Our own readings are never passed by, whatever the system's clock says by now; others' only as far as they can be trusted. */
function observed({ hlc }: Records, event: FoldedEvent, isOwn: boolean): string {
  if (!isOwn) return observe(hlc, event.hlc, Date.now());
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
