import { MergeCommitted } from '../../schema/bodies/merge.ts';
import { type RecordKind, recordFields, recordSets } from '../../schema/bodies/record.ts';
import { compareEvents, type FoldedEvent } from '../../schema/event.ts';
import type { Place, Scope } from '../scope.ts';
import { isSame, kindOfType, recordKinds, subjectKey } from './kinds.ts';

/** Who wrote something, when and where: what tells one write from another. */
export interface Written extends Place {
  event: string;
  hlc: string;
  at: number;
  by: string;
  agent: string;
}

/** One write of some fields of one record. */
export interface RecordWrite extends Written {
  kind: RecordKind;
  key: string;
  set: Readonly<Record<string, unknown>>;
  /** Field → events whose value of it the writer had seen, and replaces. */
  over: Readonly<Record<string, readonly string[]>>;
}

/** A value of a field, and who wrote it. */
export interface FieldValue extends Written {
  value: unknown;
}

export interface FieldState {
  /** The latest in fold order of those that nobody has replaced. */
  shown: FieldValue;
  /** All that nobody has replaced. More than one: they were written without having seen each other. */
  alive: FieldValue[];
  /** Whether these say different things. */
  isContested: boolean;
}

/** A record as it is seen from somewhere. */
export interface RecordState {
  kind: RecordKind;
  key: string;
  fields: Readonly<Record<string, FieldState>>;
  /** Epoch milliseconds of the first and the last write. */
  createdAt: number;
  updatedAt: number;
}

/** Types that write records. */
export const writingTypes: readonly string[] = [...kindOfType.keys(), 'merge.committed'];

const placeKey = (kind: RecordKind, key: string): string => `${kind}\n${key}`;

/** Readers whose records are kept as they were folded. */
const mostReaders = 16;

/** The records of one kind as one reader has seen them last. */
interface Seen {
  byKey: Map<string, RecordState>;
  /** How many of the kind's writes are folded in. */
  upTo: number;
  sorted: readonly RecordState[];
}

/**
 * All writes of all records, on every branch. Each field is a multi-value register: a write replaces the values that it
 * names, so that the same writes give the same records in any order of arrival, from any view.
 */
export class Registers {
  #byKey = new Map<string, RecordWrite[]>();
  #byBranch = new Map<string, Map<RecordKind, RecordWrite[]>>();
  /** In the order of arrival. */
  #byKind = new Map<RecordKind, RecordWrite[]>();
  #seen = new Map<Scope, Map<RecordKind, Seen>>();

  /** Returns what the event writes. */
  fold(event: FoldedEvent): RecordWrite[] {
    const writes = writesOf(event);
    for (const write of writes) this.#add(write);
    return writes;
  }

  #add(write: RecordWrite): void {
    push(this.#byKey, placeKey(write.kind, write.key), write);
    push(this.#byKind, write.kind, write);
    const kinds = this.#byBranch.get(write.branch) ?? new Map<RecordKind, RecordWrite[]>();
    this.#byBranch.set(write.branch, kinds);
    push(kinds, write.kind, write);
  }

  /** The record as it is seen from `scope`; null when nothing of it is. */
  get(kind: RecordKind, key: string, scope: Scope): RecordState | null {
    return stateOf((this.#byKey.get(placeKey(kind, key)) ?? []).filter((write) => scope.sees(write)));
  }

  /**
   * Every record of a kind that is seen from `scope`, first written first. The same list as before while nothing has
   * been written that is seen; only records that were written to are folded anew, so `scope` must not change after it.
   */
  all(kind: RecordKind, scope: Scope): readonly RecordState[] {
    const readers = this.#seen.get(scope) ?? new Map<RecordKind, Seen>();
    this.#seen.delete(scope);
    this.#seen.set(scope, readers);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > mostReaders && oldest !== undefined) this.#seen.delete(oldest);
    const before = readers.get(kind);
    const after = before === undefined ? this.#firstSeen(kind, scope) : this.#seenAfter(before, kind, scope);
    readers.set(kind, after);
    return after.sorted;
  }

  #firstSeen(kind: RecordKind, scope: Scope): Seen {
    const byKey = new Map<string, RecordWrite[]>();
    for (const branch of scope.branches())
      for (const write of this.#byBranch.get(branch)?.get(kind) ?? [])
        if (scope.sees(write)) push(byKey, write.key, write);
    const states = [...byKey].flatMap(([key, writes]): [string, RecordState][] => {
      const state = stateOf(writes);
      return state === null ? [] : [[key, state]];
    });
    return this.#sorted(kind, new Map(states));
  }

  #seenAfter(before: Seen, kind: RecordKind, scope: Scope): Seen {
    const written = this.#byKind.get(kind) ?? [];
    if (before.upTo === written.length) return before;
    const keys = new Set<string>();
    for (let at = before.upTo; at < written.length; at += 1) {
      const write = written[at];
      if (write !== undefined && scope.sees(write)) keys.add(write.key);
    }
    if (keys.size === 0) return { ...before, upTo: written.length };
    for (const key of keys) {
      const state = this.get(kind, key, scope);
      if (state !== null) before.byKey.set(key, state);
    }
    return this.#sorted(kind, before.byKey);
  }

  #sorted(kind: RecordKind, byKey: Map<string, RecordState>): Seen {
    const sorted = [...byKey.values()].sort((a, b) => a.createdAt - b.createdAt || (a.key < b.key ? -1 : 1));
    return { byKey, upTo: this.#byKind.get(kind)?.length ?? 0, sorted };
  }

  /** What was written of a record and is seen from `scope`, in fold order. */
  writes(kind: RecordKind, key: string, scope: Scope): RecordWrite[] {
    const all = this.#byKey.get(placeKey(kind, key)) ?? [];
    return all.filter((write) => scope.sees(write)).sort(compareEvents);
  }

  /** Keys of the records to which something was written that `scope` sees and `other` does not. */
  changed(scope: Scope, other: Scope): { kind: RecordKind; key: string }[] {
    const keys = new Map<string, { kind: RecordKind; key: string }>();
    for (const branch of scope.branches())
      for (const writes of this.#byBranch.get(branch)?.values() ?? [])
        for (const write of writes)
          if (scope.sees(write) && !other.sees(write))
            keys.set(placeKey(write.kind, write.key), { kind: write.kind, key: write.key });
    return [...keys.values()];
  }

  toJSON(): RecordWrite[] {
    return [...this.#byKind.values()].flat();
  }

  static of(writes: readonly RecordWrite[]): Registers {
    const registers = new Registers();
    for (const write of writes) registers.#add(write);
    return registers;
  }
}

function push<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function stateOf(writes: readonly RecordWrite[]): RecordState | null {
  const [first] = writes;
  if (first === undefined) return null;
  const { kind, key } = first;
  const names = new Set(writes.flatMap(({ set }) => Object.keys(set)));
  const fields: Record<string, FieldState> = {};
  // Sorted: nothing that is shown may hang on the order of arrival.
  for (const name of [...names].sort()) fields[name] = fieldOf(writes, name);
  const times = writes.map(({ at }) => at);
  return { kind, key, fields, createdAt: least(times), updatedAt: -least(times.map((at) => -at)) };
}

const least = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

function fieldOf(writes: readonly RecordWrite[], field: string): FieldState {
  const replaced = new Set(writes.flatMap(({ over }) => over[field] ?? []));
  const all = writes.filter(({ set }) => Object.hasOwn(set, field));
  const kept = all.filter(({ event }) => !replaced.has(event));
  // Writes that name each other are nothing that we make; some value has to be shown all the same.
  const alive = (kept.length > 0 ? kept : all).sort(compareEvents).map((write) => valueIn(write, field));
  const shown = alive.at(-1) as FieldValue;
  const { kind } = writes[0] as RecordWrite;
  return { shown, alive, isContested: alive.some(({ value }) => !isSame(kind, field, value, shown.value)) };
}

const valueIn = (
  { event, branch, writer, seq, hlc, at, by, agent, set }: RecordWrite,
  field: string,
): FieldValue => ({ event, branch, writer, seq, hlc, at, by, agent, value: set[field] });

/** What an event writes. What is not as it should be is left out: it came from outside. */
export function writesOf(event: FoldedEvent): RecordWrite[] {
  const body = event.body ?? {};
  if (event.type === 'merge.committed') return decidedWrites(event);
  const kind = kindOfType.get(event.type);
  if (kind === undefined) return [];
  const set = fieldsOf(kind, body.set);
  const key = keyOf(kind, body.key, set);
  if (key === null || Object.keys(set).length === 0) return [];
  return [{ ...writtenOf(event), kind, key, set, over: overOf(body.over) }];
}

function decidedWrites(event: FoldedEvent): RecordWrite[] {
  const body = MergeCommitted.safeParse(event.body);
  if (!body.success) return [];
  return body.data.decided.flatMap(({ kind, key, field, value, over }) => {
    const set = fieldsOf(kind, { [field]: value });
    if (!Object.hasOwn(set, field)) return [];
    return [{ ...writtenOf(event), kind, key, set, over: { [field]: over } }];
  });
}

const writtenOf = ({ id, branch, writer, seq, hlc, at, actor, agent }: FoldedEvent): Written => ({
  event: id,
  branch,
  writer,
  seq,
  hlc,
  at,
  by: actor.name,
  agent,
});

/** Field by field: one that is not valid does not take the others with it. */
export function fieldsOf(kind: RecordKind, given: unknown): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  if (typeof given !== 'object' || given === null) return set;
  const { shape } = recordFields[kind];
  for (const [field, schema] of Object.entries(shape)) {
    if (!Object.hasOwn(given, field)) continue;
    const parsed = schema.safeParse((given as Record<string, unknown>)[field]);
    if (parsed.success && parsed.data !== undefined) set[field] = parsed.data;
  }
  return { ...set, ...membersOf(kind, given) };
}

/** Members of a record's sets that are written: fields named `<set>/<member>`. */
function membersOf(kind: RecordKind, given: object): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  const sets = recordSets[kind];
  if (sets === undefined) return members;
  for (const [field, value] of Object.entries(given)) {
    const [, name, member] = memberName.exec(field) ?? [];
    if (name === undefined || member === undefined || !Object.hasOwn(sets, name)) continue;
    const parsed = sets[name]?.safeParse(value);
    if (parsed?.success && parsed.data !== undefined) members[field] = parsed.data;
  }
  return members;
}

const memberName = /^([a-zA-Z]+)\/(.{1,200})$/s;

/** The key that a write names, or that follows from what it is about; null: neither. */
export function keyOf(kind: RecordKind, given: unknown, set: Record<string, unknown>): string | null {
  const title = set[recordKinds[kind].title];
  if (typeof given === 'string' && given !== '') return given.slice(0, 500);
  const isNamed = kind === 'decision' || kind === 'convention';
  return isNamed && typeof title === 'string' ? subjectKey(title) : null;
}

function overOf(given: unknown): Record<string, string[]> {
  const over: Record<string, string[]> = {};
  if (typeof given !== 'object' || given === null) return over;
  for (const [field, ids] of Object.entries(given))
    if (Array.isArray(ids)) over[field] = ids.filter((id) => typeof id === 'string');
  return over;
}
