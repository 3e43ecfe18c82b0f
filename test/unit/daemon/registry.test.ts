import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRegistry } from '../../../src/daemon/registry.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hm-registry-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a workspace that cannot be read is an error that names its file, not a workspace that never was', async () => {
  const folder = join(directory, `ws_${'a'.repeat(32)}`);
  mkdirSync(folder);
  expect((await openRegistry(directory)).list()).toEqual([]);
  for (const text of ['', '{"id":', '{"id":1}']) {
    writeFileSync(join(folder, 'workspace.json'), text);
    await expect(openRegistry(directory)).rejects.toMatchObject({
      code: 'DATA_LOSS',
      message: expect.stringContaining(join(folder, 'workspace.json')),
    });
  }
});
