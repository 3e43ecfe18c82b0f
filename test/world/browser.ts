import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { type Chromium, startChromium } from './chromium.ts';

export {
  axeOf,
  type Chromium,
  collectFaults,
  type OpenPage,
  type OpenPageOptions,
  startChromium,
} from './chromium.ts';

/** One Chromium for the tests of a file; where there is none, each of them is skipped and says why. */
export function giveChromium(args: string[] = []): () => Chromium {
  let found: Chromium | { skip: string };
  // On a busy machine a browser takes its time.
  vi.setConfig({ testTimeout: 180_000 });
  beforeAll(async () => {
    found = await startChromium(args);
  }, 300_000);
  beforeEach((context) => {
    if ('skip' in found) context.skip(found.skip);
  });
  afterAll(async () => {
    if (!('skip' in found)) await found.close();
  });
  return () => {
    if ('skip' in found) throw new Error(found.skip);
    return found;
  };
}
