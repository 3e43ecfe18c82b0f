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
const cutOff = 1_000;
/** More than this is let go: whoever takes it finds it in the store. */
const mostWaiting = 100_000;

/**
 * Works off events behind the acknowledging path, in order. `missed` is told when some were let go because too many came.
 */
export function createBacklog(
  take: (events: readonly Event[]) => Promise<void>,
  missed: () => void,
): Backlog {
  /** Worked off up to `next`; these are cut off by the thousand, for each cut moves all that is behind it. */
  let waiting: Event[] = [];
  let next = 0;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let closed = false;
  let notedAt = 0;

  const left = (): number => waiting.length - next;
  const clear = (): void => {
    waiting = [];
    next = 0;
  };
  const takeSome = (): Event[] => {
    const some = waiting.slice(next, next + atOnce);
    next += some.length;
    if (next >= cutOff) {
      waiting.splice(0, next);
      next = 0;
    }
    return some;
  };

  const isBusy = (): boolean => !closed && left() < crowded && performance.now() - notedAt < quietMs;

  const drain = async (): Promise<void> => {
    while (left() > 0) {
      const startedAt = performance.now();
      await take(takeSome());
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
      if (left() + events.length > mostWaiting) {
        clear();
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
      clear();
      await running;
    },
  };
}
