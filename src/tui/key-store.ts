import type { Key } from 'ink';
import { useCallback, useRef, useState } from 'react';

/** What keys do to the state of a screen. */
export interface KeyStoreParts<S, A, R> {
  reduce: (state: S, action: A) => S;
  /** The keys of one input of the terminal, which may hold several. */
  keysOf: (input: string, key: Key, state: S) => { input: string; key: Key }[];
  actionFor: (input: string, key: Key, state: S, reach: R) => A | 'quit' | null;
}

export interface KeyStore<S, A, R> {
  state: S;
  dispatch: (action: A) => void;
  /** Takes one input of the terminal; true when one of its keys quits. */
  press: (input: string, key: Key, reach: R) => boolean;
}

/** The state, and the newest one for keys that come faster than the screen is drawn. */
export function useKeyStore<S, A, R>(
  open: () => S,
  { reduce, keysOf, actionFor }: KeyStoreParts<S, A, R>,
): KeyStore<S, A, R> {
  const [state, setState] = useState(open);
  const latest = useRef(state);
  const dispatch = useCallback(
    (action: A) => {
      latest.current = reduce(latest.current, action);
      setState(latest.current);
    },
    [reduce],
  );
  const press = (input: string, key: Key, reach: R): boolean => {
    for (const single of keysOf(input, key, latest.current)) {
      const action = actionFor(single.input, single.key, latest.current, reach);
      if (action === 'quit') return true;
      if (action !== null) dispatch(action);
    }
    return false;
  };
  return { state, dispatch, press };
}
