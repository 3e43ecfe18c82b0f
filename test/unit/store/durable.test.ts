import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listTree } from '../../../src/store/durable.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hm-tree-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a folder that compaction takes away while the tree is read costs no other file its sync', async () => {
  const names = Array.from({ length: 200 }, (_, index) => join(root, `index-${index}`));
  for (const name of names) {
    mkdirSync(name);
    writeFileSync(join(name, 'part'), 'x');
  }
  writeFileSync(join(root, 'kept'), 'x');
  const listing = listTree(root);
  for (const name of names) rmSync(name, { recursive: true });
  const { files, directories } = await listing;
  expect(files).toContain(join(root, 'kept'));
  expect(directories).toContain(root);
});

test('an absent root has nothing in it', async () => {
  expect(await listTree(join(root, 'nowhere'))).toEqual({ files: [], directories: [] });
});
