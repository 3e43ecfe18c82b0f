import { setImmediate } from 'node:timers/promises';
import type { Event } from '../../schema/event.ts';

export interface Backlog {
  /** Keeps events for later; never waits. */
  note(events: readonly Event[]): void;
  /** Resolves once all that was noted is worked off. */
  settled(): Promise<void>;
  /** Ends what is being worked off, and forgets the rest. */
  close(): Promise<void>;
}

/** Hooks of one moment come in any order: so long they are waited for. */
const gatherMs = 250;
/** Events that are taken at a time; between these everybody else is heard. */
const atOnce = 200;
/** More than this is let go: whoever takes it finds it in the store. */
const mostWaiting = 100_000;

/**
 * Works off events behind the acknowledging path, in order. `missed` is told when some were let go because too many came.
 */
export function createBacklog(
  take: (events: readonly Event[]) => Promise<void>,
  missed: () => void,
): Backlog {
  let waiting: Event[] = [];
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let closed = false;

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const some = waiting.splice(0, atOnce);
      await take(some);
      await setImmediate();
    }
    running = null;
  };
  const start = (): void => {
    timer = null;
    running ??= drain();
  };

  return {
    note: (events) => {
      if (closed) return;
      if (waiting.length + events.length > mostWaiting) {
        waiting = [];
        missed();
        return;
      }
      for (const event of events) waiting.push(event);
      if (timer === null && running === null) timer = setTimeout(start, gatherMs).unref();
    },
    settled: async () => {
      if (timer !== null) clearTimeout(timer);
      start();
      await running;
    },
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting = [];
      await running;
    },
  };
}
