import { AppError } from '../schema/app-error.ts';
import type { LiveNews, LiveQueryInput } from '../schema/live.ts';
import type { Connection } from '../wire/connect.ts';
import type { LiveEvent, Missed, SubscribeOptions, Subscription } from './types.ts';

/** What a program asks for, as the daemon takes it. */
export function queryFrom(
  place: { workspace: string; branch: string },
  { kinds, paths, agents, sessions, status, branch, after, most }: SubscribeOptions,
): LiveQueryInput {
  const from = typeof branch === 'string' ? branch : branch?.id;
  return {
    workspace: place.workspace,
    branch: from ?? place.branch,
    ...(kinds === undefined ? {} : { kind: [...kinds] }),
    ...(paths === undefined ? {} : { path: [...paths] }),
    ...(agents === undefined ? {} : { agent: [...agents] }),
    ...(sessions === undefined ? {} : { session: [...sessions] }),
    ...(status === undefined ? {} : { status: [...status] }),
    ...(after === undefined ? {} : { after }),
    ...(most === undefined ? {} : { most }),
  };
}

/** A subscription that begins at once, whenever its first event is asked for. */
export class EventStream implements Subscription {
  readonly ready: Promise<void>;
  readonly #gone = new AbortController();
  readonly #news: AsyncGenerator<LiveNews, undefined>;
  readonly #onMissed: (missed: Missed) => void;
  #first: Promise<IteratorResult<LiveNews, undefined>> | null;
  #isOver = false;

  constructor(
    follow: Connection['follow'],
    query: LiveQueryInput,
    { signal, onMissed = tooSlow }: SubscribeOptions,
  ) {
    this.#onMissed = onMissed;
    this.#news = follow(query, { signal: this.#gone.signal });
    if (signal?.aborted === true) this.close();
    signal?.addEventListener('abort', () => this.close(), { once: true });
    this.#first = this.#news.next();
    this.ready = this.#first.then(() => undefined);
    // Whoever asks for an event is told what is wrong.
    this.ready.catch(() => undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<LiveEvent, undefined>> {
    while (!this.#isOver) {
      const coming = this.#first ?? this.#news.next();
      this.#first = null;
      const { value, done } = await coming;
      if (done === true) break;
      if ('missed' in value) this.#onMissed({ ...value.missed, cursor: value.cursor });
      if ('event' in value) return { done: false, value: { ...value.event, cursor: value.cursor } };
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<LiveEvent, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  close(): void {
    this.#isOver = true;
    this.#gone.abort();
  }
}

/** Nothing is passed over in silence. */
function tooSlow({ events, from }: Missed): never {
  throw new AppError('RESOURCE_EXHAUSTED', `${events} events were passed over: this subscriber is too slow`, {
    hint: 'give onMissed, or begin again with { after: error.details.from, most: 100000 }',
    details: { events, from },
  });
}
