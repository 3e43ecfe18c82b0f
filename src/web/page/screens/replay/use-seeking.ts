import { useCallback, useEffect, useRef } from 'react';
import { asCallError } from '../../use-call.ts';
import type { ReplaySource, Sought } from './source.ts';
import type { Action, ViewerState } from './state.ts';

export type Seek = (sought: Sought, direction: 'next' | 'previous', from?: number) => void;

const whatOf = ({ kind, text, at }: Sought): string =>
  kind ?? (text !== undefined ? `“${text}”` : `step at or behind ${at ?? 'that time'}`);

/** Looks for steps, one search at a time: the last one that is asked for counts. */
export function useSeeking(
  source: ReplaySource,
  { at }: ViewerState,
  dispatch: (action: Action) => void,
  /** Told the order that a found step is one of. */
  onOrder: (order: string) => void,
): Seek {
  const under = useRef<AbortController | null>(null);
  useEffect(() => () => under.current?.abort(), []);
  return useCallback(
    (sought, direction, from = at) => {
      under.current?.abort();
      const gone = new AbortController();
      under.current = gone;
      dispatch({ type: 'say', message: `Looking for ${whatOf(sought)}…` });
      source.find(sought, from, direction, gone.signal).then(
        ({ step, order }) => {
          if (gone.signal.aborted) return;
          if (step !== null) {
            onOrder(order);
            dispatch({ type: 'jump', to: step });
          } else
            dispatch({
              type: 'say',
              message: `No ${direction === 'next' ? 'later' : 'earlier'} ${whatOf(sought)}`,
            });
        },
        (error: unknown) => {
          if (!gone.signal.aborted) dispatch({ type: 'say', message: asCallError(error).message });
        },
      );
    },
    [source, at, dispatch, onOrder],
  );
}
