import { AppError } from '../schema/app-error.ts';
import type { CallContext } from '../schema/operation.ts';

/**
 * Returns what a call of `total` steps calls before each of them: it tells how far the call is, and throws ABORTED when
 * nobody waits for it any more. `what` is the call in words.
 */
export function stepsOf(
  { signal, onProgress }: Pick<CallContext, 'signal' | 'onProgress'>,
  { what, total }: { what: string; total: number },
): (message: string) => void {
  let done = 0;
  return (message) => {
    if (signal?.aborted)
      throw new AppError('ABORTED', `${what} was cancelled`, { hint: 'nothing was changed' });
    onProgress?.({ message, done, total });
    done += 1;
  };
}
