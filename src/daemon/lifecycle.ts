import type { Log } from './log.ts';

/** How often it is asked whether somebody still needs the daemon, and can find it: whoever starts another waits for that. */
const lookEveryMs = 3_000;

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
  const timer = setInterval(
    () => {
      if (!activity.isReachable()) {
        log.info('the socket is gone: stopping');
        stop();
        return;
      }
      if (activity.connections() + activity.tailSize() + activity.calls() > 0) lastUse = performance.now();
      if (performance.now() - lastUse < idleExitMs) return;
      log.info('idle: stopping', { idleMs: Math.round(performance.now() - lastUse) });
      stop();
    },
    Math.min(idleExitMs, lookEveryMs),
  ).unref();
  return {
    touch: () => {
      lastUse = performance.now();
    },
    close: () => clearInterval(timer),
  };
}
