import { randomUUID } from 'node:crypto';
import { AppError } from '../../schema/app-error.ts';
import type { Objects } from './objects.ts';

/** What time it is by the clock of the place that keeps the objects: epoch milliseconds, less up to a second. */
export async function placeTime(objects: Objects): Promise<number> {
  const key = `probe/${randomUUID()}`;
  try {
    await objects.putIfAbsent(key, Buffer.from(key));
    const [found] = await objects.inspect(key);
    if (found !== undefined) return found.modifiedAt;
  } finally {
    await objects.delete(key).catch(() => undefined);
  }
  throw new AppError('UNAVAILABLE', `${objects.place} does not list what was put into it`);
}
