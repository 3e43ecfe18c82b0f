import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRegistry } from '../../../src/daemon/registry.ts';
import type { Workspace } from '../../../src/schema/records.ts';

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

const workspaceOf = (digit: string, given: Partial<Workspace> = {}): Workspace => ({
  id: `ws_${digit.repeat(32)}`,
  name: `w${digit}`,
  createdAt: 1,
  repositories: [],
  store: null,
  ...given,
});

const fill = async (folder: string): Promise<void> => writeFileSync(join(folder, 'content'), 'x');

test('a workspace is restored whole or not at all, and never over another one', async () => {
  const registry = await openRegistry(directory);
  const failing = registry.restore(workspaceOf('1'), async (folder) => {
    await fill(folder);
    throw new Error('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  expect([readdirSync(directory), registry.list()]).toEqual([[], []]);
  await registry.restore(workspaceOf('1'), fill);
  expect(readFileSync(join(directory, workspaceOf('1').id, 'content'), 'utf8')).toBe('x');
  expect((await openRegistry(directory)).list()).toEqual([workspaceOf('1')]);
  for (const taken of [workspaceOf('1', { name: 'other' }), workspaceOf('2', { name: 'W1' })])
    await expect(registry.restore(taken, fill)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  mkdirSync(join(directory, workspaceOf('3').id));
  writeFileSync(join(directory, workspaceOf('3').id, 'events'), 'y');
  await expect(registry.restore(workspaceOf('3'), fill)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
});

test('what a crash left of a restoration is taken away, and two at once do not both succeed', async () => {
  mkdirSync(join(directory, `${workspaceOf('1').id}.17.restoring`));
  const registry = await openRegistry(directory);
  expect(readdirSync(directory)).toEqual([]);
  const both = await Promise.allSettled([1, 2].map(() => registry.restore(workspaceOf('1'), fill)));
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const sameName = [workspaceOf('2', { name: 'n' }), workspaceOf('3', { name: 'N' })];
  const named = await Promise.allSettled(sameName.map((one) => registry.restore(one, fill)));
  expect(named.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(readdirSync(directory)).toHaveLength(2);
});

test('a restored workspace does not take a repository from the one that is bound to it', async () => {
  const registry = await openRegistry(directory);
  const repository = { directory: '/r/.git', git: true, rootCommit: 'c', remotes: ['host/r'] };
  const other = { ...repository, directory: '/other/.git', rootCommit: 'd' };
  await registry.restore(workspaceOf('1', { repositories: [repository] }), fill);
  const clone = { ...repository, directory: '/clone/.git' };
  const { workspace, unbound } = await registry.restore(
    workspaceOf('2', { repositories: [clone, other] }),
    fill,
  );
  expect([workspace.repositories, unbound]).toEqual([[other], [clone]]);
});
