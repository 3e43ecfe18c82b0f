import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How long events may wait for company before they are written as one LanceDB commit. */
const gatherMs = 500;
/** So many waiting events are written at once. */
const gatherRows = 1000;
/** Rest after a flush that failed; a call for more does not shorten it. */
const retryMs = 5_000;
/** Rest after upkeep that failed: it costs up to a gigabyte while it runs. */
const upkeepRetryMs = 5 * 60_000;

/** Upkeep begins at so many rows outside the index, or so many fragments (reference: 8 ms a query for each 1,000 unindexed rows). */
const unindexedLimit = 2_000;
const fragmentLimit = 50;

export interface Flusher {
  /** Tells that the tail has grown. */
  wake(): void;
  /** Writes all of the tail and ends upkeep, then stops. Rejects when the tail could not be written: the journal has it. */
  close(): Promise<void>;
}

interface FlusherParts {
  open: OpenWorkspace;
  log: Log;
  /** Runs upkeep until it is done or `signal` ends it. */
  runUpkeep: (directory: string, signal: AbortSignal) => Promise<void>;
}

/** Moves the tail into LanceDB in batches, off the acknowledging path, and asks for upkeep when it is due. */
export function createFlusher({ open, log, runUpkeep }: FlusherParts): Flusher {
  const { store, workspace } = open;
  const closing = new AbortController();
  const upkeep = createUpkeep({ open, log, runUpkeep }, closing.signal);
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> | null = null;
  let restUntil = 0;

  const schedule = (delayMs: number): void => {
    if (closing.signal.aborted || flushing !== null) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(start, Math.max(delayMs, restUntil - performance.now()));
  };

  const start = (): void => {
    timer = null;
    flushing = flushTail().finally(() => {
      flushing = null;
      wake();
    });
  };

  const flushTail = async (): Promise<void> => {
    try {
      let rows: number;
      do {
        rows = await store.flush();
        // Not only at the end: under steady load there is none.
        await upkeep.consider();
      } while (rows > 0 && store.tailSize() >= gatherRows);
    } catch (error) {
      restUntil = performance.now() + retryMs;
      log.error('flushing to LanceDB failed; the journal keeps the events', error, {
        workspace: workspace.id,
        tail: store.tailSize(),
      });
    }
  };

  const wake = (): void => {
    if (store.tailSize() >= gatherRows) schedule(0);
    else if (store.tailSize() > 0 && timer === null) schedule(gatherMs);
  };

  const close = async (): Promise<void> => {
    closing.abort();
    if (timer !== null) clearTimeout(timer);
    await flushing;
    await upkeep.ended();
    while ((await store.flush()) > 0);
  };

  // What an earlier process left undone is looked at once.
  schedule(gatherMs);
  return { wake, close };
}

/** Starts upkeep where it is due, one at a time. */
function createUpkeep(
  { open, log, runUpkeep }: FlusherParts,
  signal: AbortSignal,
): { consider(): Promise<void>; ended(): Promise<void> } {
  let running: Promise<void> | null = null;
  let restUntil = 0;

  const isDue = async ({ store }: OpenWorkspace): Promise<boolean> =>
    (await store.fragments()) > fragmentLimit ||
    (await store.unindexed()) - store.tailSize() > unindexedLimit;

  const consider = async (): Promise<void> => {
    if (running !== null || signal.aborted || performance.now() < restUntil) return;
    if (!(await isDue(open))) return;
    const startedAt = performance.now();
    running = runUpkeep(open.directory, signal)
      .then(() => {
        // It takes a whole core: under steady load it may have that half of the time.
        restUntil = 2 * performance.now() - startedAt;
      })
      .catch((error) => {
        restUntil = performance.now() + upkeepRetryMs;
        if (!signal.aborted) log.error('upkeep failed', error, { workspace: open.workspace.id });
      })
      .finally(() => {
        running = null;
      });
  };

  return { consider, ended: async () => running ?? undefined };
}
