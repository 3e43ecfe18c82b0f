import { mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Home, makeHome } from '../world/home.ts';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

const git = (cwd: string, ...args: string[]): Promise<unknown> =>
  execa('git', args, { cwd, env: home.env, extendEnv: false });

/** Name of the workspace that `cwd` belongs to; null for none. */
const workspaceOf = async (cwd: string): Promise<string | null> =>
  (await home.json<OutputOf<'status.show'>>(['status'], cwd)).workspace?.name ?? null;

const create = (name: string, cwd: string): Promise<OutputOf<'workspace.create'>> =>
  home.json(['workspace', 'create', name], cwd);

const directory = (...parts: string[]): string => {
  const path = join(home.dir, ...parts);
  mkdirSync(path, { recursive: true });
  return path;
};

test('a subdirectory, a link, a worktree and a clone of a clone belong to the repository’s workspace', async () => {
  const repo = await home.repository('repo');
  await create('w', repo);
  expect(await workspaceOf(directory('repo', 'src', 'deep'))).toBe('w');

  symlinkSync(repo, join(home.dir, 'link'));
  expect(await workspaceOf(join(home.dir, 'link'))).toBe('w');

  const worktree = join(home.dir, 'worktree');
  await git(repo, 'worktree', 'add', '-q', worktree);
  expect(await workspaceOf(worktree)).toBe('w');

  const clone = join(home.dir, 'clone');
  await git(home.dir, 'clone', '-q', repo, clone);
  expect(await workspaceOf(directory('clone', 'src'))).toBe('w');
  const again = join(home.dir, 'again');
  await git(home.dir, 'clone', '-q', clone, again);
  expect(await workspaceOf(again)).toBe('w');

  rmSync(repo, { recursive: true });
  expect(await workspaceOf(clone)).toBe('w');
});

test('clones of one remote belong together, however its address is written; another remote does not', async () => {
  const seed = await home.repository('seed');
  const clones: string[] = [];
  for (const [index, url] of [
    'https://github.test/team/app.git',
    'https://user:token@GitHub.test/team/app/',
    'git@github.test:team/app.git',
    'ssh://git@github.test:22/team/app',
    'https://github.test/other/app.git',
    'https://gitlab.test/team/app.git',
  ].entries()) {
    const clone = join(home.dir, `clone-${index}`);
    await git(home.dir, 'clone', '-q', seed, clone);
    await git(clone, 'remote', 'set-url', 'origin', url);
    clones.push(clone);
  }
  await create('w', clones[0] ?? '');
  const found = await Promise.all(clones.map(workspaceOf));
  // The last two have the same root commit, and that alone proves nothing: a template is the root of many projects.
  expect(found).toEqual(['w', 'w', 'w', 'w', null, null]);
  expect(await workspaceOf(seed)).toBe(null);
  // The same remote alone proves nothing either: the address may have been given to another project.
  const stranger = await home.repository('stranger');
  await git(stranger, 'remote', 'add', 'origin', 'https://github.test/team/app.git');
  expect(await workspaceOf(stranger)).toBe(null);
  const { workspaces } = await home.call('workspace.list', {});
  expect(JSON.stringify(workspaces)).not.toContain('token');
});

test('a repository that is bound before its first commit is known by what it becomes', async () => {
  const repo = directory('fresh');
  await git(repo, 'init', '-q', '-b', 'main');
  await create('w', repo);
  await git(repo, 'commit', '-q', '--allow-empty', '-m', 'first');
  await git(repo, 'remote', 'add', 'origin', 'https://github.test/team/fresh.git');
  const clone = join(home.dir, 'clone');
  await git(home.dir, 'clone', '-q', repo, clone);
  await git(clone, 'remote', 'set-url', 'origin', 'git@github.test:team/fresh.git');
  expect(await workspaceOf(clone)).toBe('w');
  expect(await workspaceOf(repo)).toBe('w');
});

test('a directory outside git binds itself and what is below it, the nearest first', async () => {
  const outer = directory('notes');
  await create('outer', outer);
  expect(await workspaceOf(directory('notes', 'a', 'b'))).toBe('outer');
  expect(await workspaceOf(directory('notes-of-others'))).toBe(null);
  expect(await workspaceOf(home.dir)).toBe(null);
  // A repository is a place of its own.
  expect(await workspaceOf(await home.repository('notes/repo'))).toBe(null);

  await home.json(['workspace', 'create', 'inner', '--no-bind']);
  const inner = directory('notes', 'a');
  await home.json(['connect', 'claude-code', '--workspace', 'inner'], inner);
  expect(await workspaceOf(directory('notes', 'a', 'b'))).toBe('inner');
  expect(await workspaceOf(outer)).toBe('outer');
});

test('a directory that becomes a repository stays where it was', async () => {
  const path = directory('later');
  await create('w', path);
  await git(path, 'init', '-q');
  expect(await workspaceOf(path)).toBe('w');
  expect(await workspaceOf(directory('later', 'src'))).toBe('w');
});

test('a checkout that is bound is not bound elsewhere without being asked to', async () => {
  const repo = await home.repository('repo');
  await create('w', repo);
  const clone = join(home.dir, 'clone');
  await git(home.dir, 'clone', '-q', repo, clone);
  for (const cwd of [repo, clone, directory('repo', 'src')]) {
    const { exitCode, stderr } = await home.hivemind(['workspace', 'create', 'second'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('"w"');
  }
  await home.json(['workspace', 'create', 'third', '--no-bind']);
  const connected = await home.hivemind(['connect', 'claude-code', '--workspace', 'third'], { cwd: repo });
  expect(connected.exitCode).toBe(1);
  expect(connected.stderr).toContain('"w"');
  expect(await workspaceOf(repo)).toBe('w');
  expect((await home.call('workspace.list', {})).workspaces.map(({ name }) => name)).toEqual(['w', 'third']);
});

test('a directory whose name holds a line break or a quote is nobody else’s', async () => {
  const repo = await home.repository('repo');
  await create('w', repo);
  const strange = directory('it\'s "quoted" $(id)');
  await create('strange', strange);
  expect(await workspaceOf(strange)).toBe('strange');
  // What git prints for this place begins with the line that it prints for the other one.
  const broken = directory('repo', '.git\n');
  await git(broken, 'init', '-q');
  expect(realpathSync(broken)).toContain('\n');
  expect(await workspaceOf(broken)).toBe(null);
});
