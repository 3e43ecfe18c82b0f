import { join } from 'node:path';
import { packageDir } from './paths.ts';

/** `hivemind hook AGENT EVENT`: this process becomes the shim, which is what agents run themselves; it never fails. */
export function run(argv: string[]): void {
  process.execve?.('/bin/sh', ['sh', join(packageDir(), 'bin', 'hook.sh'), ...argv], process.env);
}
