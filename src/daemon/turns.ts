import { setImmediate } from 'node:timers/promises';
import { Semaphore } from 'async-mutex';

/** Searches that run at a time: each keeps the one thread busy for some milliseconds, and LanceDB's threads in between. */
const atOnce = 4;
const turns = new Semaphore(atOnce);

/**
 * Does a search when it is its turn. Hundreds that come in one moment would otherwise be worked off in one go, and
 * nobody else would be heard meanwhile.
 */
export const inTurn = <T>(search: () => Promise<T>): Promise<T> =>
  turns.runExclusive(async () => {
    await setImmediate();
    return search();
  });
