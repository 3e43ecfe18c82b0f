import { randomUUID } from 'node:crypto';
import { AppError } from '../../schema/app-error.ts';
import type { Objects } from './objects.ts';

/**
 * Finds out whether the store refuses to put an object over another (`If-None-Match: *`). A store that does not lets two
 * writers commit the same step, and every commit that is overwritten loses its events without an error. Throws
 * FAILED_PRECONDITION for such a store, and what the store throws.
 */
export async function probeConditionalPut(objects: Objects): Promise<void> {
  const key = `probe/${randomUUID()}`;
  const [first, second] = [Buffer.from(`first ${key}`), Buffer.from(`second ${key}`)];
  try {
    const refusal = await tryPut(objects, key, first);
    if (refusal !== true) throw unsafe(objects, 'does not know conditional writes', refusal);
    const again = await objects.putIfAbsent(key, second);
    const kept = await objects.get(key);
    if (again || kept === null || !kept.equals(first)) throw unsafe(objects, 'ignores conditional writes');
  } finally {
    await objects.delete(key).catch(() => undefined);
  }
}

/** True, or why the store cannot do it. Throws when it is away. */
async function tryPut(objects: Objects, key: string, content: Buffer): Promise<unknown> {
  try {
    return await objects.putIfAbsent(key, content);
  } catch (error) {
    if (error instanceof AppError && error.code === 'FAILED_PRECONDITION') return error;
    throw error;
  }
}

const unsafe = (objects: Objects, fault: string, cause?: unknown): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `${objects.place}: this store ${fault} (If-None-Match: *), so several writers would overwrite each other's commits and silently lose events`,
    {
      hint: 'use a store that honours If-None-Match: * (Amazon S3, Cloudflare R2, MinIO, Ceph), or keep the workspace on a local disk',
      details: { place: objects.place },
      cause,
    },
  );
