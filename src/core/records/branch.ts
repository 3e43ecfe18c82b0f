import { BranchCreated, BranchRenamed } from '../../schema/bodies/branch.ts';
import { MergeAborted, MergeCommitted, MergeStopped } from '../../schema/bodies/merge.ts';
import type { FoldedEvent } from '../../schema/event.ts';
import { idPattern } from '../../schema/ids.ts';
import { isOwnAgent } from '../../schema/own-agents.ts';
import type { Standpoint } from '../../schema/view.ts';
import { orderOf } from '../order.ts';
import type { Projection } from '../projection.ts';

/** A merge into a branch, at the place of its event. */
export interface MergeRecord {
  event: string;
  writer: string;
  seq: number;
  at: number;
  by: string;
  source: Standpoint;
}

export interface StoppedMerge {
  at: number;
  by: string;
  /** How many there were; 0: it has been given up, or done. */
  conflicts: number;
  order: string;
}

export interface BranchRecord {
  id: string;
  name: string;
  createdAt: number;
  createdBy: string;
  /** The agent that it was made for; null: it is for no one agent. */
  agent: string | null;
  /** Session or worktree that it was made for by itself. */
  origin: string | null;
  parent: Standpoint | null;
  merges: MergeRecord[];
  /** Target branch → a merge of this one into it that met conflicts and is still open. */
  stopped: Record<string, StoppedMerge>;
  deletedAt: number | null;
  /** Order keys of the events that wrote what several may write: the first creation and the last of the others stand. */
  order: { created: string | null; name: string | null; deleted: string | null };
}

export const branches: Projection<BranchRecord> = {
  reads: [
    'branch.created',
    'branch.renamed',
    'branch.deleted',
    'branch.restored',
    'merge.committed',
    'merge.stopped',
    'merge.aborted',
  ],
  fold(records, event) {
    const folded = folds[event.type];
    if (folded === undefined) return;
    const id = lineOfEvent(event);
    if (id === null) return;
    const record = records.get(id) ?? unbornBranch(id, event.at, event.actor.name);
    if (folded(record, event) !== false) records.set(id, record);
  },
};

/** The branch that an event is about. A merge stands on the branch that takes in; all else is said where everybody sees it. */
export function lineOfEvent({ type, branch, body }: FoldedEvent): string | null {
  if (type === 'merge.committed') return branch;
  const named = type.startsWith('merge.') ? body?.source : body?.branch;
  return typeof named === 'string' && idPattern('branch').test(named) ? named : null;
}

/** False: the body is of no use. */
const folds: Record<string, (record: BranchRecord, event: FoldedEvent) => boolean | undefined> = {
  'branch.created': (record, event) => {
    const body = BranchCreated.safeParse(event.body);
    if (!body.success) return false;
    const order = orderOf(event);
    // Two machines may record the same birth: the first in fold order stands.
    if (record.order.created !== null && record.order.created <= order) return;
    const { name, parent = null, agent = null, origin = null } = body.data;
    // Git's hooks may be the first to come from a worktree: its branch is not for git.
    record.agent = agent === null || isOwnAgent(agent) ? null : agent;
    Object.assign(record, { parent, origin, createdAt: event.at, createdBy: event.actor.name });
    record.order.created = order;
    if (record.order.name === null) record.name = name;
  },
  'branch.renamed': (record, event) => {
    const body = BranchRenamed.safeParse(event.body);
    const order = orderOf(event);
    if (!body.success) return false;
    if (record.order.name !== null && record.order.name >= order) return;
    record.name = body.data.name;
    record.order.name = order;
  },
  'branch.deleted': (record, event) => setDeleted(record, event, event.at),
  'branch.restored': (record, event) => setDeleted(record, event, null),
  'merge.stopped': (record, event) => {
    const body = MergeStopped.safeParse(event.body);
    if (!body.success) return false;
    return setStopped(record, event, body.data.into, body.data.conflicts.length);
  },
  'merge.aborted': (record, event) => {
    const body = MergeAborted.safeParse(event.body);
    if (!body.success) return false;
    return setStopped(record, event, body.data.into, 0);
  },
  'merge.committed': (record, event) => {
    const body = MergeCommitted.safeParse(event.body);
    if (!body.success) return false;
    const { id, writer, seq, at, actor } = event;
    record.merges.push({ event: id, writer, seq, at, by: actor.name, source: body.data.source });
  },
};

function setStopped(record: BranchRecord, event: FoldedEvent, into: string, conflicts: number): undefined {
  const order = orderOf(event);
  if ((record.stopped[into]?.order ?? '') >= order) return;
  record.stopped[into] = { at: event.at, by: event.actor.name, conflicts, order };
}

function setDeleted(record: BranchRecord, event: FoldedEvent, at: number | null): undefined {
  const order = orderOf(event);
  if (record.order.deleted !== null && record.order.deleted >= order) return;
  record.deletedAt = at;
  record.order.deleted = order;
}

/** A branch of which only later events have come, or none. */
export const unbornBranch = (id: string, createdAt: number, createdBy: string): BranchRecord => ({
  id,
  name: id,
  createdAt,
  createdBy,
  agent: null,
  origin: null,
  parent: null,
  merges: [],
  stopped: {},
  deletedAt: null,
  order: { created: null, name: null, deleted: null },
});
