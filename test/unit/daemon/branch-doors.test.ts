import { expect, test } from 'vitest';
import { playRound } from '../../world/branch-rounds.ts';

/** As the other properties: the same everywhere, others on demand. `npm run torture -- branches` takes longer. */
const firstSeed = Number(process.env.FC_SEED ?? 20_261_121);
const rounds = 3;

test('no door shows anything that is not seen from its branch, nor hides what is', async () => {
  for (let round = 0; round < rounds; round += 1)
    expect((await playRound(firstSeed + round, { steps: 25, branches: 4 })).events).toBeGreaterThan(100);
}, 300_000);
