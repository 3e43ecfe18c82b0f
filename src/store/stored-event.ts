import type { Event } from '../schema/event.ts';

/** An event with the terms under which full text finds it. */
export interface StoredEvent {
  readonly event: Event;
  readonly terms: string;
}

/** Makes the terms when somebody first asks for them: whoever waits for an acknowledgement does not. */
export const storedEvent = (event: Event, termsOf: (event: Event) => string): StoredEvent =>
  new Untokenized(event, termsOf);

class Untokenized implements StoredEvent {
  readonly event: Event;
  readonly #termsOf: (event: Event) => string;
  #terms: string | null = null;

  constructor(event: Event, termsOf: (event: Event) => string) {
    this.event = event;
    this.#termsOf = termsOf;
  }

  get terms(): string {
    this.#terms ??= this.#termsOf(this.event);
    return this.#terms;
  }

  toJSON(): StoredEvent {
    return { event: this.event, terms: this.terms };
  }
}
