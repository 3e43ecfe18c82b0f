import { expect, test } from 'vitest';
import { createUsageSum } from '../../../src/core/usage.ts';

test('adds up what answers took, and takes nothing else for that', () => {
  const sum = createUsageSum();
  for (const body of [
    {},
    { tokens: 312 },
    { tokens: { handoff: 70, transcript: 9000 } },
    { tokens: null },
    { costUsd: 'x' },
  ])
    sum.add(body);
  expect(sum.total()).toBeNull();
  sum.add({ tokens: { input: 10, output: Number.NaN, cacheRead: '5' } });
  sum.add({ tokens: { output: 3 }, costUsd: 0.5 });
  expect(sum.total()).toEqual({ input: 10, output: 3, cacheRead: 0, cacheWrite: 0, costUsd: 0.5 });
});
