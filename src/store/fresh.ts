import { compareEvents, type Event, type FoundEvent } from '../schema/event.ts';
import { createScorer, type Scorer } from './bm25.ts';
import { createMatcher, type Filter } from './filter.ts';
import type { StoredEvent } from './stored-event.ts';
import type { TermCounts } from './term-counts.ts';

export interface Scored {
  event: FoundEvent;
  /** BM25 with the counts of the whole store. */
  score: number;
  /** Which of the query's terms it has. */
  matched: string[];
}

/** Events in memory that full text finds; an index of their terms is made when somebody searches. */
export class Chunk {
  #rows: StoredEvent[] = [];
  /** Term → place of a row and how often it stands there, by turns. */
  #postings = new Map<string, number[]>();
  /** Terms of each row that is indexed. */
  #lengths: number[] = [];
  #indexed = 0;
  #bytes = 0;

  get size(): number {
    return this.#rows.length;
  }

  /** About what the events take in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  add(rows: readonly StoredEvent[]): void {
    for (const row of rows) {
      this.#rows.push(row);
      this.#bytes += bytesOf(row);
    }
  }

  /** The oldest rows, as a copy: events that arrive while they are being written stay out of it. */
  oldest(limit: number): StoredEvent[] {
    return this.#rows.slice(0, limit);
  }

  dropOldest(count: number): void {
    for (const row of this.#rows.slice(0, count)) this.#bytes -= bytesOf(row);
    this.#rows = this.#rows.slice(count);
    this.#forgetIndex();
  }

  /** Puts older rows before those that are here. */
  prepend(rows: readonly StoredEvent[]): void {
    const newer = this.#rows;
    this.#clear();
    this.add(rows);
    this.add(newer);
  }

  /** Drops the rows that are not `wanted`. */
  retain(wanted: (row: StoredEvent) => boolean): void {
    const rows = this.#rows;
    this.#clear();
    this.add(rows.filter(wanted));
  }

  #clear(): void {
    this.#rows = [];
    this.#bytes = 0;
    this.#forgetIndex();
  }

  #forgetIndex(): void {
    this.#postings.clear();
    this.#lengths = [];
    this.#indexed = 0;
  }

  find(isWanted: (event: Event) => boolean): Event[] {
    return this.#rows.filter(({ event }) => isWanted(event)).map(({ event }) => event);
  }

  /** The visible rows with any of the terms, scored. */
  search(terms: readonly string[], isWanted: (event: Event) => boolean, scorer: Scorer): Scored[] {
    this.#index();
    const found = new Map<number, Scored | null>();
    for (const term of new Set(terms)) {
      const places = this.#postings.get(term) ?? [];
      for (let at = 0; at < places.length; at += 2) {
        const [place = 0, count = 0] = [places[at], places[at + 1]];
        let scored = found.get(place);
        if (scored === undefined) {
          scored = this.#visible(place, isWanted);
          found.set(place, scored);
        }
        if (scored === null) continue;
        scored.score += scorer.part(term, count, this.#lengths[place] ?? 0);
        scored.matched.push(term);
      }
    }
    return [...found.values()].filter((scored) => scored !== null);
  }

  #visible(place: number, isWanted: (event: Event) => boolean): Scored | null {
    const event = this.#rows[place]?.event;
    return event !== undefined && isWanted(event) ? { event, score: 0, matched: [] } : null;
  }

  #index(): void {
    for (; this.#indexed < this.#rows.length; this.#indexed += 1) {
      const terms = splitTerms(this.#rows[this.#indexed]?.terms ?? '');
      this.#lengths.push(terms.length);
      const counts = new Map<string, number>();
      for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
      for (const [term, count] of counts) {
        const places = this.#postings.get(term);
        if (places === undefined) this.#postings.set(term, [this.#indexed, count]);
        else places.push(this.#indexed, count);
      }
    }
  }
}

export const splitTerms = (terms: string): string[] => (terms === '' ? [] : terms.split(' '));

/** What an event takes without its texts: ids, keys, objects. */
const envelopeBytes = 1_000;

/** About what a row takes in memory. */
export const bytesOf = ({ event }: StoredEvent): number =>
  envelopeBytes +
  // The terms are about as long as the text that they are made of.
  2 * (2 * event.text.length + event.paths.reduce((sum, path) => sum + path.length, 0)) +
  2 * lengthOf(event.body);

/** Characters of a body, without making its JSON. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let sum = 0;
  // A vector has hundreds of numbers: as keys of an object they would be turned into text, each of them.
  if (Array.isArray(value)) {
    for (const item of value) sum += 8 + lengthOf(item);
    return sum;
  }
  // No list of entries is made: this runs for every event before it is acknowledged.
  for (const key in value) sum += key.length + lengthOf((value as Record<string, unknown>)[key]);
  return sum;
}

/**
 * Events that no sealed table holds: the tail (not in LanceDB yet) and what is in tables that are not sealed yet. They
 * are read and searched here, so a write is readable at once and LanceDB never has to scan what it has not indexed.
 */
export class Fresh {
  /** Own events that are acknowledged and not in LanceDB yet. */
  readonly tail = new Chunk();
  /** Events of earlier writers of this home that no table has. */
  readonly inherited = new Chunk();
  /** By the name of the table that holds them. */
  #tables = new Map<string, Chunk>();

  get size(): number {
    return this.#sum(({ size }) => size);
  }

  get bytes(): number {
    return this.#sum(({ bytes }) => bytes);
  }

  /** Epoch milliseconds at which the oldest event of the tail was stamped; null when there is none. */
  get tailSince(): number | null {
    const [oldest] = this.tail.oldest(1);
    return oldest === undefined ? null : Number.parseInt(oldest.event.hlc.slice(0, 12), 16);
  }

  /** How much a table's rows take in memory, and how many they are. */
  of(table: string): { size: number; bytes: number } {
    return this.#tables.get(table) ?? { size: 0, bytes: 0 };
  }

  rowsOf(table: string): StoredEvent[] {
    return this.#tables.get(table)?.oldest(Number.POSITIVE_INFINITY) ?? [];
  }

  /** Takes in rows that are in `table`. */
  add(table: string, rows: readonly StoredEvent[]): void {
    const chunk = this.#tables.get(table) ?? new Chunk();
    this.#tables.set(table, chunk);
    chunk.add(rows);
  }

  /** Own rows have been written to `table`. */
  moveOldest(table: string, count: number): void {
    this.add(table, this.tail.oldest(count));
    this.tail.dropOldest(count);
  }

  /** The table's rows are in a sealed one now. */
  drop(table: string): void {
    this.#tables.delete(table);
  }

  find(filter: Filter): Event[] {
    const isWanted = createMatcher(filter);
    return uniqueById(this.#chunks().flatMap((chunk) => chunk.find(isWanted))).sort(compareEvents);
  }

  search(terms: readonly string[], filter: Filter, counts: TermCounts): Scored[] {
    const scorer = createScorer(terms, counts);
    const isWanted = createMatcher(filter);
    return this.#chunks().flatMap((chunk) => chunk.search(terms, isWanted, scorer));
  }

  #chunks(): Chunk[] {
    return [...this.#tables.values(), this.inherited, this.tail];
  }

  #sum(of: (chunk: Chunk) => number): number {
    return this.#chunks().reduce((sum, chunk) => sum + of(chunk), 0);
  }
}

export function uniqueById<T extends { id: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>();
  return items.filter(({ id }) => !seen.has(id) && seen.add(id) !== undefined);
}
