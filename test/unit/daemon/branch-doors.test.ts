import { expect, test } from 'vitest';
import { playRound } from '../../world/branch-rounds.ts';

const size = { steps: 30, branches: 4 };

test('no door shows anything that is not seen from its branch, nor hides what is', async () => {
  const rounds = Number(process.env.BRANCH_ROUNDS ?? 3);
  // The first rounds are the same everywhere; one more looks for what nobody has thought of yet.
  const chance = Date.now() % 1_000_000;
  console.log(`the last round has the seed ${chance}`);
  for (const seed of [...Array.from({ length: rounds }, (_, index) => 20_261_121 + index), chance])
    expect((await playRound(seed, size)).events).toBeGreaterThan(50);
}, 600_000);
