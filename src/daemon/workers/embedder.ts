import { setTimeout as sleep } from 'node:timers/promises';
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
const longestRestMs = 5 * 60_000;
/** Others' events come without waking anybody. */
const lookEveryMs = 5_000;
/** Vectors of texts that may come again. */
const keptVectors = 4_096;

export interface EmbedWorker {
  /** Tells that there are new events. */
  wake(): void;
  /** Whether it is making vectors right now. */
  isBusy(): boolean;
  /** Events that it has got through per second of work lately; null when it has not worked yet. */
  perSecond(): number | null;
  close(): Promise<void>;
}

interface Parts {
  open: OpenWorkspace;
  vectors: VectorStore;
  host: EmbedderHost;
  log: Log;
}

/** Embeds a workspace's events in the background, the newest first, as far as an embedder is set. */
export function createEmbedWorker({ open, vectors, host, log }: Parts): EmbedWorker {
  const closing = new AbortController();
  const { signal } = closing;
  const pace = createPace();
  const known: KnownVectors = new Recent(keptVectors);
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let wokenAt = 0;
  let restMs = 0;
  let restUntil = 0;
  let lastTrouble: string | null = null;
  let isWorking = false;
  let round = new AbortController();

  /** Something has come that this run may not see. */
  let isStale = false;

  const schedule = (delayMs: number): void => {
    if (running !== null) isStale = true;
    if (signal.aborted || running !== null || timer !== null) return;
    const wait = Math.max(delayMs, restUntil - performance.now());
    timer = setTimeout(() => {
      timer = null;
      running = run().finally(() => {
        running = null;
        if (restMs > 0 || isStale) schedule(restMs > 0 ? 0 : gatherMs);
      });
    }, wait).unref();
  };

  const run = async (): Promise<void> => {
    round = new AbortController();
    isStale = false;
    const until = AbortSignal.any([signal, round.signal]);
    try {
      await embedAll(until);
      restMs = 0;
      settle(null, null);
    } catch (error) {
      if (signal.aborted) return;
      // Another embedder was set meanwhile: that is no failure, and it is begun with at once.
      if (round.signal.aborted) return;
      restMs = Math.min(longestRestMs, restMs === 0 ? firstRestMs : 2 * restMs);
      restUntil = performance.now() + restMs;
      settle(error instanceof Error ? error.message : String(error), error);
    } finally {
      isWorking = false;
    }
  };

  /** An outage is one line in the log, not one for every attempt; what a server says may quote what it was given. */
  const settle = (trouble: string | null, error: unknown): void => {
    vectors.setTrouble(trouble);
    if (trouble !== null && lastTrouble === null)
      log.error('embedding failed; recall goes on by words', error instanceof AppError ? error.code : error, {
        workspace: open.workspace.id,
      });
    if (trouble === null && lastTrouble !== null)
      log.info('embedding works again', { workspace: open.workspace.id });
    lastTrouble = trouble;
  };

  const embedAll = async (until: AbortSignal): Promise<void> => {
    const into = await vectors.ready();
    const current = host.current();
    if (into === null || current === null || into.model !== current.checked.id) return;
    let flushedAt = performance.now();
    for (let left = vectors.left(into); left.size > 0; left = vectors.left(into)) {
      isWorking = true;
      const window = newest(left, open.store.writer);
      const events = await eventsIn(open, window);
      for (let to = window.to; to >= window.from; to -= embedSeqs) {
        await untilQuiet(() => wokenAt, until);
        const from = Math.max(window.from, to - embedSeqs + 1);
        const part = events.filter(({ id, seq }) => seq >= from && seq <= to && !into.has(id));
        const startedAt = performance.now();
        const rows = await embedEvents(current.embedder, part, known, until);
        await into.add(rows, { [window.writer]: [[from, to]] });
        pace.count(to - from + 1, performance.now() - startedAt);
        restMs = 0;
        if (lastTrouble !== null) settle(null, null);
      }
      if (performance.now() - flushedAt < flushEveryMs) continue;
      await tidy(into, until);
      flushedAt = performance.now();
    }
    isWorking = false;
    await tidy(into, until);
  };

  const tidy = async (into: Embeddings, until: AbortSignal): Promise<void> => {
    await into.flush();
    while (await into.upkeep(until));
  };

  const stopListening = host.onChange(() => {
    round.abort();
    known.clear();
    [restMs, restUntil, lastTrouble] = [0, 0, null];
    vectors.setTrouble(null);
    pace.clear();
    if (timer !== null) clearTimeout(timer);
    timer = null;
    schedule(0);
  });
  const looking = setInterval(() => open.store.isShared && schedule(0), lookEveryMs).unref();
  schedule(gatherMs);

  return {
    wake: () => {
      wokenAt = performance.now();
      if (host.current() !== null) schedule(gatherMs);
    },
    isBusy: () => isWorking,
    perSecond: pace.perSecond,
    close: async () => {
      closing.abort();
      stopListening();
      clearInterval(looking);
      if (timer !== null) clearTimeout(timer);
      await running;
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
