import { AppError } from '../../schema/app-error.ts';
import type { CallContext, Progress } from '../../schema/operation.ts';
import type { Watch } from '../../store/verification.ts';

/** So often it is said how far the work is, also when it is no further: a client gives up after 30 s of silence. */
const repeatMs = 10_000;

/** Runs long work that ends when the caller goes away. */
export async function watched<T>(
  { signal = new AbortController().signal, onProgress }: CallContext,
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  let last: Progress = { message: 'opening the workspace', done: 0, total: 0 };
  const report = (progress: Progress): void => {
    const { message, done, total } = progress;
    if (message === last.message && done === last.done && total === last.total) return;
    last = progress;
    onProgress?.(progress);
  };
  const timer = setInterval(() => onProgress?.(last), repeatMs);
  try {
    return await work({ signal, onProgress: report });
  } catch (error) {
    throw signal.aborted ? new AppError('ABORTED', 'interrupted', { cause: error }) : error;
  } finally {
    clearInterval(timer);
  }
}
