import { setTimeout as sleep } from 'node:timers/promises';
import type { Embedder } from '../../embedders/index.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import type { Embeddings } from '../../store/embeddings.ts';
import type { RangeSet } from '../../store/ranges.ts';
import type { EmbedderHost } from '../embedder-host.ts';
import type { Log } from '../log.ts';
import type { VectorStore } from '../meaning.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { Recent } from '../recent.ts';
import { embedEvents, type KnownVectors } from './embed-texts.ts';

/** How long new events wait for company. */
const gatherMs = 500;
/** While events keep coming there are others who need the processor; but not for ever. */
const quietMs = 200;
const longestPauseMs = 30_000;
/** Places in a writer's order that are read at once, and of these embedded at once. */
const readSeqs = 256;
const embedSeqs = 64;
/** Vectors are on disk after so long, however few they are. */
const flushEveryMs = 5_000;
/** Rest after an error, doubled each time, up to the longest. */
const firstRestMs = 2_000;
const longestRestMs = 60_000;
/** Others' events come without waking anybody. */
const lookEveryMs = 5_000;
/** Vectors of texts that may come again. */
const keptVectors = 4_096;

interface Parts {
  open: OpenWorkspace;
  vectors: VectorStore;
  host: EmbedderHost;
  log: Log;
}

/** Embeds a workspace's events in the background, the newest first, as far as an embedder is set. */
export class EmbedWorker {
  readonly #parts: Parts;
  readonly #closing = new AbortController();
  readonly #pace = createPace();
  readonly #known: KnownVectors = new Recent(keptVectors);
  readonly #stopListening: () => void;
  readonly #looking: NodeJS.Timeout;
  readonly #tidier: Tidier;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  /** Ends when another embedder is set. */
  #round = new AbortController();
  /** Something has come that this run may not see. */
  #isStale = false;
  #isWorking = false;
  #wokenAt = 0;
  #restMs = 0;
  #restUntil = 0;
  #trouble: string | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { host, open, vectors } = parts;
    this.#tidier = createTidier(parts, this.#closing.signal);
    this.#stopListening = host.onChange(() => this.#beginAnew());
    vectors.onLoss(() => this.#schedule(gatherMs));
    this.#looking = setInterval(() => open.store.isShared && this.#schedule(0), lookEveryMs).unref();
    this.#schedule(gatherMs);
  }

  /** Tells that there are new events. */
  wake(): void {
    this.#wokenAt = performance.now();
    if (this.#parts.host.current() !== null) this.#schedule(gatherMs);
  }

  /** Whether it is making vectors right now. */
  isBusy(): boolean {
    return this.#isWorking;
  }

  /** Events that it has got through per second of work lately; null when it has not worked yet. */
  perSecond(): number | null {
    return this.#pace.perSecond();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopListening();
    clearInterval(this.#looking);
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
    await this.#tidier.close();
  }

  #beginAnew(): void {
    this.#round.abort();
    this.#known.clear();
    this.#pace.clear();
    this.#restMs = 0;
    this.#restUntil = 0;
    this.#trouble = null;
    this.#parts.vectors.setTrouble(null);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    if (this.#running !== null) this.#isStale = true;
    if (this.#closing.signal.aborted || this.#running !== null || this.#timer !== null) return;
    const start = (): void => {
      this.#timer = null;
      this.#running = this.#run().finally(() => {
        this.#running = null;
        if (this.#restMs > 0) this.#schedule(0);
        else if (this.#isStale) this.#schedule(gatherMs);
      });
    };
    this.#timer = setTimeout(start, Math.max(delayMs, this.#restUntil - performance.now())).unref();
  }

  async #run(): Promise<void> {
    this.#round = new AbortController();
    this.#isStale = false;
    const until = AbortSignal.any([this.#closing.signal, this.#round.signal]);
    try {
      await this.#embedAll(until);
      this.#settle(null);
    } catch (error) {
      // Another embedder that was set meanwhile is no failure.
      if (until.aborted) return;
      this.#restMs = Math.min(longestRestMs, this.#restMs === 0 ? firstRestMs : 2 * this.#restMs);
      this.#restUntil = performance.now() + this.#restMs;
      this.#settle(error);
    } finally {
      this.#isWorking = false;
    }
  }

  /** An outage is one line in the log, not one for every attempt; what a server says may quote what it was given. */
  #settle(error: unknown): void {
    const { vectors, log, open } = this.#parts;
    const trouble = error === null ? null : error instanceof Error ? error.message : String(error);
    const where = { workspace: open.workspace.id };
    vectors.setTrouble(trouble);
    if (trouble === null) this.#restMs = 0;
    if (trouble !== null && this.#trouble === null)
      log.error(
        'embedding failed; recall goes on by words',
        error instanceof AppError ? error.code : error,
        where,
      );
    if (trouble === null && this.#trouble !== null) log.info('embedding works again', where);
    this.#trouble = trouble;
  }

  async #embedAll(until: AbortSignal): Promise<void> {
    const { vectors, host, open } = this.#parts;
    const into = await vectors.ready();
    const current = host.current();
    if (into === null || current === null || into.model !== current.checked.id) return;
    for (let left = vectors.left(into); left.size > 0; left = vectors.left(into)) {
      const window = newest(left, open.store.writer);
      const events = await eventsIn(open, window);
      for (let to = window.to; to >= window.from; to -= embedSeqs) {
        await untilQuiet(() => this.#wokenAt, until);
        await this.#untilRoom(into, until);
        const part = { ...window, from: Math.max(window.from, to - embedSeqs + 1), to };
        await this.#embedPart(into, current.embedder, part, events, until);
      }
    }
  }

  /** Vectors are in memory until they are indexed, which takes longer than making them may. */
  async #untilRoom(into: Embeddings, signal: AbortSignal): Promise<void> {
    while (into.isCrowded()) {
      this.#tidier.soon(into);
      await sleep(quietMs, undefined, { signal, ref: false });
    }
  }

  async #embedPart(
    into: Embeddings,
    embedder: Embedder,
    { writer, from, to }: Window,
    events: readonly Event[],
    until: AbortSignal,
  ): Promise<void> {
    const startedAt = performance.now();
    const part = events.filter(({ id, seq }) => seq >= from && seq <= to && !into.has(id));
    const rows = await embedEvents(embedder, part, this.#known, until);
    await into.add(rows, { [writer]: [[from, to]] });
    this.#tidier.soon(into);
    // Only what succeeds keeps the daemon up: an endpoint that is away for good does not.
    this.#isWorking = true;
    this.#pace.count(to - from + 1, performance.now() - startedAt);
    if (this.#restMs > 0) this.#settle(null);
  }
}

interface Tidier {
  /** Brings what is waiting to disk, and indexes what is due, in a while: every commit is a file. */
  soon(into: Embeddings): void;
  close(): Promise<void>;
}

function createTidier({ vectors, log, open }: Parts, signal: AbortSignal): Tidier {
  let timer: NodeJS.Timeout | null = null;
  let tidying: Promise<void> | null = null;

  const tidy = async (into: Embeddings): Promise<void> => {
    try {
      await into.flush();
      while (!signal.aborted && (await into.upkeep(signal)));
    } catch (error) {
      if (signal.aborted) return;
      log.error('vectors could not be brought in order', error, { workspace: open.workspace.id });
      vectors.setTrouble('the vectors cannot be written or indexed: hivemind daemon logs');
    }
  };

  return {
    soon: (into) => {
      if (signal.aborted || tidying !== null || timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        tidying = tidy(into).finally(() => {
          tidying = null;
        });
      }, flushEveryMs).unref();
    },
    close: async () => {
      if (timer !== null) clearTimeout(timer);
      await tidying;
    },
  };
}

interface Window {
  writer: string;
  from: number;
  to: number;
}

/** The last places that are left of this home's own writer, else of another: what is new is asked for most. */
function newest(left: RangeSet, own: string): Window {
  const ranges = left.toJSON();
  const writer =
    (ranges[own]?.length ?? 0) > 0 ? own : (Object.keys(ranges).find((one) => left.last(one) > 0) ?? own);
  const [first, to] = ranges[writer]?.at(-1) ?? [1, 0];
  return { writer, from: Math.max(first, to - readSeqs + 1), to };
}

/** The events of the window on all branches: what is found is walled off when somebody searches. */
async function eventsIn({ reach, store }: OpenWorkspace, { writer, from, to }: Window): Promise<Event[]> {
  const spans = [...reach]
    .filter(([, writers]) => writers.has(writer))
    .map(([branch]) => ({ branch, writer, after: from - 1, upTo: to }));
  return spans.length === 0 ? [] : store.find({ spans });
}

/** Waits while events keep coming. */
async function untilQuiet(wokenAt: () => number, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const now = performance.now();
    if (now - wokenAt() >= quietMs || now - startedAt >= longestPauseMs) return;
    await sleep(quietMs, undefined, { signal, ref: false });
  }
}

/** Counts the last rounds of work. */
function createPace(): {
  count(events: number, ms: number): void;
  perSecond(): number | null;
  clear(): void;
} {
  let rounds: { events: number; ms: number }[] = [];
  return {
    count: (events, ms) => {
      rounds = [...rounds, { events, ms }].slice(-50);
    },
    perSecond: () => {
      const ms = rounds.reduce((sum, one) => sum + one.ms, 0);
      return ms === 0 ? null : (1000 * rounds.reduce((sum, one) => sum + one.events, 0)) / ms;
    },
    clear: () => {
      rounds = [];
    },
  };
}
