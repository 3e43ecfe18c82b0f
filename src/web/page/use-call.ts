import { useCallback, useEffect, useRef, useState } from 'react';
import type { InputOf, OutputOf } from '../../schema/operation.ts';
import type { PageOperation } from '../../schema/page.ts';
import { CallError, call } from './api.ts';

export interface Called<T> {
  /** The last answer, kept while a new one is on its way; null: none yet. */
  data: T | null;
  error: CallError | null;
  isLoading: boolean;
  /** Asks again. */
  refresh: () => void;
}

/** The answer of an operation that reads, asked for again when its input changes. `input` null: not yet. */
export function useCall<N extends PageOperation>(name: N, input: InputOf<N> | null): Called<OutputOf<N>> {
  const [state, setState] = useState<{
    data: OutputOf<N> | null;
    error: CallError | null;
    isLoading: boolean;
  }>({
    data: null,
    error: null,
    isLoading: input !== null,
  });
  const [asked, setAsked] = useState(0);
  const key = JSON.stringify(input);
  const latest = useRef(input);
  latest.current = input;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the input counts by what it says, not by its identity
  useEffect(() => {
    const wanted = latest.current;
    if (wanted === null) return;
    const gone = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    call(name, wanted, gone.signal).then(
      (data) => !gone.signal.aborted && setState({ data, error: null, isLoading: false }),
      (error: unknown) => {
        if (!gone.signal.aborted)
          setState((before) => ({ ...before, error: asCallError(error), isLoading: false }));
      },
    );
    return () => gone.abort();
  }, [name, key, asked]);
  const refresh = useCallback(() => setAsked((before) => before + 1), []);
  return { ...state, refresh };
}

export const asCallError = (error: unknown): CallError =>
  error instanceof CallError
    ? error
    : new CallError({ code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) });
