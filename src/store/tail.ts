import { compareEvents, type Event } from '../schema/event.ts';
import type { Span } from '../schema/view.ts';
import { type Filter, inSpans, matches } from './filter.ts';
import type { Scored } from './lance/events.ts';
import type { StoredEvent } from './lance/rows.ts';

/** BM25 constants of LanceDB's full text, so that both sides score alike (reference: Lance 12, k1 1.2, b 0.75). */
const k1 = 1.2;
const b = 0.75;

interface TailDocument {
  event: Event;
  stored: StoredEvent;
  counts: Map<string, number>;
  length: number;
  bytes: number;
}

/** Events that are acknowledged and not yet in LanceDB; every read adds them, so a write is readable at once. */
export class Tail {
  #documents: TailDocument[] = [];
  #bytes = 0;

  get size(): number {
    return this.#documents.length;
  }

  /** About what the events take in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Seq of the oldest event in here; null when there is none. */
  get firstSeq(): number | null {
    return this.#documents[0]?.event.seq ?? null;
  }

  add(rows: readonly StoredEvent[]): void {
    for (const stored of rows) {
      const counts = new Map<string, number>();
      const terms = stored.terms === '' ? [] : stored.terms.split(' ');
      for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
      const bytes = bytesOf(stored);
      this.#bytes += bytes;
      this.#documents.push({ event: stored.event, stored, counts, length: terms.length, bytes });
    }
  }

  /** The oldest rows, as a copy: events that arrive while they are being written stay out of it. */
  oldest(limit: number): StoredEvent[] {
    return this.#documents.slice(0, limit).map((document) => document.stored);
  }

  dropOldest(count: number): void {
    for (const { bytes } of this.#documents.slice(0, count)) this.#bytes -= bytes;
    this.#documents = this.#documents.slice(count);
  }

  find(filter: Filter): Event[] {
    return this.#documents
      .filter((document) => matches(filter, document.event))
      .map((document) => document.event)
      .sort(compareEvents);
  }

  has(column: 'fact' | 'delivery', keys: ReadonlySet<string>): string[] {
    return this.#documents.map((document) => document.event[column] ?? '').filter((key) => keys.has(key));
  }

  search(terms: readonly string[], spans: readonly Span[], limit: number): Scored[] {
    const documents = this.#documents.filter((document) => inSpans(spans, document.event));
    if (documents.length === 0) return [];
    const averageLength =
      documents.reduce((sum, document) => sum + document.length, 0) / documents.length || 1;
    const rarity = new Map<string, number>();
    for (const term of terms) {
      const holding = documents.filter((document) => document.counts.has(term)).length;
      rarity.set(term, Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5)));
    }
    return documents
      .map((document) => ({ event: document.event, score: scoreOf(document, rarity, averageLength) }))
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score)
      .slice(0, limit);
  }
}

/** What an event takes without its texts: ids, keys, objects. */
const envelopeBytes = 1_000;

const bytesOf = ({ event, terms }: StoredEvent): number =>
  envelopeBytes +
  2 * (event.text.length + terms.length + event.paths.reduce((sum, path) => sum + path.length, 0)) +
  2 * JSON.stringify(event.body).length;

function scoreOf(document: TailDocument, rarity: ReadonlyMap<string, number>, averageLength: number): number {
  let score = 0;
  for (const [term, weight] of rarity) {
    const count = document.counts.get(term) ?? 0;
    if (count === 0) continue;
    score += (weight * count * (k1 + 1)) / (count + k1 * (1 - b + (b * document.length) / averageLength));
  }
  return score;
}
