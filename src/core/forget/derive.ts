import type { Event } from '../../schema/event.ts';
import { forgottenBy, forgottenKey } from '../../schema/forgotten.ts';
import { recordKinds, subjectKey } from '../records/kinds.ts';
import { writesOf } from '../records/registers.ts';
import { eventIdsIn, stringsIn } from './strings.ts';

/** Types that name the events, or the session and its paths, which they were made of. */
export const namingTypes: readonly string[] = [
  'claim.taken',
  'claim.confirmed',
  'claim.lost',
  'claim.released',
  'handoff.offered',
  'memory.attempted',
  'recall.warned',
  'recall.injected',
  'merge.stopped',
  'merge.reviewed',
  'memory.replaced',
];

/** Types whose records have a key that is made of their words. */
export const keyedTypes: readonly string[] = ['memory.decided', 'memory.agreed'];

/** Types that may repeat what another event of the session, or of one that it started, has said. */
export const repeatingTypes: readonly string[] = [
  'tool.called',
  'file.edited',
  'turn.prompted',
  'turn.replied',
  'session.titled',
  'session.compacted',
];

/** A record whose key is made of words, by its kind and key. */
interface Keyed {
  /** Ids of events that write it, and whether they name it. */
  writers: Map<string, { names: boolean; event: Pick<Event, 'id' | 'writer' | 'seq'> }>;
}

type Place = Pick<Event, 'writer' | 'seq'>;

export interface DecidedRow {
  at: number;
  value: boolean;
  key?: string;
}

/** Texts shorter than this are said by many. */
const leastQuote = 12;

/**
 * What follows from what is to be forgotten. Events are shown to it again and again until none of them is derived any
 * more: then the set is closed.
 */
export class Derivation {
  readonly #gone = new Map<string, Place & { type: string }>();
  /** Calls that go, by session and the agent's own id. */
  readonly #calls = new Set<string>();
  /** Sessions of which a prompt goes. */
  readonly #prompted = new Set<string>();
  /** Sessions of which anything goes → hlc of the first. */
  readonly #touched = new Map<string, string>();
  /** Session → what calls that started it, or its own events, say and is to go. */
  readonly #startedBy = new Map<string, string>();
  readonly #saidIn = new Map<string, string[]>();
  /** Session → paths of what goes. */
  readonly #paths = new Map<string, string[]>();
  readonly #records = new Map<string, Keyed>();
  /** Records that something writes which goes, as `kind:key`. */
  readonly #written = new Set<string>();
  /** Lines of what was remembered, or said in reviews, and goes. */
  readonly #lines = new Set<string>();

  has(id: string): boolean {
    return this.#gone.has(id);
  }

  get size(): number {
    return this.#gone.size;
  }

  sessions(): string[] {
    return [...this.#touched.keys()];
  }

  places(): Place[] {
    return [...this.#gone.values()];
  }

  /** It goes. False when it went before. */
  take(event: Event): boolean {
    const { id, writer, seq, type, session, hlc, body } = event;
    if (this.#gone.has(id)) return false;
    this.#gone.set(id, { writer, seq, type });
    const first = this.#touched.get(session);
    if (first === undefined || hlc < first) this.#touched.set(session, hlc);
    for (const { kind, key } of writesOf(event)) this.#written.add(`${kind}:${key}`);
    for (const line of quotableLines(event)) this.#lines.add(line);
    for (const path of event.paths) push(this.#paths, session, path);
    if (typeof body.callId === 'string') this.#calls.add(`${session} ${body.callId}`);
    if (type === 'turn.prompted') this.#prompted.add(session);
    if (type === 'turn.prompted' || type === 'turn.replied') push(this.#saidIn, session, event.text);
    if (typeof body.childSession === 'string')
      this.#startedBy.set(
        body.childSession,
        `${this.#startedBy.get(body.childSession) ?? ''}\n${event.text}\n${stringsIn(body)}`,
      );
    return true;
  }

  /** Shows it an event that writes a record, whether it goes or not. */
  note(event: Event): void {
    if (!keyedTypes.includes(event.type)) return;
    for (const { kind, key, set } of writesOf(event)) {
      const record = this.#records.get(`${kind}\n${key}`) ?? { writers: new Map() };
      this.#records.set(`${kind}\n${key}`, record);
      const { id, writer, seq } = event;
      record.writers.set(id, {
        names: Object.hasOwn(set, recordKinds[kind].title),
        event: { id, writer, seq },
      });
    }
  }

  /** Whether an event says again what goes, or was made of it. */
  follows(event: Event): boolean {
    if (this.#gone.has(event.id) || forgottenBy(event) !== null) return false;
    const { type, session, body } = event;
    if (type.startsWith('claim.')) return this.#claimsPath(event);
    if (namingTypes.includes(type) && eventIdsIn(body).some((id) => this.#gone.has(id))) return true;
    if (type === 'merge.reviewed') return this.#tells(body);
    if (namingTypes.includes(type)) return false;
    if (keyedTypes.includes(type)) return this.#writesForgotten(event);
    if (typeof body.callId === 'string' && this.#calls.has(`${session} ${body.callId}`)) return true;
    if (type === 'session.titled') return this.#prompted.has(session);
    if (type === 'session.compacted') return (this.#touched.get(session) ?? event.hlc) < event.hlc;
    if (type === 'turn.prompted' || type === 'turn.replied') return this.#isQuoted(session, event.text);
    if (typeof body.childSession === 'string') return this.#quotes(body.childSession, body);
    return false;
  }

  /** A claim is taken by itself when a session edits a path, which it names from the root of the repository. */
  #claimsPath({ session, body }: Event): boolean {
    const set = (typeof body.set === 'object' && body.set !== null ? body.set : {}) as Record<
      string,
      unknown
    >;
    const owner = typeof set.session === 'string' ? set.session : session;
    const claimed: unknown[] = Array.isArray(set.paths) ? set.paths : [];
    return (this.#paths.get(owner) ?? []).some((path) =>
      claimed.some((one) => typeof one === 'string' && (path === one || path.endsWith(`/${one}`))),
    );
  }

  /** A comment is about a record that something writes which goes, or has words of it. */
  #tells({ comment, place }: Event['body']): boolean {
    const { record } = (typeof place === 'object' && place !== null ? place : {}) as Record<string, unknown>;
    if (typeof record === 'string') {
      const [kind, name] = splitOnce(record, ':');
      // It is kept as it was typed.
      if ([name, subjectKey(name)].some((key) => this.#written.has(`${kind}:${key}`))) return true;
    }
    if (typeof comment !== 'string') return false;
    const said = [...this.#saidIn.values()].flat().filter((text) => text.length >= leastQuote);
    return [...this.#lines, ...said].some((text) => comment.includes(text));
  }

  #isQuoted(session: string, text: string): boolean {
    const call = this.#startedBy.get(session);
    return call !== undefined && text.length >= leastQuote && call.includes(text);
  }

  #quotes(child: string, body: Event['body']): boolean {
    const said = this.#saidIn.get(child) ?? [];
    const all = said.length === 0 ? '' : stringsIn(body);
    return said.some((text) => text.length >= leastQuote && all.includes(text));
  }

  #writesForgotten(event: Event): boolean {
    return writesOf(event).some(({ kind, key }) => this.#newKey(kind, key) !== null);
  }

  /** The key that takes the place of one whose every naming event goes; null when the key may stay. */
  #newKey(kind: string, key: string): string | null {
    const record = this.#records.get(`${kind}\n${key}`);
    if (record === undefined || key.startsWith(forgottenKey)) return null;
    const all = [...record.writers.values()];
    const naming = all.filter(({ names }) => names);
    const gone = naming.filter(({ event }) => this.#gone.has(event.id));
    if (gone.length === 0 || gone.length < naming.length) return null;
    const first = gone.map(({ event }) => event.id).sort()[0] ?? '';
    return `${forgottenKey}${first.slice(-12)}`;
  }

  /** Keys that take the place of others, with the places of the events that write them. */
  keys(): { key: string; places: Place[] }[] {
    return [...this.#records].flatMap(([name, { writers }]) => {
      const [kind, key] = splitOnce(name, '\n');
      const made = this.#newKey(kind, key);
      return made === null ? [] : [{ key: made, places: [...writers.values()].map(({ event }) => event) }];
    });
  }

  /** Rows of a merge whose value comes from an event that goes, or whose record's key does. */
  decidedRows({ type, body }: Event): DecidedRow[] {
    if (type !== 'merge.committed' || !Array.isArray(body.decided)) return [];
    return body.decided.flatMap((row: unknown, at): DecidedRow[] => {
      if (typeof row !== 'object' || row === null) return [];
      const { from, kind, key } = row as { from?: unknown; kind?: unknown; key?: unknown };
      const value = typeof from === 'string' && this.#gone.has(from);
      const made = typeof key === 'string' ? this.#newKey(String(kind), key) : null;
      if (!value && made === null) return [];
      return [{ at, value, ...(made === null ? {} : { key: made }) }];
    });
  }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Fields in which what is remembered, or said in a review, says what it is. */
const tellingFields = ['choice', 'rule', 'reason', 'content', 'approach', 'instead', 'comment'];

/** Lines of an event that are its own words, and that a comment may quote. */
function quotableLines({ type, body }: Event): string[] {
  if (!type.startsWith('memory.') && type !== 'merge.reviewed') return [];
  const set = typeof body.set === 'object' && body.set !== null ? body.set : {};
  const said = { ...body, ...set } as Record<string, unknown>;
  return tellingFields
    .flatMap((field) => (typeof said[field] === 'string' ? said[field].split('\n') : []))
    .map((line) => line.trim())
    .filter((line) => line.length >= leastQuote);
}
