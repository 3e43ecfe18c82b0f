import type { FoldedEvent } from '../../schema/event.ts';
import { isGone } from '../../schema/forgotten.ts';
import { idHex } from '../../schema/ids.ts';
import { isOwnAgent } from '../../schema/own-agents.ts';
import type { Session } from '../../schema/records.ts';
import { isLive } from '../capture-gaps.ts';
import { digits, orderOf } from '../order.ts';
import type { Projection } from '../projection.ts';
import type { Scope } from '../scope.ts';

type Register = 'agent' | 'branch' | 'nativeId' | 'parent' | 'role' | 'cwd' | 'model' | 'title';

/** A session and, for each field that more than one event may write, the order key of the event that did. */
export interface SessionRecord extends Session {
  order: Partial<Record<Register, string>>;
}

/** What one writer has recorded of a session on one branch; a session is all of its parts that one sees. */
export interface SessionPart extends SessionRecord {
  writer: string;
  /** Seqs of the first and the last event in it. */
  first: number;
  last: number;
}

const titleLength = 120;

export const sessions: Projection<SessionPart> = {
  reads: ['session.started', 'session.linked', 'session.titled', 'turn.prompted'],
  fold(records, event) {
    if (isOwnAgent(event.agent)) return;
    const key = `${event.session} ${event.branch} ${event.writer}`;
    const record = records.get(key) ?? blank(event);
    records.set(key, record);
    count(record, event);
    const { body = {}, text } = event;
    const first = orderOf(event);
    write(record, 'agent', event.agent, first);
    write(record, 'branch', event.branch, first);
    if (event.type === 'session.started') {
      write(record, 'nativeId', body.nativeId, first);
      write(record, 'parent', body.parentSession, first);
      write(record, 'role', body.role, first);
      write(record, 'cwd', body.cwd, first);
      write(record, 'model', body.model, first);
    }
    if (event.type === 'session.linked') write(record, 'parent', body.parentSession, first);
    if (event.type === 'session.ended') record.endedAt = Math.max(record.endedAt ?? 0, event.at);
    // A name given on purpose outranks a first prompt; of several names the latest stands.
    // What was forgotten names nothing as long as there is anything else.
    const given = isGone(body.title) ? 2 : 0;
    if (event.type === 'session.titled')
      write(record, 'title', asTitle(body.title), `${given}${latest(event)}`);
    if (event.type === 'turn.prompted' && event.actor.kind !== 'daemon') {
      write(record, 'title', asTitle(text), `${isGone(text) ? 2 : 1}${digits(event.at)}${first}`);
    }
    write(record, 'model', event.actor.model, first);
  },
};

/** A register: the value with the smallest order key stays, whatever the order of arrival. */
function write(record: SessionRecord, field: Register, value: unknown, order: string): void {
  const before = record.order[field];
  if (typeof value !== 'string' || value === '' || (before !== undefined && before <= order)) return;
  record[field] = value;
  record.order[field] = order;
}

const blank = (event: FoldedEvent): SessionPart => ({
  id: event.session,
  agent: event.agent,
  nativeId: null,
  parent: null,
  role: null,
  title: '',
  cwd: null,
  model: null,
  branch: event.branch,
  startedAt: event.at,
  lastAt: event.at,
  endedAt: null,
  events: 0,
  live: 0,
  failures: 0,
  counts: {},
  order: {},
  writer: event.writer,
  first: event.seq,
  last: event.seq,
});

function count(record: SessionPart, event: FoldedEvent): void {
  record.events += 1;
  if (isLive(event)) record.live += 1;
  // What the daemon reads from a failure is not another one.
  if (event.status !== 'ok' && event.actor.kind !== 'daemon') record.failures += 1;
  record.counts[event.type] = (record.counts[event.type] ?? 0) + 1;
  record.startedAt = Math.min(record.startedAt, event.at);
  record.lastAt = Math.max(record.lastAt, event.at);
  record.first = Math.min(record.first, event.seq);
  record.last = Math.max(record.last, event.seq);
}

const asTitle = (value: unknown): string =>
  typeof value === 'string' ? value.replace(/\s+/g, ' ').trim().slice(0, titleLength) : '';

/** Fold order with the clock turned around, so that the latest sorts first. */
const latest = (event: FoldedEvent): string =>
  [...event.hlc].map((digit) => (15 - Number.parseInt(digit, 16)).toString(16)).join('') + orderOf(event);

/** Whether all of a part is seen, nothing of it, or (a seq) its events up to there. */
export function seenOf(part: SessionPart, scope: Scope): 'all' | 'none' | number {
  const reach = scope.reach(part.branch, part.writer);
  if (reach === null || reach >= part.last) return 'all';
  return reach < part.first ? 'none' : reach;
}

/** Puts the parts of each session together. */
export function joinParts(parts: Iterable<SessionRecord>): Map<string, SessionRecord> {
  const whole = new Map<string, SessionRecord>();
  for (const part of parts) {
    const before = whole.get(part.id);
    whole.set(part.id, before === undefined ? part : join(before, part));
  }
  return whole;
}

const registers: readonly Register[] = [
  'agent',
  'branch',
  'nativeId',
  'parent',
  'role',
  'cwd',
  'model',
  'title',
];

function join(a: SessionRecord, b: SessionRecord): SessionRecord {
  const joined: SessionRecord = {
    ...a,
    startedAt: Math.min(a.startedAt, b.startedAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
    endedAt: a.endedAt === null ? b.endedAt : Math.max(a.endedAt, b.endedAt ?? 0),
    events: a.events + b.events,
    live: a.live + b.live,
    failures: a.failures + b.failures,
    counts: { ...a.counts },
    order: { ...a.order },
  };
  for (const [type, count] of Object.entries(b.counts))
    joined.counts[type] = (joined.counts[type] ?? 0) + count;
  for (const field of registers) {
    const order = b.order[field];
    if (order !== undefined) write(joined, field, b[field], order);
  }
  return joined;
}

/** Leaves only what is shown. */
export const toSession = (record: SessionRecord): Session => ({
  id: record.id,
  agent: record.agent,
  nativeId: record.nativeId,
  parent: record.parent,
  role: record.role,
  title: record.title,
  cwd: record.cwd,
  model: record.model,
  branch: record.branch,
  startedAt: record.startedAt,
  lastAt: record.lastAt,
  endedAt: record.endedAt,
  events: record.events,
  live: record.live,
  failures: record.failures,
  counts: record.counts,
});

/** Finds the session that a person means: its id, the end of its id (6 digits or more), or the agent's own id. */
export function findSession<S extends Session>(all: Iterable<S>, wanted: string): S | undefined {
  const tail = wanted.startsWith('ses_') ? idHex(wanted) : wanted;
  let found: S | undefined;
  for (const session of all) {
    if (session.id === wanted || session.nativeId === wanted) return session;
    if (tail.length >= 6 && session.id.endsWith(tail)) found = session;
  }
  return found;
}
