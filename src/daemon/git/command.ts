import { execa } from 'execa';
import { gitOptions } from '../repository.ts';

/** Most bytes that are taken from a git command; what says more is a failure. */
const outputLimitBytes = 64 << 20;

/** Reading the index would run the program of core.fsmonitor. */
export const safely = ['--no-optional-locks', '-c', 'core.fsmonitor=false'] as const;

export interface GitOptions {
  input?: string;
  env?: Record<string, string>;
}

/**
 * Exact output of a git command in `cwd`, null when it fails or says too much. Nothing of the environment reaches it but
 * PATH and HOME: a hook's GIT_DIR would make it look at another repository.
 */
export async function runGit(
  cwd: string,
  args: readonly string[],
  { input = '', env = {} }: GitOptions = {},
): Promise<string | null> {
  const result = await execa('git', [...safely, ...args], {
    ...gitOptions,
    env: { ...gitOptions.env, ...env },
    cwd,
    input,
    stripFinalNewline: false,
    maxBuffer: outputLimitBytes,
  });
  return result.exitCode === 0 ? result.stdout : null;
}
