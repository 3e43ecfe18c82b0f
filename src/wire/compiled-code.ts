import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { hivemindHome } from './paths.ts';

/** Keeps compiled code in the Hivemind home, where there is one, so that the next start is shorter. Without it all works. */
export function keepCompiledCode(): void {
  try {
    const home = hivemindHome();
    if (existsSync(home)) enableCompileCache(join(home, 'cache', 'compiled'));
  } catch {
    // Only speed is lost.
  }
}
