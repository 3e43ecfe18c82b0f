import { useCallback, useEffect, useRef } from 'react';

/** Calls `act` at once, and then once in `everyMs` at the most, however often it is asked to; the last wish is always met. */
export function useThrottled(act: () => void, everyMs: number): () => void {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef<number | undefined>(undefined);
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return useCallback(() => {
    if (timer.current !== undefined) return;
    timer.current = window.setTimeout(
      () => {
        timer.current = undefined;
        last.current = performance.now();
        latest.current();
      },
      Math.max(0, last.current + everyMs - performance.now()),
    );
  }, [everyMs]);
}
