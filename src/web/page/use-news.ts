import { useLive } from './live.ts';
import type { Where } from './where.tsx';

/** Calls `onNews` when something of these types has come, or may have: what was missed is told without events. */
export function useNews(where: Where, types: RegExp, onNews: () => void): void {
  useLive(where, (events) => {
    if (events.length === 0 || events.some(({ type }) => types.test(type))) onNews();
  });
}
