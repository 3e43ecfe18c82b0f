import { useEffect, useRef } from 'react';
import { isTyping } from '../../frame.tsx';

export interface SessionKeys {
  at: number;
  total: number;
  onMove: (to: number) => void;
  onOpen: (index: number) => void;
}

const screenRows = 15;

const moves: Record<string, number> = {
  j: 1,
  k: -1,
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: screenRows,
  PageUp: -screenRows,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** `j` and `k` go through the list, Enter opens, `/` searches, unless something is being typed. */
export function useSessionKeys(keys: SessionKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let isGoing = false;
    const onKey = (event: KeyboardEvent): void => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
      const wasGoing = isGoing;
      isGoing = !wasGoing && key === 'g';
      if (wasGoing) return;
      if (act(key, target, latest.current)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function act(key: string, target: EventTarget | null, { at, total, onMove, onOpen }: SessionKeys): boolean {
  const by = Object.hasOwn(moves, key) ? moves[key] : undefined;
  if (by !== undefined && total > 0) {
    onMove(Math.max(0, Math.min(total - 1, at + by)));
    return true;
  }
  if (key === '/') {
    document.getElementById('session-search')?.focus();
    return true;
  }
  const isLink = target instanceof Element && target.closest('a, button') !== null;
  if (key !== 'Enter' || isLink || total === 0) return false;
  onOpen(at);
  return true;
}
