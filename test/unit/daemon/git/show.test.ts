import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputOf } from '../../../../src/schema/operation.ts';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

let room: EngineRoom;
let root: string;
const env = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Dev',
  GIT_AUTHOR_EMAIL: 'dev@example.test',
  GIT_COMMITTER_NAME: 'Dev',
  GIT_COMMITTER_EMAIL: 'dev@example.test',
};
const git = async (...args: string[]): Promise<string> =>
  (await execa('git', args, { cwd: root, env, extendEnv: false })).stdout;
const write = (name: string, content: string | Buffer): void => writeFileSync(join(root, name), content);
const commit = async (message: string): Promise<void> => {
  await git('add', '-A');
  await git('commit', '-q', '-m', message);
};
const show = (more: object = {}): Promise<OutputOf<'git.show'>> =>
  room.call('git.show', { workspace: 'shop', cwd: root, ...more });

beforeAll(async () => {
  room = await openEngineRoom();
  root = join(room.directory, 'shop');
  mkdirSync(root);
  await git('init', '-q', '-b', 'main');
  await room.call('workspace.create', { name: 'shop', cwd: root });
  write('a.txt', 'one\ntwo\nthree\n');
  write('same.txt', `${Array.from({ length: 40 }, (_, at) => `line ${at}`).join('\n')}\n`);
  await commit('first\n\nwith a body');
});
afterAll(() => room.remove());

describe('git.show', () => {
  it('shows a first commit, its message and every file as added', async () => {
    const { commit: shown, message, files, parents, total } = await show();
    expect(shown).toMatchObject({ subject: 'first', author: 'Dev' });
    expect(message).toBe('first\n\nwith a body');
    expect([parents, total]).toEqual([[], 2]);
    expect(files[0]).toEqual({
      path: 'a.txt',
      from: null,
      change: 'added',
      added: 3,
      removed: 0,
      isBinary: false,
      isCut: false,
      hunks: [{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 3, lines: ['+one', '+two', '+three'] }],
    });
  });

  it('shows what came, went, moved, and became another kind of thing, each in its own hunks', async () => {
    write('a.txt', 'one\n2\nthree\n');
    renameSync(join(root, 'same.txt'), join(root, 'moved 日本.txt'));
    write('bin', Buffer.from([0, 1, 2, 255]));
    write('link', 'a file\n');
    write('@@ -1 +1 @@', 'diff --git a/x b/x\n@@ -1,1 +1,1 @@\n-no header\n');
    await commit('second');
    rmSync(join(root, 'link'));
    symlinkSync('a.txt', join(root, 'link'));
    write('zz', 'last\n');
    const { files } = await show();
    const byPath = new Map(files.map((file) => [file.path, file]));
    expect(byPath.get('a.txt')?.hunks[0]?.lines).toEqual([' one', '-two', '+2', ' three']);
    expect(byPath.get('moved 日本.txt')).toMatchObject({ from: 'same.txt', change: 'renamed', hunks: [] });
    expect(byPath.get('bin')).toMatchObject({ isBinary: true, change: 'added', hunks: [], isCut: false });
    expect(byPath.get('@@ -1 +1 @@')?.hunks).toHaveLength(1);
    expect(byPath.get('@@ -1 +1 @@')?.hunks[0]?.lines).toEqual([
      '+diff --git a/x b/x',
      '+@@ -1,1 +1,1 @@',
      '+-no header',
    ]);
    await commit('third');
    const third = await show();
    expect(third.files.map(({ path, change }) => [path, change])).toEqual([
      ['link', 'other'],
      ['zz', 'added'],
    ]);
    expect(third.files[0]?.hunks.flatMap(({ lines }) => lines)).toEqual(['-a file', '+a.txt']);
    expect(third.files[1]?.hunks[0]?.lines).toEqual(['+last']);
    expect((await show({ path: 'zz' })).files.map(({ path }) => path)).toEqual(['zz']);
    expect((await show({ commit: 'HEAD~2' })).commit.subject).toBe('first');
  });

  it('cuts what nobody reads, and says so', async () => {
    write('long', 'x'.repeat(10 << 20));
    write('many', `${'y\n'.repeat(5_000)}`);
    for (let at = 0; at < 310; at += 1) write(`n${at}`, `${at}\n`);
    write('raw', Buffer.from([0x66, 0xff, 0xfe, 0x0a]));
    await commit('large');
    const { files, total } = await show();
    expect([files.length, total]).toEqual([300, 313]);
    const byPath = new Map(files.map((file) => [file.path, file]));
    expect(byPath.get('long')?.isCut).toBe(true);
    expect(byPath.get('long')?.hunks[0]?.lines[0]?.length).toBeLessThan(3_000);
    expect(byPath.get('many')).toMatchObject({ added: 5_000, isCut: true });
    expect(byPath.get('many')?.hunks[0]?.lines).toHaveLength(2_000);
    expect(byPath.get('n7')?.hunks[0]?.lines).toEqual(['+7']);
    expect((await show({ path: 'raw' })).files[0]?.hunks[0]?.lines).toEqual(['+f��']);
  });

  it('shows a merge against its first parent, and a submodule as the commit that it is at', async () => {
    await git('checkout', '-q', '-b', 'side', 'HEAD~1');
    write('side', 'side\n');
    await commit('on the side');
    const inner = await git('rev-parse', 'HEAD');
    await git('checkout', '-q', 'main');
    await git('merge', '-q', '--no-ff', '-m', 'joined', 'side');
    const merged = await show();
    expect(merged.parents).toHaveLength(2);
    expect(merged.files.map(({ path }) => path)).toEqual(['side']);
    await git('update-index', '--add', '--cacheinfo', `160000,${inner},sub`);
    await git('commit', '-q', '-m', 'a submodule');
    expect((await show()).files[0]).toMatchObject({
      path: 'sub',
      hunks: [{ lines: [`+Subproject commit ${inner}`] }],
    });
  });

  it('runs nothing that the repository is set to run', async () => {
    const mark = join(room.directory, 'ran');
    const script = join(room.directory, 'evil.sh');
    writeFileSync(script, `#!/bin/sh\ntouch '${mark}'\ncat\n`, { mode: 0o755 });
    write('.gitattributes', '* diff=evil filter=evil\n');
    for (const key of [
      'diff.external',
      'diff.evil.command',
      'diff.evil.textconv',
      'core.pager',
      'core.fsmonitor',
    ])
      await git('config', key, script);
    await git('-c', 'core.fsmonitor=', 'add', '.gitattributes');
    await git('-c', 'core.fsmonitor=', 'commit', '-q', '-m', 'attributes');
    rmSync(mark, { force: true });
    expect((await show()).files[0]?.hunks[0]?.lines).toEqual(['+* diff=evil filter=evil']);
    await show({ commit: 'HEAD~2' });
    expect(() => rmSync(mark)).toThrow(/ENOENT/);
    await git('config', '--remove-section', 'diff.evil');
  });

  it('needs no directory where the repository is on this machine', async () => {
    const { commit: shown } = await room.call('git.show', { workspace: 'shop' }, { door: 'web' });
    expect(shown.subject).toBe('attributes');
    await room.call('workspace.create', { name: 'elsewhere', bind: false });
    await expect(room.call('git.show', { workspace: 'elsewhere' }, { door: 'web' })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: 'no git repository of "elsewhere" is on this machine',
    });
  });

  it.each([['--output=x'], ['-p'], ['HEAD\nmain']])('takes no option for a commit: %s', async (name) => {
    await expect(show({ commit: name })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('knows what is not there, and what lies outside', async () => {
    await expect(show({ commit: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(show({ commit: 'HEAD:a.txt' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(show({ path: '../x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
