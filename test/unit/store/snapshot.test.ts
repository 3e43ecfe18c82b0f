import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSnapshot, type Snapshot, writeSnapshot } from '../../../src/store/snapshot.ts';

const directory = mkdtempSync(join(tmpdir(), 'hm-snapshot-'));
const path = join(directory, 'snapshot');
const snapshot: Snapshot = {
  view: {
    [`wr_${'1'.repeat(32)}`]: [
      [1, 1234],
      [1300, 1301],
    ],
    [`wr_${'2'.repeat(32)}`]: [[1, 7]],
  },
  counts: { events: 1243, length: 99_871 },
  records: { sessions: [['ses_1', { model: 'ä\n"', events: 3 }]], latest: null },
  counters: Buffer.from([1, 2, 3, 0, 0, 10, 13, 255]),
  keys: Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
};
let bytes: Buffer;
beforeAll(async () => {
  await writeSnapshot(path, 'folds-1', snapshot);
  bytes = readFileSync(path);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('it comes back as it was, to the same folds only', async () => {
  expect(await readSnapshot(path, 'folds-1')).toEqual(snapshot);
  expect(await readSnapshot(path, 'folds-2')).toBeNull();
  expect(await readSnapshot(join(directory, 'none'), 'folds-1')).toBeNull();
});

test('damaged at any byte, it is not believed', async () => {
  const damaged = join(directory, 'damaged');
  for (let at = 0; at < bytes.length; at += 1)
    for (const change of [1, 4, 0x20, 0xff]) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ change;
      writeFileSync(damaged, copy);
      const read = await readSnapshot(damaged, 'folds-1');
      if (read !== null) expect(read, `byte ${at} of ${bytes.length} ^ ${change}`).toEqual(snapshot);
    }
});

test('cut off anywhere, or longer than it was, it is not believed', async () => {
  const cut = join(directory, 'cut');
  for (let end = 0; end < bytes.length; end += 1) {
    writeFileSync(cut, bytes);
    truncateSync(cut, end);
    expect(await readSnapshot(cut, 'folds-1')).toBeNull();
  }
  writeFileSync(cut, Buffer.concat([bytes, Buffer.from('x')]));
  expect(await readSnapshot(cut, 'folds-1')).toBeNull();
});
