import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, type TestContext } from 'vitest';
import type { S3Location } from '../../../../src/store/location.ts';
import { openLocalObjects } from '../../../../src/store/objects/local.ts';
import type { Objects } from '../../../../src/store/objects/objects.ts';
import { openS3Objects, type S3Timing } from '../../../../src/store/objects/s3.ts';
import { type S3, setAwsVariables, startS3 } from '../../../world/s3.ts';

const S3_START_MS = 300_000;

/** The real S3 server for the tests of one file. */
export interface Bucket {
  /** Skips the test, with the reason, where there is none. */
  need(context: TestContext): S3;
  /** Objects under a prefix that nobody else uses; `endpoint` may be a proxy's. */
  open(context: TestContext, endpoint?: string, timing?: Partial<S3Timing>): Promise<Objects>;
  /** A prefix that nobody else uses. */
  locate(context: TestContext): S3Location;
}

/** To be called once, outside the tests. */
export function provideBucket(): Bucket {
  let found: S3 | { skip: string } = { skip: 'not started' };
  let prefixes = 0;
  beforeAll(async () => {
    found = await startS3();
    if (!('skip' in found)) setAwsVariables(found.env);
  }, S3_START_MS);
  afterAll(() => {
    if (!('skip' in found)) found.stop();
  });
  const need = (context: TestContext): S3 => ('skip' in found ? context.skip(found.skip) : found);
  const locate = (context: TestContext): S3Location => {
    const { bucket } = need(context);
    prefixes += 1;
    return { kind: 's3', bucket, prefix: `p${prefixes}`, endpoint: null, region: null };
  };
  return {
    need,
    locate,
    open: (context, endpoint, timing) =>
      openS3Objects({ ...locate(context), endpoint: endpoint ?? null }, timing),
  };
}

/** A directory for the tests of one file. */
export function provideDirectories(): { make(): string } {
  const made: string[] = [];
  afterAll(() => {
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
  });
  return {
    make: () => {
      const directory = mkdtempSync(join(tmpdir(), 'hm-objects-'));
      made.push(directory);
      return directory;
    },
  };
}

/** Both kinds of objects, freshly made by `open`: what holds for one holds for the other. */
export function providePlaces(): { kind: string; open(context: TestContext): Promise<() => Objects> }[] {
  const bucket = provideBucket();
  const directories = provideDirectories();
  return [
    {
      kind: 'a local directory',
      open: async () => {
        const directory = directories.make();
        return () => openLocalObjects(directory);
      },
    },
    {
      kind: 'a bucket',
      open: async (context) => {
        const objects = await bucket.open(context, undefined, { pageSize: 3 });
        return () => objects;
      },
    },
  ];
}
