import { plural } from '../../../../core/amount-text.ts';
import { isEmpty } from '../../parts/said.tsx';
import type { FieldChange, ReviewData } from './in-review.ts';

type Session = ReviewData['sessions'][number];

/** Milliseconds in which at least one of the sessions was at work, from its first event to its last. */
export function workedMs(sessions: readonly Pick<Session, 'startedAt' | 'lastAt'>[]): number {
  let [sum, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { startedAt, lastAt } of [...sessions].sort((a, b) => a.startedAt - b.startedAt)) {
    const from = Math.max(startedAt, until);
    if (lastAt > from) sum += lastAt - from;
    until = Math.max(until, lastAt);
  }
  return sum;
}

/** A time span as people say it: 2 h 14 min. */
export function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** A record that a merge would change, and its fields. */
export interface ChangedRecord {
  id: string;
  kind: FieldChange['kind'];
  key: string;
  title: string;
  isNew: boolean;
  fields: FieldChange[];
}

const names = new Set(['title', 'subject', 'name']);

/** Fields by the record that they are of, in the order in which they came. */
export function recordsOf(changes: readonly FieldChange[]): ChangedRecord[] {
  const records = new Map<string, ChangedRecord>();
  for (const change of changes) {
    const { kind, key, title } = change;
    const id = `${kind}:${key}`;
    const record = records.get(id) ?? { id, kind, key, title, isNew: false, fields: [] };
    record.fields.push(change);
    // A field may be set for the first time; a new record always brings its name.
    record.isNew ||= change.before === null && names.has(change.field);
    records.set(id, record);
  }
  return [...records.values()];
}

/** What a new record says without a word of its own. */
const usual: Readonly<Record<string, unknown>> = { state: 'standing' };
/** What was decided or agreed on goes before what belongs to it. */
const leading = ['title', 'choice', 'rule', 'state', 'owner', 'priority', 'note', 'reason'];

const rankOf = ({ field }: FieldChange): number => {
  const at = leading.indexOf(field);
  return at === -1 ? leading.length : at;
};

/** The fields of a record that tell something, by the step that wrote them. */
export function writesOf({ fields, isNew, title }: ChangedRecord): FieldChange[][] {
  const told = fields.filter(({ field, before, after }) => {
    // Hashes of files: it is shown elsewhere whether they still hold.
    if (field === 'basis') return false;
    if (isEmpty(before) && isEmpty(after)) return false;
    return !isNew || (after !== title && after !== usual[field]);
  });
  const shown = told.length === 0 ? fields.slice(0, 1) : told;
  const writes = Map.groupBy(
    shown.toSorted((a, b) => rankOf(a) - rankOf(b)),
    ({ event }) => event,
  );
  return [...writes.values()];
}

const words: Readonly<Record<string, readonly [string, string]>> = {
  'file.edited': ['edit', 'edits'],
  'tool.called': ['tool call', 'tool calls'],
  'turn.prompted': ['prompt', 'prompts'],
  'turn.replied': ['reply', 'replies'],
  'git.committed': ['commit', 'commits'],
  'memory.decided': ['decision', 'decisions'],
  'memory.agreed': ['convention', 'conventions'],
  'memory.noted': ['note', 'notes'],
  'memory.attempted': ['attempt', 'attempts'],
  'plan.added': ['new plan item', 'new plan items'],
  'plan.changed': ['plan change', 'plan changes'],
  'handoff.offered': ['handoff', 'handoffs'],
};

const wordsFor = (type: string): readonly [string, string] => words[type] ?? [type, type];

/** Events by type in words, the most frequent of those that tell something first. */
export function kindTexts(kinds: Readonly<Record<string, number>>, most: number): string[] {
  const known = Object.entries(kinds).filter(([type]) => Object.hasOwn(words, type));
  return known
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([type, many]) => plural(many, ...wordsFor(type)));
}
