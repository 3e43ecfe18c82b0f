import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../../src/store/journal/journal.ts';
import {
  collect,
  makeEvents,
  makeFolder,
  segmentsIn,
  smallSegment,
  usedBytes,
  writeGroups,
  writer,
} from '../../world/journal.ts';
import { root } from '../house/source.ts';

let directory: string;
let remove: () => void;
beforeEach(() => {
  ({ directory, remove } = makeFolder());
});
afterEach(() => remove());

const moduleUrl = (path: string): string => JSON.stringify(pathToFileURL(join(root, path)).href);

/** Writes for ever in small segments and says which event is acknowledged; upkeep runs beside it. */
const endless = `
  import { writeSync } from 'node:fs';
  import { openJournal } from ${moduleUrl('src/store/journal/journal.ts')};
  import { makeEvents, smallSegment, writer } from ${moduleUrl('test/world/journal.ts')};
  const { journal } = await openJournal(process.argv[1], writer, 0, smallSegment);
  for (let seq = journal.lastSeq() + 1; seq < 2000; seq += 2) {
    await journal.write(makeEvents(seq, 2));
    writeSync(1, seq + 1 + '\\n');
    if (seq % 9 === 0) await journal.tidy(seq - 20, seq > 150 ? Date.now() + 1000 : 0);
  }
  throw new Error('nobody killed it');
`;

/** Runs until the failpoint kills it; returns the last event that it said was acknowledged. */
function runUntilKilled(failpoint: string): number {
  const { signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', endless, directory],
    {
      env: { ...process.env, HIVEMIND_FAILPOINT: failpoint },
      encoding: 'utf8',
    },
  );
  expect(signal, stderr).toBe('SIGKILL');
  return Number(stdout.trim().split('\n').at(-1));
}

test.each([
  'journal.write:11',
  'journal.sync:11',
  'segment.create:5',
  'segment.seal:4',
  'segment.compress:6',
  'segment.prune:2',
])('killed at %s nothing acknowledged is gone, twice in a row', async (failpoint) => {
  for (let round = 0; round < 2; round++) {
    const acked = runUntilKilled(failpoint);
    const { journal, events } = await openJournal(directory, writer, 0, smallSegment);
    const first = events[0]?.seq ?? 0;
    expect(first).toBeGreaterThan(0);
    expect(first === 1 || failpoint.startsWith('segment.prune')).toBe(true);
    // At most the group that was under way is there beyond what was said.
    expect([acked, acked + 2]).toContain(journal.lastSeq());
    expect(events).toEqual(makeEvents(first, journal.lastSeq() - first + 1));
    expect(await collect(journal.read(1, journal.lastSeq()))).toEqual(events);
    expect((await journal.verify()).damaged).toEqual([]);
    await journal.close();
    expect(readdirSync(directory).filter((name) => !/\.wal(\.zst)?$/.test(name))).toEqual([]);
  }
});

test('the next segment is ready before the present one is full', async () => {
  const journal = await writeGroups(directory, 3, 8 * smallSegment);
  for (let seq = 4; segmentsIn(directory).length === 1; seq++) {
    const [name = ''] = segmentsIn(directory);
    if (usedBytes(join(directory, name)) > 4 * smallSegment)
      await expect.poll(() => readdirSync(directory)).toContain('next.blank');
    await journal.write(makeEvents(seq, 1));
  }
  const [first = '', second = ''] = segmentsIn(directory);
  await journal.close();
  expect(statSync(join(directory, second)).size).toBe(8 * smallSegment);
  expect(statSync(join(directory, first)).size).toBeLessThan(8 * smallSegment);
  expect(readdirSync(directory)).toEqual([first, second]);
});

test('when the next segment cannot be prepared the present one is filled all the same, and the next write that needs room says so', async () => {
  // A folder has the name: whoever opens it for writing fails.
  mkdirSync(directory, { recursive: true });
  const { journal } = await openJournal(directory, writer, 0, 4 * smallSegment);
  await journal.write(makeEvents(1, 1));
  mkdirSync(join(directory, 'next.blank'));
  let seq = 2;
  const failures: unknown[] = [];
  for (; failures.length === 0; seq++)
    await journal.write(makeEvents(seq, 1)).catch((error) => failures.push(error));
  expect(failures).toMatchObject([{ code: 'UNAVAILABLE' }]);
  expect(usedBytes(join(directory, segmentsIn(directory)[0] ?? ''))).toBeGreaterThan(3 * smallSegment);
  rmdirSync(join(directory, 'next.blank'));
  const last = journal.lastSeq();
  await journal.write(makeEvents(last + 1, 30));
  await journal.close();
  const again = await openJournal(directory, writer, 0);
  expect(again.events).toEqual(makeEvents(1, last + 30));
  await again.journal.close();
});

test('on a full disk preparing fails silently, writing says RESOURCE_EXHAUSTED, and goes on when there is room', async (context) => {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0) {
    context.skip(`no tmpfs can be mounted here: ${(mounted.stderr ?? String(mounted.error)).trim()}`);
    return;
  }
  try {
    // Room for two segments of 24 KiB, not for three.
    const { journal } = await openJournal(directory, writer, 0, 6 * smallSegment);
    const failures: unknown[] = [];
    while (failures.length === 0)
      await journal.write(makeEvents(journal.lastSeq() + 1, 1)).catch((error) => failures.push(error));
    expect(failures).toMatchObject([{ code: 'RESOURCE_EXHAUSTED' }]);
    const last = journal.lastSeq();
    const [first = '', second = ''] = segmentsIn(directory);
    expect(usedBytes(join(directory, second))).toBeGreaterThan(5 * smallSegment);
    expect(readdirSync(directory)).toEqual([first, second]);
    expect(await collect(journal.read(1, last))).toEqual(makeEvents(1, last));
    // Compression has no room either, and says nothing; deleting makes some.
    expect(await journal.tidy(last, Date.now() + 1000)).toMatchObject({ deleted: 1 });
    await journal.write(makeEvents(last + 1, 2));
    await journal.close();
    const again = await openJournal(directory, writer, 0, 6 * smallSegment);
    expect(again.events.at(-1)?.seq).toBe(last + 2);
    expect(again.broken).toEqual([]);
    await again.journal.close();
  } finally {
    spawnSync('umount', ['-l', directory]);
  }
});
