import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFaultProxy } from '../../world/fault-proxy.ts';
import { openRoom, range } from '../../world/store.ts';
import { provideBucket } from './objects/places.ts';

const bucket = provideBucket();

test('an upload of a merged table that takes longer than other requests may is waited for', async (context) => {
  const { endpoint } = bucket.need(context);
  const line = await startFaultProxy(endpoint);
  const location = { ...bucket.locate(context), endpoint: line.endpoint };
  const room = await openRoom(mkdtempSync(join(tmpdir(), 'hm-slow-')), [], location);
  try {
    await room.appendUpTo(20);
    await room.flushAll();
    // Every request but those of a build is given up after 15 s.
    line.setSchedule(({ method, url }) =>
      method === 'PUT' && url.includes('.lance/data/') ? { kind: 'latency', delayMs: 18_000 } : null,
    );
    await room.seal();
    const slow = line.seen.filter(({ fault }) => fault === 'latency');
    expect(slow.map(({ status }) => status)).toEqual([200]);
    expect(room.store.generations.catalog.tables.map(({ state }) => state)).toEqual(['sealed', 'hot']);
    line.setSchedule(null);
    expect(await room.seqs()).toEqual(range(1, 20));
  } finally {
    await room.remove();
    await line.close();
  }
}, 120_000);
