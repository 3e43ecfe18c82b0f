import { constants, setPriority } from 'node:os';
import { execa } from 'execa';
import { AppError, fromShape } from '../../schema/app-error.ts';
import type { ErrorShape } from '../../schema/errors.ts';
import type { Progress } from '../../schema/operation.ts';
import type { RunJob } from '../../store/job.ts';

/** What a job's process says on stdout, line by line. */
type Line = { progress: Progress } | { result: unknown } | Failure;

/** Why a job failed: an error of ours, or one of the file system or a bug. */
type Failure = { error: ErrorShape } | { failure: { message: string; code?: string; syscall?: string } };

const lowPriority = constants.priority.PRIORITY_BELOW_NORMAL;

/** Longest result: the places and problems of a whole store. */
const resultBytes = 256 << 20;

/** Runs store jobs as `node DAEMON store-job`: the job goes in as JSON on stdin, progress and result come out on stdout. */
export const runJobsWith =
  (daemonScript: string): RunJob =>
  async (job, signal, onProgress) => {
    const child = execa(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', daemonScript, 'store-job'],
      {
        input: JSON.stringify(job),
        stderr: 'inherit',
        cancelSignal: signal,
        forceKillAfterDelay: false,
        killSignal: 'SIGKILL',
        maxBuffer: resultBytes,
        buffer: false,
      },
    );
    // Whoever waits for an acknowledgement comes first.
    if (child.pid !== undefined) setPriority(child.pid, lowPriority);
    let last: Line | null = null;
    try {
      for await (const text of child) {
        last = JSON.parse(text) as Line;
        if ('progress' in last) onProgress?.(last.progress);
      }
    } catch (error) {
      // A job that fails says so before it ends with an error.
      if (last === null || !('error' in last || 'failure' in last)) throw error;
    }
    return resultOf(last);
  };

function resultOf(last: Line | null): unknown {
  if (last !== null && 'result' in last) return last.result;
  if (last !== null && 'error' in last) throw fromShape(last.error);
  if (last === null || !('failure' in last)) throw new Error('a store job ended without a result');
  const { message, ...known } = last.failure;
  throw Object.assign(new Error(message), known);
}

/** An error as the job's process tells it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AppError) return { error: error.toJSON() };
  const { message, stack, code, syscall } = error as NodeJS.ErrnoException;
  // What the disk says needs no stack; of a bug it is all that there is.
  if (syscall === undefined) return { failure: { message: stack ?? message } };
  return { failure: { message, syscall, ...(code === undefined ? {} : { code }) } };
}
