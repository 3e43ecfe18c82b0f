import type { Log } from './log.ts';

/** How often it is asked whether somebody still needs the daemon, and can find it: whoever starts another waits for that. */
const lookEveryMs = 3_000;

/** So many looks in a row at which nothing went on are a rest. The collection costs a burst that follows it half of its speed. */
const restLooks = 20;

/** Whoever watches (an open page, a status line) asks now and then: so few calls from one look to the next are no burst. */
const fewCalls = 30;

/** More memory than this must have come since it was last given back. */
const worthBytes = 64 << 20;

/** What keeps a daemon alive although nobody calls. */
export interface Activity {
  connections(): number;
  tailSize(): number;
  /** Calls that are being answered. */
  calls(): number;
  /** Whether clients can still find the daemon. */
  isReachable(): boolean;
}

/**
 * Ends the daemon after `idleExitMs` without a call, an open connection or an unsent tail: scale to zero. Ends it at
 * once when its socket is gone: nobody could reach it, and it would keep the next one from the stores.
 */
export function watchIdle(
  activity: Activity,
  idleExitMs: number,
  stop: () => void,
  log: Log,
): { touch(): void; close(): void } {
  let lastUse = performance.now();
  let calls = 0;
  const rest = giveBackMemory();
  const timer = setInterval(
    () => {
      if (!activity.isReachable()) {
        log.info('the socket is gone: stopping');
        stop();
        return;
      }
      rest(activity.tailSize() + activity.calls() === 0 && calls <= fewCalls);
      calls = 0;
      if (activity.connections() + activity.tailSize() + activity.calls() > 0) lastUse = performance.now();
      if (performance.now() - lastUse < idleExitMs) return;
      log.info('idle: stopping', { idleMs: Math.round(performance.now() - lastUse) });
      stop();
    },
    Math.min(idleExitMs, lookEveryMs),
  ).unref();
  return {
    touch: () => {
      calls += 1;
      lastUse = performance.now();
    },
    close: () => clearInterval(timer),
  };
}

/**
 * Returns what is told at each look whether nothing is going on. At rest it gives back to the system what a burst has
 * left: V8 keeps emptied pages by the hundred megabytes, and lets go of them in such a collection only.
 */
function giveBackMemory(): (isQuiet: boolean) => void {
  let quietLooks = 0;
  let keptBytes = process.memoryUsage.rss();
  return (isQuiet) => {
    quietLooks = isQuiet ? quietLooks + 1 : 0;
    if (quietLooks !== restLooks || process.memoryUsage.rss() - keptBytes < worthBytes) return;
    void globalThis.gc?.({ type: 'major', execution: 'async', flavor: 'last-resort' }).then(() => {
      keptBytes = process.memoryUsage.rss();
    });
  };
}
