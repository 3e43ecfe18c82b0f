import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageDir } from './paths.ts';

/** `hivemind hook AGENT EVENT`: hands over to the shim, which is what agents run themselves. Never fails. */
export async function run(argv: string[]): Promise<void> {
  const child = spawn('/bin/sh', [join(packageDir(), 'bin', 'hook.sh'), ...argv], { stdio: 'inherit' });
  await new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
}
