import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** How often a bucket is asked for what other machines have written: each time costs two small requests. */
const pollMs = 1_500;
/** Rest after the bucket could not be reached. */
const retryMs = 5_000;

export interface Poller {
  /** Why others' events do not come at the moment; null when they do. */
  trouble(): string | null;
  close(): Promise<void>;
}

/** Takes in, again and again, what other machines have written to the workspace's bucket; `onPoll` is told each time. */
export function createPoller({ store, workspace }: OpenWorkspace, log: Log, onPoll: () => void): Poller {
  let trouble: string | null = null;
  let closed = !store.isShared;
  let timer: NodeJS.Timeout | null = null;
  let polling: Promise<void> = Promise.resolve();

  const poll = async (): Promise<void> => {
    try {
      await store.poll();
      onPoll();
      if (trouble !== null) log.info('the bucket is within reach again', { workspace: workspace.id });
      trouble = null;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // An outage is one line in the log, not one for every attempt.
      if (trouble === null) log.error('the bucket cannot be read', error, { workspace: workspace.id });
      trouble = message;
    }
    schedule(trouble === null ? pollMs : retryMs);
  };

  const schedule = (delayMs: number): void => {
    if (closed) return;
    timer = setTimeout(() => {
      polling = poll();
    }, delayMs);
  };

  schedule(pollMs);
  return {
    trouble: () => trouble,
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await polling;
    },
  };
}
