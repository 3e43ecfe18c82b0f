import type { Event } from '../schema/event.ts';
import type { Span } from '../schema/view.ts';

/** The latest events of this writer, so that those who follow it closely are not read from the store again. */
const mostEvents = 1_000;
const mostBytes = 16 << 20;

export class LiveRing {
  readonly #writer: string;
  #events: { event: Event; bytes: number }[] = [];
  #bytes = 0;
  /** All of the writer's events behind `base` and up to `last` are in here. */
  #base: number;
  #last: number;

  constructor(writer: string, lastSeq: number) {
    this.#writer = writer;
    this.#base = lastSeq;
    this.#last = lastSeq;
  }

  add(events: readonly Event[]): void {
    for (const event of events) {
      if (event.seq !== this.#last + 1) continue;
      const bytes = 500 + 2 * event.text.length + 2 * JSON.stringify(event.body).length;
      this.#events.push({ event, bytes });
      this.#bytes += bytes;
      this.#last = event.seq;
    }
    let gone = 0;
    while (this.#events.length - gone > mostEvents || this.#bytes > mostBytes) {
      const oldest = this.#events[gone];
      if (oldest === undefined) break;
      this.#bytes -= oldest.bytes;
      this.#base = oldest.event.seq;
      gone += 1;
    }
    this.#events.splice(0, gone);
  }

  /** Whether everything that the spans mean is in here. */
  holds(spans: readonly Span[]): boolean {
    return spans.every(
      ({ writer, upTo, after = 0 }) =>
        writer === this.#writer && upTo !== null && after >= this.#base && upTo <= this.#last,
    );
  }

  /** Those that come behind the first of the spans' beginnings: a close follower does not look through all of them. */
  events(spans: readonly Span[]): Event[] {
    const after = spans.reduce((least, span) => Math.min(least, span.after ?? 0), this.#last);
    return this.#events.slice(Math.max(0, after - this.#base)).map(({ event }) => event);
  }
}
