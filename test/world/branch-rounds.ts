import { checkDoors, checkShut } from './branch-doors.ts';
import { type Forest, plantForest, reopen, store } from './branch-forest.ts';
import { step } from './branch-steps.ts';
import { createRandom, type Random } from './random.ts';

/** How much is done in a round. */
export interface RoundSize {
  /** Steps before each look. */
  steps: number;
  /** Branches that are looked at each time; the others at other times. */
  branches: number;
}

/** One random forest, held to the model while its events are in memory, in tables, in both, and after it was opened again. */
export async function playRound(
  seed: number,
  size: RoundSize,
): Promise<{ events: number; branches: number }> {
  const random = createRandom(seed);
  const forest = await plantForest(random.fork());
  try {
    await live(forest, random, size);
    await store(forest, true);
    await look(forest, random, size);
    await reopen(forest, { isSaved: random.chance(0.5), as: 'new' });
    await live(forest, random, size);
    await reopen(forest, { isSaved: random.chance(0.5), as: 'earlier' });
    await look(forest, random, size);
    await live(forest, random, size);
    await store(forest, random.chance(0.5));
    await reopen(forest, { isSaved: true, as: random.pick(['earlier', 'earlier', 'new']) });
    await live(forest, random, size);
    return { events: forest.model.facts.length, branches: forest.model.lines.size };
  } catch (error) {
    throw new Error(`seed ${seed}, after:\n  ${forest.story.slice(-60).join('\n  ')}`, { cause: error });
  } finally {
    await forest.room.remove();
  }
}

async function live(forest: Forest, random: Random, size: RoundSize): Promise<void> {
  for (let done = 0; done < size.steps; done += 1) await step(forest);
  await look(forest, random, size);
}

async function look(forest: Forest, random: Random, { branches }: RoundSize): Promise<void> {
  const { model } = forest;
  for (const branch of random.shuffle(model.live()).slice(0, branches)) await checkDoors(forest, branch);
  const gone = [...model.lines.keys()].filter((name) => model.line(name).isDeleted);
  if (gone.length > 0) await checkShut(forest, random.pick(gone));
}
