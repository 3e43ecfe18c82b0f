import { join } from 'node:path';
import { execa } from 'execa';
import { expect, type TestContext, test } from 'vitest';
import { parseLocation } from '../../../../src/store/location.ts';
import { type Document, openDocument } from '../../../../src/store/objects/document.ts';
import { openLocalObjects } from '../../../../src/store/objects/local.ts';
import type { Objects } from '../../../../src/store/objects/objects.ts';
import { openS3Objects } from '../../../../src/store/objects/s3.ts';
import { seeded, startFaultProxy } from '../../../world/fault-proxy.ts';
import { addTo, Tally } from './committer.ts';
import { provideBucket, provideDirectories } from './places.ts';

const bucket = provideBucket();
const directories = provideDirectories();
const committer = join(import.meta.dirname, 'committer.ts');

const open = (objects: Objects): Document<Tally> => openDocument(objects, 'tally', Tally);

const kinds: Record<string, (context: TestContext) => Promise<{ place: string; objects: Objects }>> = {
  'a local directory': async () => {
    const place = directories.make();
    return { place, objects: openLocalObjects(place) };
  },
  'a bucket': async (context) => {
    const objects = await bucket.open(context);
    return { place: objects.place, objects };
  },
};

for (const [kind, make] of Object.entries(kinds)) {
  test(`${kind}: 16 writers in 4 processes, old versions deleted all the while: each commit counts exactly once`, async (context) => {
    const { place, objects } = await make(context);
    const names = ['a', 'b', 'c', 'd'];
    const told = await Promise.all(
      names.map(async (name) => {
        const { stdout } = await execa(process.execPath, [committer, place, name, '4', '5'], {
          env: process.env,
        });
        return Number(stdout);
      }),
    );
    expect(told).toEqual([20, 20, 20, 20]);
    const found = await open(objects).read();
    expect(found).toEqual({ version: 80, value: { counts: { a: 20, b: 20, c: 20, d: 20 } }, damaged: [] });
  });

  test(`${kind}: a process that dies right after its commit has made one commit, and hinders nobody`, async (context) => {
    const { place, objects } = await make(context);
    const env = { ...process.env, HIVEMIND_FAILPOINT: 'catalog.write:3' };
    const dead = await execa(process.execPath, [committer, place, 'dead', '1', '9'], { env, reject: false });
    expect(dead.signal).toBe('SIGKILL');
    expect((await open(objects).read())?.value).toEqual({ counts: { dead: 3 } });
    expect(await open(objects).update(addTo('alive'))).toMatchObject({
      value: { counts: { dead: 3, alive: 1 } },
    });
  });

  test(`${kind}: many documents of one process, and many commits of one document, count exactly once`, async (context) => {
    const { objects } = await make(context);
    const documents = Array.from({ length: 4 }, () => open(objects));
    const writers = documents.flatMap((document) => [document, document, document, document]);
    for (let round = 0; round < 3; round += 1)
      await Promise.all(writers.map((document, index) => document.update(addTo(`w${index}`))));
    const counts = (await open(objects).read())?.value.counts ?? {};
    expect(Object.values(counts)).toEqual(new Array(16).fill(3));
  });
}

test('a bucket behind a storm of faults: what was told to count counts once, what failed at most once', async (context) => {
  const objects = await bucket.open(context);
  const proxy = await startFaultProxy(bucket.need(context).endpoint);
  const location = parseLocation(objects.place, { endpoint: proxy.endpoint });
  const timing = { attemptMs: 1_000, deadlineMs: 3_000, maxAttempts: 2 };
  proxy.setSchedule(
    seeded(11, 0.25, [{ kind: 'cut' }, { kind: 'drop-response' }, { kind: 'slow-down' }, { kind: 'reset' }]),
  );
  const outcomes = await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (name) => {
      const document = open(await openS3Objects(location, timing));
      const outcome = { name, told: 0, failed: 0 };
      for (let round = 0; round < 12; round += 1)
        await document.update(addTo(name)).then(
          () => (outcome.told += 1),
          () => (outcome.failed += 1),
        );
      return outcome;
    }),
  );
  await proxy.close();
  const found = await open(objects).read();
  for (const { name, told, failed } of outcomes) {
    const count = found?.value.counts[name] ?? 0;
    expect(count, name).toBeGreaterThanOrEqual(told);
    expect(count, name).toBeLessThanOrEqual(told + failed);
  }
  expect(proxy.seen.filter(({ fault }) => fault !== null).length).toBeGreaterThan(20);
  expect(outcomes.reduce((sum, { told }) => sum + told, 0)).toBeGreaterThan(0);
});
