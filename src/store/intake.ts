import type { Event, FoldedEvent } from '../schema/event.ts';
import { hash128 } from '../schema/ids.ts';
import { splitTerms } from './fresh.ts';
import { KeySet } from './key-set.ts';
import { RangeSet } from './ranges.ts';
import type { Snapshot } from './snapshot.ts';
import { TermCounts } from './term-counts.ts';

export type KeyColumn = 'fact' | 'delivery';

/** An event as it is taken in, with what recognises it and the terms under which it is found. */
export interface Incoming {
  event: FoldedEvent & Pick<Event, 'fact' | 'delivery'>;
  terms: string;
}

/** What is known of all events together, kept by taking in each of them once, in any order. */
export class Intake {
  readonly view: RangeSet;
  #counts: TermCounts;
  /** Taken in, and their terms not counted yet. */
  #uncounted: Incoming[] = [];
  #keys: KeySet;
  #fold: (event: FoldedEvent) => void;

  constructor(fold: (event: FoldedEvent) => void, saved: Snapshot | null) {
    this.#fold = fold;
    this.view = saved === null ? new RangeSet() : RangeSet.of(saved.view);
    this.#counts = new TermCounts(saved === null ? undefined : { ...saved.counts, counters: saved.counters });
    this.#keys = saved === null ? new KeySet() : KeySet.fromBuffer(saved.keys);
  }

  /** False when the event was taken in before. Its terms are counted later: whoever waits for an acknowledgement does not. */
  take(incoming: Incoming): boolean {
    if (!this.view.add(incoming.event.writer, incoming.event.seq)) return false;
    this.#recognise(incoming);
    this.#uncounted.push(incoming);
    return true;
  }

  /** Takes in an event of which the caller knows that it is new, and whose place it adds to the view itself. */
  count(incoming: Incoming): void {
    this.#recognise(incoming);
    this.#counts.add(splitTerms(incoming.terms));
  }

  #recognise({ event }: Incoming): void {
    this.#keys.add(keyOf('fact', event.fact));
    if (event.delivery !== null) this.#keys.add(keyOf('delivery', event.delivery));
    this.#fold(event);
  }

  /** What BM25 needs to know about the terms of all events. */
  get counts(): TermCounts {
    this.countTerms(this.#uncounted.length);
    return this.#counts;
  }

  /** Counts the terms of the events that have waited longest for it, `most` of them. */
  countTerms(most: number): void {
    for (const { terms } of this.#uncounted.splice(0, most)) this.#counts.add(splitTerms(terms));
  }

  /** Exact: 128 bits are the definition of sameness, and no table is asked. */
  isKnown(column: KeyColumn, key: string): boolean {
    return this.#keys.has(keyOf(column, key));
  }

  /** Everything but the records, as of now. */
  saved(): Omit<Snapshot, 'records'> {
    const { events, length } = this.counts;
    return {
      view: structuredClone(this.view.toJSON()),
      counts: { events, length },
      counters: this.counts.counters(),
      keys: this.#keys.toBuffer(),
    };
  }
}

/** A fact is 128 bits as it is; a delivery, or a fact that a damaged row holds, is cut to as many by SHA-256. */
const keyOf = (column: KeyColumn, key: string): string =>
  column === 'fact' && /^[0-9a-f]{32}$/.test(key) ? key : hash128(column, key);
