import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How long events wait for company before they are written as one LanceDB commit. */
const gatherMs = 1_000;
/** While more are coming they may wait longer: to write some takes as long as to acknowledge others. */
const busyMs = 5_000;
/** It is quiet when nothing has come for so long. */
const quietMs = 100;
/** So many waiting events are written whatever comes. */
const crowdedTail = 16_000;
/** Rest after a flush that failed; a call for more does not shorten it. */
const retryMs = 5_000;
/** Rest after upkeep that failed: it costs up to a gigabyte while it runs. */
const upkeepRetryMs = 5 * 60_000;
/** The same where a bucket may have been away for a moment: what was built is uploaded once more. */
const sharedUpkeepRetryMs = 30_000;
/** From so many events in memory on upkeep takes no rest. */
export const crowdedRows = 40_000;
/** After an unclean end all files are checked, so long after opening. */
const scrubDelayMs = 10_000;
/** Replaced tables wait for their deletion; nothing else wakes upkeep then. */
const upkeepEveryMs = 60_000;

export interface Flusher {
  /** Tells that the tail has grown. */
  wake(): void;
  /** What went wrong last and has not gone right since; null when all is well. */
  trouble(): string | null;
  /** Writes all of the tail and ends upkeep, then stops. Rejects when the tail could not be written: the journal has it. */
  close(): Promise<void>;
}

/** Moves the tail into LanceDB in batches, off the acknowledging path, and runs upkeep when it is due. */
export function createFlusher({ open, log }: { open: OpenWorkspace; log: Log }): Flusher {
  const { store, workspace } = open;
  const closing = new AbortController();
  /** There is more of the journal to compress, or tables have been sealed since the last look. */
  let isUnsettled = false;
  const upkeep = createUpkeepRunner({ open, log }, closing.signal, () => {
    isUnsettled = true;
    look();
  });
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> | null = null;
  let restUntil = 0;
  let trouble: string | null = null;

  const schedule = (delayMs: number): void => {
    if (closing.signal.aborted || flushing !== null) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(start, Math.max(delayMs, restUntil - performance.now()));
  };

  let wokenAt = 0;
  let waitingSince = 0;
  /** Somebody is writing, and what waits may wait: in a bucket others are waiting for it. */
  const isBusy = (now: number): boolean =>
    !store.isShared &&
    store.tailSize() < crowdedTail &&
    now - wokenAt < quietMs &&
    now - waitingSince < busyMs;

  const start = (): void => {
    timer = null;
    if (isBusy(performance.now())) {
      schedule(quietMs);
      return;
    }
    flushing = flushTail().finally(() => {
      flushing = null;
      look();
    });
  };

  const flushTail = async (): Promise<void> => {
    try {
      let rows: number;
      do {
        rows = await store.flush();
        // Not only at the end: under steady load there is none.
        upkeep.consider();
      } while (rows > 0 && store.tailSize() >= crowdedTail);
      isUnsettled = await store.settle();
      trouble = null;
    } catch (error) {
      restUntil = performance.now() + retryMs;
      const message = error instanceof Error ? error.message : String(error);
      // An outage is one line in the log, not one for every attempt.
      if (message !== trouble)
        log.error('flushing to LanceDB failed; the journal keeps the events', error, {
          workspace: workspace.id,
          tail: store.tailSize(),
        });
      trouble = message;
      // A daemon that is started while the bucket is away needs a snapshot to open the workspace.
      if (store.isShared) await store.settle().catch(() => undefined);
    }
  };

  const look = (): void => {
    if (store.tailSize() >= crowdedTail) schedule(0);
    else if ((store.tailSize() > 0 || isUnsettled) && timer === null) {
      waitingSince = performance.now();
      schedule(gatherMs);
    }
  };

  const wake = (): void => {
    wokenAt = performance.now();
    look();
  };

  const close = async (): Promise<void> => {
    closing.abort();
    if (timer !== null) clearTimeout(timer);
    await flushing;
    await upkeep.ended();
    try {
      // A bucket that is out of reach would only keep whoever waits for the end: the journal has it all.
      if (trouble === null) while ((await store.flush()) > 0);
    } finally {
      await store.settle(true);
    }
  };

  // What an earlier process left undone is looked at once.
  schedule(gatherMs);
  return { wake, trouble: () => trouble ?? upkeep.trouble(), close };
}

interface UpkeepRunner {
  /** Starts upkeep where it is due, one at a time. */
  consider(): void;
  trouble(): string | null;
  ended(): Promise<void>;
}

function createUpkeepRunner(
  { open, log }: { open: OpenWorkspace; log: Log },
  signal: AbortSignal,
  onDone: () => void,
): UpkeepRunner {
  const { store, workspace } = open;
  let running: Promise<void> | null = null;
  let restUntil = 0;
  let trouble: string | null = null;

  const start = (): void => {
    const startedAt = performance.now();
    running = store.upkeep
      .run(signal)
      .then(() => {
        trouble = null;
        // It takes a whole core: under steady load it may have that half of the time, unless memory fills up.
        if (store.freshSize() < crowdedRows) restUntil = 2 * performance.now() - startedAt;
      })
      .catch((error) => {
        if (signal.aborted) return;
        restUntil = performance.now() + (store.isShared ? sharedUpkeepRetryMs : upkeepRetryMs);
        trouble = error instanceof Error ? error.message : String(error);
        log.error('upkeep failed', error, { workspace: workspace.id });
      })
      .finally(() => {
        running = null;
        if (!signal.aborted) onDone();
        // One merge may make the next one due.
        setTimeout(consider, Math.max(0, restUntil - performance.now())).unref();
      });
  };

  // A crash may have had its reason on the disk: what is there is read once, when whoever waited has been served.
  const scrub = (): Promise<void> =>
    store.scrub(signal).catch((error) => {
      trouble = error instanceof Error ? error.message : String(error);
      log.error('a damaged table could not be mended', error, { workspace: workspace.id });
    });
  const scrubbing = store.wasUnclean ? setTimeout(() => void scrub(), scrubDelayMs).unref() : undefined;
  signal.addEventListener('abort', () => clearTimeout(scrubbing));

  const isIdle = (): boolean => running === null && !signal.aborted && performance.now() >= restUntil;
  const consider = (): void => {
    if (isIdle() && store.upkeep.isDue()) start();
  };

  const timer = setInterval(() => isIdle() && start(), upkeepEveryMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer));
  return { consider, trouble: () => trouble, ended: async () => running ?? undefined };
}
