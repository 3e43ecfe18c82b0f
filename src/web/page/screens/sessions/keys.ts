import { useKeys } from '../../use-keys.ts';

export interface SessionKeys {
  at: number;
  total: number;
  onMove: (to: number) => void;
  onOpen: (index: number) => void;
}

const screenRows = 15;

const moves: readonly (readonly [string, number])[] = [
  ['j', 1],
  ['k', -1],
  ['ArrowDown', 1],
  ['ArrowUp', -1],
  ['PageDown', screenRows],
  ['PageUp', -screenRows],
  ['Home', Number.NEGATIVE_INFINITY],
  ['End', Number.POSITIVE_INFINITY],
];

/** `j` and `k` go through the list, Enter opens, `/` searches, unless something is being typed. */
export function useSessionKeys({ at, total, onMove, onOpen }: SessionKeys): void {
  const move = (by: number) => () => total > 0 && onMove(Math.max(0, Math.min(total - 1, at + by)));
  const open = ({ target }: KeyboardEvent): unknown => {
    const isLink = target instanceof Element && target.closest('a, button') !== null;
    return !isLink && total > 0 && onOpen(at);
  };
  useKeys({
    ...Object.fromEntries(moves.map(([key, by]) => [key, move(by)])),
    '/': () => document.getElementById('session-search')?.focus(),
    Enter: open,
  });
}
