import type { Usage } from '../schema/records.ts';

/** As much of an event's body as says what an answer took. */
export interface Measured {
  tokens?: unknown;
  costUsd?: unknown;
}

/** Adds up what answers took, as far as their agents say. */
export interface UsageSum {
  add(body: Measured): void;
  /** Null: nothing was said. */
  total(): Usage | null;
}

const parts = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;

export function createUsageSum(): UsageSum {
  const sum = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let costUsd: number | null = null;
  let isSaid = false;
  return {
    add: ({ tokens, costUsd: cost }) => {
      // Other events say by `tokens` how long they are themselves: a number, or the lengths of a handoff.
      const counts = typeof tokens === 'object' && tokens !== null ? (tokens as Record<string, unknown>) : {};
      for (const name of parts) {
        if (counts[name] !== undefined) isSaid = true;
        sum[name] += numberOf(counts[name]);
      }
      if (typeof cost !== 'number') return;
      isSaid = true;
      costUsd = (costUsd ?? 0) + numberOf(cost);
    },
    total: () => (isSaid ? { ...sum, costUsd } : null),
  };
}

const numberOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0;
