import type { FoldedEvent } from '../../schema/event.ts';
import { idHex } from '../../schema/ids.ts';
import type { Session } from '../../schema/records.ts';
import type { Projection } from '../projection.ts';

type Register = 'agent' | 'branch' | 'nativeId' | 'parent' | 'role' | 'cwd' | 'model' | 'title';

/** A session and, for each field that more than one event may write, the order key of the event that did. */
export interface SessionRecord extends Session {
  order: Partial<Record<Register, string>>;
}

const titleLength = 120;

export const sessions: Projection<SessionRecord> = {
  reads: ['session.started', 'session.titled', 'turn.prompted'],
  fold(records, event) {
    if (event.agent === 'hivemind') return;
    const record = records.get(event.session) ?? blank(event);
    records.set(event.session, record);
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
    if (event.type === 'session.ended') record.endedAt = Math.max(record.endedAt ?? 0, event.at);
    // A name given on purpose outranks a first prompt; of several names the latest stands.
    if (event.type === 'session.titled') write(record, 'title', asTitle(body.title), `0${latest(event)}`);
    if (event.type === 'turn.prompted' && event.actor.kind !== 'daemon') {
      write(record, 'title', asTitle(text), `1${digits(event.at)}${first}`);
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

const blank = (event: FoldedEvent): SessionRecord => ({
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
  failures: 0,
  counts: {},
  order: {},
});

function count(record: SessionRecord, event: FoldedEvent): void {
  record.events += 1;
  if (event.status !== 'ok') record.failures += 1;
  record.counts[event.type] = (record.counts[event.type] ?? 0) + 1;
  record.startedAt = Math.min(record.startedAt, event.at);
  record.lastAt = Math.max(record.lastAt, event.at);
}

const asTitle = (value: unknown): string =>
  typeof value === 'string' ? value.replace(/\s+/g, ' ').trim().slice(0, titleLength) : '';

/** Digits of the largest safe integer. */
const digits = (value: number): string => value.toString().padStart(16, '0');

/** Fold order as text: no two events have the same. */
const orderOf = ({ hlc, writer, seq }: FoldedEvent): string => hlc + writer + digits(seq);

/** The same with the clock turned around, so that the latest sorts first. */
const latest = (event: FoldedEvent): string =>
  [...event.hlc].map((digit) => (15 - Number.parseInt(digit, 16)).toString(16)).join('') + orderOf(event);

/** Drops what only the fold needs. */
export function toSession({ order: _, ...session }: SessionRecord): Session {
  return session;
}

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
