import type { Place } from '../agent.ts';
import { ancestors } from '../paths.ts';

export const agentName = 'claude-code';

export const configDir = ({ userHome, environment }: Place): string =>
  (environment.CLAUDE_CONFIG_DIR || `${userHome}/.claude`).replace(/\/+$/, '');

/** Name of the folder in which Claude keeps the transcripts of work done in `cwd`. */
export const slugOf = (cwd: string): string => cwd.replace(/[^a-zA-Z0-9]/g, '-');

/**
 * The directory in which Claude was started. Hooks report the shell's current directory, which moves; the folder of
 * the transcript is named after the first one, so that it is the one above `cwd` with that name.
 */
export function startDirectory(cwd: string, transcriptPath: string | null): string {
  const slug = transcriptPath?.match(/[\\/]projects[\\/]([^\\/]+)[\\/]/)?.[1];
  return ancestors(cwd).find((directory) => slugOf(directory) === slug) ?? cwd;
}
