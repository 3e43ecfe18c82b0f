import { useCallback, useEffect, useRef } from 'react';
import type { Pages } from '../../use-pages.ts';
import type { ReplaySource, Step } from './source.ts';
import type { Action, ViewerState } from './state.ts';

/**
 * Keeps the step that is shown, by its event, where steps have other numbers than before. Returns what to call with the
 * order in which another step was found that is about to be shown.
 */
export function useKeptStep(
  source: ReplaySource,
  { order, rowAt, reorder }: Pages<Step>,
  { at }: ViewerState,
  dispatch: (action: Action) => void,
): (order: string) => void {
  const shown = useRef<{ order: string; at: number; id: string } | null>(null);
  const isAsking = useRef(false);
  const step = rowAt(at);
  useEffect(() => {
    const before = shown.current;
    if (before === null || order === null || before.order === order) return;
    const gone = new AbortController();
    isAsking.current = true;
    source
      .place(before.id, gone.signal)
      .then(
        (to) => {
          if (gone.signal.aborted || to === null) return;
          shown.current = { order, at: to, id: before.id };
          dispatch({ type: 'renumber', by: to - before.at });
        },
        // The number stays: what is wrong is said by the steps.
        () => undefined,
      )
      .finally(() => {
        if (!gone.signal.aborted) isAsking.current = false;
      });
    return () => {
      gone.abort();
      isAsking.current = false;
    };
  }, [source, order, dispatch]);
  useEffect(() => {
    // Until it is known where the step is, another one stands at its number.
    if (step !== undefined && order !== null && !isAsking.current) shown.current = { order, at, id: step.id };
  }, [order, at, step]);
  return useCallback(
    (found: string) => {
      if (found === order) return;
      shown.current = null;
      reorder(found);
    },
    [order, reorder],
  );
}
