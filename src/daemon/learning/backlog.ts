import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
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
/** Events that are taken at a time, some ten milliseconds; between these everybody else is heard. */
const atOnce = 25;
/** It is quiet when nothing has come for so long. */
const quietMs = 100;
/** While more is coming three quarters of the time are left to whoever waits for an acknowledgement. */
const restShare = 3;
/** From so many waiting events on no rest is taken. */
const crowded = 20_000;
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
  let notedAt = 0;

  const isBusy = (): boolean => !closed && waiting.length < crowded && performance.now() - notedAt < quietMs;

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const startedAt = performance.now();
      await take(waiting.splice(0, atOnce));
      if (isBusy()) await sleep(restShare * (performance.now() - startedAt));
      else await setImmediate();
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
      notedAt = performance.now();
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
