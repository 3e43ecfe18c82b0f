import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gitHooks } from '../../src/core/git/report.ts';
import { checkoutAt, eventOf, script } from '../world/git.ts';
import { begin, gitHooksOf, hooksOf, isTold, serial } from '../world/git-install.ts';
import { makeHome } from '../world/home.ts';
import { treeOf } from '../world/tree.ts';

const home = makeHome();
const { install, uninstall, status } = gitHooksOf(home);

beforeAll(() => home.json(['daemon', 'start']));
afterAll(() => home.remove());

describe('hivemind git install', () => {
  test('plain: all hooks, twice is once, nothing by --dry-run, and nothing is left', async () => {
    const repo = await begin(home);
    const before = treeOf(join(repo.path, '.git'));
    const dry = await install(repo, { 'dry-run': true });
    expect(dry.hooks.map(({ action }) => action)).toEqual(gitHooks.map(() => 'created'));
    expect(treeOf(join(repo.path, '.git'))).toEqual(before);
    expect((await home.hivemind(['git', 'status'], { cwd: repo.path })).exitCode).toBe(1);

    await install(repo);
    const after = treeOf(join(repo.path, '.git'));
    expect((await install(repo)).hooks.map(({ action }) => action)).toEqual(gitHooks.map(() => 'unchanged'));
    expect(treeOf(join(repo.path, '.git'))).toEqual(after);
    expect((await status(repo)).installed).toBe(true);
    expect((await home.hivemind(['git', 'status'], { cwd: repo.path })).exitCode).toBe(0);
    await isTold(home, repo);
    expect(await repo.git(['status', '--porcelain'])).toBe('');
    await uninstall(repo);
    expect(Object.keys(treeOf(hooksOf(repo)))).toEqual(
      Object.keys(before).flatMap((name) => (name.startsWith('hooks/') ? [name.slice(6)] : [])),
    );
    expect((await status(repo)).hooks.map(({ state }) => state)).toEqual(gitHooks.map(() => 'missing'));
  });

  test('hooks of one’s own run first, with the same arguments and input; their exit code counts', async () => {
    const repo = await begin(home);
    const heard = join(home.dir, `heard-${serial()}`);
    const say = (hook: string): string[] => [
      `{ printf '%s' '${hook}'; printf ' <%s>' "$@"; [ ${hook} != post-rewrite ] || cat; echo; } >>'${heard}'`,
    ];
    script(join(hooksOf(repo), 'post-commit'), say('post-commit'));
    script(join(hooksOf(repo), 'post-rewrite'), say('post-rewrite'), '#!/usr/bin/env bash');
    script(join(hooksOf(repo), 'prepare-commit-msg'), [
      ...say('prepare-commit-msg'),
      'grep -q forbidden "$1" && exit 7',
      'exit 0',
    ]);
    mkdirSync(join(repo.path, 'tools'));
    script(join(repo.path, 'tools', 'merged'), say('post-merge'));
    symlinkSync('../../tools/merged', join(hooksOf(repo), 'post-merge'));
    chmodSync(join(hooksOf(repo), 'post-commit'), 0o750);
    writeFileSync(join(hooksOf(repo), 'post-checkout'), Buffer.from([0x23, 0x21, 0xff, 0xfe, 0x0a]), {
      mode: 0o644,
    });
    const before = treeOf(hooksOf(repo));
    const inode = statSync(join(hooksOf(repo), 'post-commit')).ino;
    const { hooks } = await install(repo);
    expect(hooks.map(({ kept }) => kept !== null)).toEqual(gitHooks.map(() => true));
    await install(repo);

    await isTold(home, repo);
    const old = await repo.head();
    await repo.git(['commit', '-q', '--amend', '-m', 'amended']);
    expect((await eventOf(home, repo.path, 'git.rewritten', await repo.head())).body.from).toEqual([old]);
    writeFileSync(join(repo.path, 'x'), 'x\n');
    await repo.git(['add', '-A']);
    expect((await repo.tryGit(['commit', '-q', '-m', 'forbidden'])).exitCode).not.toBe(0);
    const told = readFileSync(heard, 'utf8');
    expect(told).toContain('prepare-commit-msg <.git/COMMIT_EDITMSG> <message>');
    expect(told).toContain(`post-rewrite <amend>${old} ${await repo.head()}`);
    expect(told.match(/^post-commit/gm)).toHaveLength(2);

    await uninstall(repo);
    expect(treeOf(hooksOf(repo))).toEqual(before);
    expect(statSync(join(hooksOf(repo), 'post-commit')).ino).toBe(inode);
  });

  test('a crash between two steps is mended, and a hook of another tool is never lost', async () => {
    const repo = await begin(home);
    const hook = join(hooksOf(repo), 'post-commit');
    script(hook, ['echo mine']);
    const mine = readFileSync(hook, 'utf8');
    // As if it had ended right after the hook got its second name, and after ours was there.
    await install(repo);
    renameSync(`${hook}.pre-hivemind`, hook);
    await install(repo);
    expect(readFileSync(`${hook}.pre-hivemind`, 'utf8')).toBe(mine);
    script(hook, ['echo another tool has written this']);
    const refused = await home.hivemind(['git', 'install'], { cwd: repo.path });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('post-commit.pre-hivemind');
    expect(readFileSync(hook, 'utf8')).toContain('another tool');
    expect(readFileSync(`${hook}.pre-hivemind`, 'utf8')).toBe(mine);
    await uninstall(repo);
    expect(readFileSync(hook, 'utf8')).toContain('another tool');
    expect(readFileSync(`${hook}.pre-hivemind`, 'utf8')).toBe(mine);
  });

  test('a Hivemind that has moved, and one that is gone', async () => {
    const repo = await begin(home);
    await install(repo);
    const hook = join(hooksOf(repo), 'post-commit');
    const text = readFileSync(hook, 'utf8');
    const gone = text.replaceAll(/[^\s']*\/bin\/git-hook\.sh/g, '/nowhere/git-hook.sh');
    expect(gone).not.toBe(text);
    writeFileSync(hook, gone);
    expect((await status(repo)).hooks.find((one) => one.hook === 'post-commit')?.state).toBe('stale');
    writeFileSync(join(repo.path, 'a'), 'a\n');
    await repo.commit('nobody listens');
    await install(repo);
    expect(readFileSync(hook, 'utf8')).toBe(text);
    // Lines of others in our file stay when ours go.
    writeFileSync(hook, text.replace('exit "$hivemind_code"', 'echo theirs\nexit "$hivemind_code"'));
    await uninstall(repo);
    expect(readFileSync(hook, 'utf8')).toContain('echo theirs');
    expect(readFileSync(hook, 'utf8')).not.toContain('git-hook.sh');
  });

  test('core.hooksPath: in the repository, shared with others, and off', async () => {
    const repo = await begin(home);
    mkdirSync(join(repo.path, 'my hooks'));
    script(join(repo.path, 'my hooks', 'post-commit'), ['exit 0']);
    await repo.git(['config', 'core.hooksPath', 'my hooks']);
    await repo.commit('with hooks');
    const before = treeOf(join(repo.path, 'my hooks'));
    const { notes, hooksDir } = await install(repo);
    expect(hooksDir).toBe(join(repo.path, 'my hooks'));
    expect(notes.join('\n')).toContain('each worktree');
    await isTold(home, repo);
    // What is ours alone does not show; what is tracked does.
    expect((await repo.git(['status', '--porcelain'])).trim()).toBe('');
    await uninstall(repo);
    expect(treeOf(join(repo.path, 'my hooks'))).toEqual(before);

    const shared = join(home.dir, 'shared hooks');
    mkdirSync(shared);
    await repo.git(['config', 'core.hooksPath', shared]);
    const refused = await home.hivemind(['git', 'install'], { cwd: repo.path });
    expect([refused.exitCode, refused.stderr.includes('--shared')]).toEqual([1, true]);
    expect(Object.keys(treeOf(shared))).toEqual([]);
    expect((await install(repo, { shared: true })).notes.join('\n')).toContain('other repositories');
    await isTold(home, repo);
    await uninstall(repo);
    expect(existsSync(join(shared, 'post-commit'))).toBe(false);

    await repo.git(['config', 'core.hooksPath', '/dev/null']);
    expect((await home.hivemind(['git', 'install'], { cwd: repo.path })).stderr).toContain('hooks are off');
  });

  test('worktrees share the hooks of their repository; a submodule has its own', async () => {
    const repo = await begin(home);
    await install(repo);
    const path = join(home.dir, `tree ${serial()}`);
    await repo.git(['worktree', 'add', '-q', '-b', 'tree', path]);
    const tree = checkoutAt(home, path);
    expect((await status(tree)).installed).toBe(true);
    await isTold(home, tree);

    const inner = await home.repository(`inner ${serial()}`);
    await repo.git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub']);
    const sub = checkoutAt(home, join(repo.path, 'sub'));
    expect((await status(sub)).installed).toBe(false);
    await home.call('workspace.create', { name: `w${serial()}`, cwd: sub.path });
    const { hooksDir } = await install(sub);
    expect(hooksDir).toBe(join(repo.path, '.git', 'modules', 'sub', 'hooks'));
    await isTold(home, sub);
  });

  test('a checkout of no workspace, and a directory that is no repository', async () => {
    const lone = await home.repository('lone');
    const refused = await home.hivemind(['git', 'install'], { cwd: lone });
    expect(refused.exitCode).toBe(1);
    mkdirSync(join(home.dir, 'plain'));
    const outside = await home.hivemind(['git', 'status'], { cwd: join(home.dir, 'plain') });
    expect([outside.exitCode, outside.stderr.includes('not in a git repository')]).toEqual([1, true]);
  });
});
