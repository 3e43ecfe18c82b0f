import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../location.ts';
import { checkKey, checkPrefix } from './key.ts';
import type { Inspected, Objects } from './objects.ts';
import { createS3Client, loadSdk } from './s3-client.ts';
import { classify, isTransient, toStoreError } from './s3-error.ts';

export interface S3Timing {
  /** For one attempt; it must let a store through that takes 10 s to answer. */
  attemptMs: number;
  /** For all attempts of one request together. */
  deadlineMs: number;
  maxAttempts: number;
  /** Keys per page of a listing; S3 gives at most 1,000. */
  pageSize: number;
}

const TIMING: S3Timing = { attemptMs: 12_000, deadlineMs: 30_000, maxAttempts: 5, pageSize: 1_000 };
const FIRST_PAUSE_MS = 100;

/**
 * Objects under the location's prefix. Needs a store that honours `If-None-Match: *`: see `probeConditionalPut`.
 * Throws UNAVAILABLE, PERMISSION_DENIED, NOT_FOUND (no such bucket), RESOURCE_EXHAUSTED (throttled), each within
 * `deadlineMs`, a put within `attemptMs` more. A putIfAbsent that throws UNAVAILABLE may have been done, or may still
 * come to be done.
 *
 * Two writers that put the same bytes under one key may both be told true: content must say who wrote it.
 */
export async function openS3Objects(location: S3Location, timing: Partial<S3Timing> = {}): Promise<Objects> {
  const { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } = await loadSdk();
  const { attemptMs, deadlineMs, maxAttempts, pageSize } = { ...TIMING, ...timing };
  const { bucket: Bucket, prefix } = location;
  const place = `s3://${Bucket}/${prefix}`;
  const keyOf = (key: string): { Bucket: string; Key: string } => ({
    Bucket,
    Key: `${prefix}/${checkKey(key)}`,
  });
  let client: Promise<S3Client> | null = null;

  const dropClient = (): void => {
    client?.then((old) => old.destroy()).catch(() => undefined);
    client = null;
  };

  const request = async <T>(
    send: (client: S3Client, abortSignal: AbortSignal) => Promise<T>,
    limitMs = deadlineMs,
  ): Promise<T> => {
    const end = performance.now() + limitMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        client ??= createS3Client(location);
        const left = Math.max(1, Math.min(attemptMs, end - performance.now()));
        return await send(await client, AbortSignal.timeout(Math.ceil(left)));
      } catch (error) {
        const failure = classify(error);
        // Credentials that were refused are read again for the next request.
        if (failure === 'denied') dropClient();
        const pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
        const late = performance.now() + pauseMs >= end;
        if (!isTransient(failure) || attempt >= maxAttempts || late) throw toStoreError(error, place);
        await sleep(pauseMs);
      }
    }
  };

  const get = (key: string, limitMs = deadlineMs): Promise<Buffer | null> =>
    request(async (s3, abortSignal) => {
      try {
        const { Body } = await s3.send(new GetObjectCommand(keyOf(key)), { abortSignal });
        return Body === undefined ? Buffer.alloc(0) : await readBody(Body, abortSignal);
      } catch (error) {
        if (classify(error) === 'no-object') return null;
        throw error;
      }
    }, limitMs);

  const putIfAbsent = async (key: string, content: Buffer): Promise<boolean> => {
    const input = { ...keyOf(key), Body: content, IfNoneMatch: '*' };
    let unsure = false;
    const isOurs = async (): Promise<boolean | null> => (await get(key, attemptMs))?.equals(content) ?? null;
    try {
      return await request(async (s3, abortSignal) => {
        try {
          await s3.send(new PutObjectCommand(input), { abortSignal });
          return true;
        } catch (error) {
          const failure = classify(error);
          // After an attempt of unknown end the object that is there may be our own.
          const ours = failure !== 'exists' ? null : unsure ? await isOurs() : false;
          if (ours !== null) return ours;
          unsure ||= failure === 'down';
          throw error;
        }
      });
    } catch (error) {
      const ours = unsure ? await isOurs().catch(() => null) : null;
      if (ours !== null) return ours;
      throw error;
    }
  };

  const inspect = async (begin: string): Promise<Inspected[]> => {
    const found: Inspected[] = [];
    const Prefix = `${prefix}/${checkPrefix(begin)}`;
    for (let token: string | undefined, more = true; more; ) {
      const input = {
        Bucket,
        Prefix,
        MaxKeys: pageSize,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      };
      const page = await request((s3, abortSignal) =>
        s3.send(new ListObjectsV2Command(input), { abortSignal }),
      );
      for (const { Key, Size = 0, LastModified } of page.Contents ?? []) {
        if (Key === undefined) continue;
        // What has no time is as new as can be.
        const modifiedAt = LastModified?.getTime() ?? Number.POSITIVE_INFINITY;
        found.push({ key: Key.slice(prefix.length + 1), sizeBytes: Size, modifiedAt });
      }
      token = page.NextContinuationToken;
      more = page.IsTruncated === true && token !== undefined;
    }
    return found.sort((one, other) => (one.key < other.key ? -1 : 1));
  };

  return {
    place,
    get: (key) => get(key),
    putIfAbsent,
    list: async (begin) => (await inspect(begin)).map(({ key }) => key),
    inspect,
    delete: async (key) => {
      await request((s3, abortSignal) => s3.send(new DeleteObjectCommand(keyOf(key)), { abortSignal }));
    },
    close: dropClient,
  };
}

interface Body {
  transformToByteArray(): Promise<Uint8Array>;
}

/** The time limit holds for the body too; the SDK's ends with the head of the answer. */
async function readBody(body: Body, signal: AbortSignal): Promise<Buffer> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Buffer.from(await Promise.race([body.transformToByteArray(), late]));
}
