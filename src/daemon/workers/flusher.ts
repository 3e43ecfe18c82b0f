import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How long events may wait for company before they are written as one LanceDB commit. */
const gatherMs = 500;
/** So many waiting events are written at once. */
const gatherRows = 1000;
const retryMs = 5_000;

/** Upkeep begins at so many rows outside the index, or so many fragments (reference: 8 ms a query for each 1,000 unindexed rows). */
const unindexedLimit = 2_000;
const fragmentLimit = 50;

export interface Flusher {
  /** Tells that the tail has grown. */
  wake(): void;
  /** Writes all of the tail, then stops. */
  close(): Promise<void>;
}

interface FlusherParts {
  open: OpenWorkspace;
  log: Log;
  runUpkeep: (directory: string) => Promise<void>;
}

/** Moves the tail into LanceDB in batches, off the acknowledging path, and asks for upkeep when it is due. */
export function createFlusher({ open, log, runUpkeep }: FlusherParts): Flusher {
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> | null = null;
  let upkeep: Promise<void> | null = null;
  let closed = false;

  const schedule = (delayMs: number): void => {
    if (closed || flushing !== null) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(start, delayMs);
  };

  const start = (): void => {
    timer = null;
    flushing = flushOnce().finally(() => {
      flushing = null;
    });
  };

  const flushOnce = async (): Promise<void> => {
    try {
      while ((await open.store.flush()) > 0 && open.store.tailSize() >= gatherRows);
      flushing = null;
      if (open.store.tailSize() > 0) schedule(gatherMs);
      await considerUpkeep();
    } catch (error) {
      log.error('flushing to LanceDB failed; the journal keeps the events', error, {
        workspace: open.workspace.id,
        tail: open.store.tailSize(),
      });
      flushing = null;
      schedule(retryMs);
    }
  };

  const considerUpkeep = async (): Promise<void> => {
    if (upkeep !== null || closed) return;
    const due =
      (await open.store.fragments()) > fragmentLimit ||
      (await open.store.unindexed()) - open.store.tailSize() > unindexedLimit;
    if (!due || closed) return;
    upkeep = runUpkeep(open.directory)
      .catch((error) => log.error('upkeep failed', error, { workspace: open.workspace.id }))
      .finally(() => {
        upkeep = null;
      });
  };

  return {
    wake: () => {
      if (open.store.tailSize() === 0) return;
      if (open.store.tailSize() >= gatherRows) schedule(0);
      else if (timer === null) schedule(gatherMs);
    },
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await flushing;
      while ((await open.store.flush()) > 0);
      await upkeep;
    },
  };
}
