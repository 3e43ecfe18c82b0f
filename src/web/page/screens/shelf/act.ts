import { useCallback, useState } from 'react';
import type { InputOf, OutputOf } from '../../../../schema/operation.ts';
import type { PageOperation } from '../../../../schema/page.ts';
import { type CallError, call } from '../../api.ts';
import { asCallError } from '../../use-call.ts';

export interface Act<N extends PageOperation> {
  isBusy: boolean;
  error: CallError | null;
  /** Calls it; null when it failed, and then `error` says why. */
  run: (input: InputOf<N>) => Promise<OutputOf<N> | null>;
}

/** An operation that is called when somebody says so. */
export function useAct<N extends PageOperation>(name: N): Act<N> {
  const [state, setState] = useState<{ isBusy: boolean; error: CallError | null }>({
    isBusy: false,
    error: null,
  });
  const run = useCallback(
    async (input: InputOf<N>) => {
      setState({ isBusy: true, error: null });
      try {
        const output = await call(name, input);
        setState({ isBusy: false, error: null });
        return output;
      } catch (error) {
        setState({ isBusy: false, error: asCallError(error) });
        return null;
      }
    },
    [name],
  );
  return { ...state, run };
}
