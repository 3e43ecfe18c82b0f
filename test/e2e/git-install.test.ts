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
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Checkout, checkoutAt, eventOf, eventsOf, script } from '../world/git.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { treeOf } from '../world/tree.ts';

type Installed = OutputOf<'git.install'>;
type Status = OutputOf<'git.status'>;

let home: Home;
let count = 0;

beforeAll(() => {
  home = makeHome();
});
afterAll(() => home?.remove());

/** A repository of a workspace of its own. */
async function begin(name = 'repo'): Promise<Checkout> {
  count += 1;
  const repo = checkoutAt(home, await home.repository(`${name} ${count}`));
  await home.json(['workspace', 'create', `w${count}`], repo.path);
  return repo;
}

const install = (repo: Checkout, ...args: string[]): Promise<Installed> =>
  home.json<Installed>(['git', 'install', ...args], repo.path);
const uninstall = (repo: Checkout): Promise<unknown> => home.json(['git', 'uninstall'], repo.path);
const status = async (repo: Checkout): Promise<Status> =>
  JSON.parse((await home.hivemind(['git', 'status', '--json'], { cwd: repo.path })).stdout) as Status;
const hooksOf = (repo: Checkout): string => join(repo.path, '.git', 'hooks');

/** Commits something, and waits until the workspace knows of it, once. */
async function isTold(repo: Checkout): Promise<void> {
  count += 1;
  writeFileSync(join(repo.path, `file-${count}.txt`), `${count}\n`);
  const sha = await repo.commit(`commit ${count}`);
  await eventOf(home, repo.path, 'git.committed', sha);
  expect(
    (await eventsOf(home, repo.path, 'git.committed')).filter(({ body }) => body.sha === sha),
  ).toHaveLength(1);
}

describe('hivemind git install', () => {
  test('plain: all hooks, twice is once, nothing by --dry-run, and nothing is left', async () => {
    const repo = await begin();
    const before = treeOf(join(repo.path, '.git'));
    const dry = await install(repo, '--dry-run');
    expect(dry.hooks.map(({ action }) => action)).toEqual(gitHooks.map(() => 'created'));
    expect(treeOf(join(repo.path, '.git'))).toEqual(before);
    expect((await home.hivemind(['git', 'status'], { cwd: repo.path })).exitCode).toBe(1);

    await install(repo);
    const after = treeOf(join(repo.path, '.git'));
    expect((await install(repo)).hooks.map(({ action }) => action)).toEqual(gitHooks.map(() => 'unchanged'));
    expect(treeOf(join(repo.path, '.git'))).toEqual(after);
    expect((await status(repo)).installed).toBe(true);
    expect((await home.hivemind(['git', 'status'], { cwd: repo.path })).exitCode).toBe(0);
    await isTold(repo);
    expect(await repo.git(['status', '--porcelain'])).toBe('');
    await uninstall(repo);
    expect(Object.keys(treeOf(hooksOf(repo)))).toEqual(
      Object.keys(before).flatMap((name) => (name.startsWith('hooks/') ? [name.slice(6)] : [])),
    );
    expect((await status(repo)).hooks.map(({ state }) => state)).toEqual(gitHooks.map(() => 'missing'));
  });

  test('hooks of one’s own run first, with the same arguments and input; their exit code counts', async () => {
    const repo = await begin();
    const heard = join(home.dir, `heard-${count}`);
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

    await isTold(repo);
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
    const repo = await begin();
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
    const repo = await begin();
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
    const repo = await begin();
    mkdirSync(join(repo.path, 'my hooks'));
    script(join(repo.path, 'my hooks', 'post-commit'), ['exit 0']);
    await repo.git(['config', 'core.hooksPath', 'my hooks']);
    await repo.commit('with hooks');
    const before = treeOf(join(repo.path, 'my hooks'));
    const { notes, hooksDir } = await install(repo);
    expect(hooksDir).toBe(join(repo.path, 'my hooks'));
    expect(notes.join('\n')).toContain('each worktree');
    await isTold(repo);
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
    expect((await install(repo, '--shared')).notes.join('\n')).toContain('other repositories');
    await isTold(repo);
    await uninstall(repo);
    expect(existsSync(join(shared, 'post-commit'))).toBe(false);

    await repo.git(['config', 'core.hooksPath', '/dev/null']);
    expect((await home.hivemind(['git', 'install'], { cwd: repo.path })).stderr).toContain('hooks are off');
  });

  test('worktrees share the hooks of their repository; a submodule has its own', async () => {
    const repo = await begin();
    await install(repo);
    const path = join(home.dir, `tree ${count}`);
    await repo.git(['worktree', 'add', '-q', path]);
    const tree = checkoutAt(home, path);
    expect((await status(tree)).installed).toBe(true);
    await isTold(tree);

    const inner = await home.repository(`inner ${count}`);
    await repo.git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub']);
    const sub = checkoutAt(home, join(repo.path, 'sub'));
    expect((await status(sub)).installed).toBe(false);
    count += 1;
    await home.json(['workspace', 'create', `w${count}`], sub.path);
    const { hooksDir } = await install(sub);
    expect(hooksDir).toBe(join(repo.path, '.git', 'modules', 'sub', 'hooks'));
    await isTold(sub);
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

describe('beside pre-commit', () => {
  /** The file as pre-commit 4 writes it. */
  const generated = (hook: string): string[] => [
    '# File generated by pre-commit: https://pre-commit.com',
    '# ID: 138fd403232d2ddd5efb44317e38bf03',
    'HERE="$(cd "$(dirname "$0")" && pwd)"',
    // What its hook-impl does of all this that matters here: the legacy hook first, then its own.
    `if [ -x "$HERE/${hook}.legacy" ]; then "$HERE/${hook}.legacy" "$@" || exit 1; fi`,
    'echo ran >>"$HERE/../ran-pre-commit"',
  ];

  test('ours is the hook that was there before it, whichever came first', async () => {
    const repo = await begin();
    const hook = join(hooksOf(repo), 'post-commit');
    script(hook, generated('post-commit'), '#!/usr/bin/env bash');
    const theirs = readFileSync(hook, 'utf8');
    const { manager, hooks } = await install(repo);
    expect(manager).toBe('pre-commit');
    expect(hooks[0]).toMatchObject({ hook: 'post-commit', way: 'pre-commit', path: `${hook}.legacy` });
    await isTold(repo);
    expect(readFileSync(join(repo.path, '.git', 'ran-pre-commit'), 'utf8')).toBe('ran\n');
    await uninstall(repo);
    expect([existsSync(`${hook}.legacy`), readFileSync(hook, 'utf8')]).toEqual([false, theirs]);

    // `pre-commit install` after us moves what is there aside.
    writeFileSync(hook, '#!/bin/sh\necho mine >>.git/mine\n', { mode: 0o755 });
    script(join(hooksOf(repo), 'post-merge'), ['exit 0']);
    await install(repo);
    renameSync(hook, `${hook}.legacy`);
    script(hook, generated('post-commit'), '#!/usr/bin/env bash');
    expect((await status(repo)).installed).toBe(true);
    await isTold(repo);
    expect(readFileSync(join(repo.path, '.git', 'mine'), 'utf8')).toBe('mine\n');
    await uninstall(repo);
    expect(readFileSync(`${hook}.legacy`, 'utf8')).toContain('echo mine');
  });
});

describe('beside husky', () => {
  /** Sets the real husky up, as its `prepare` script does. */
  async function withHusky(): Promise<Checkout> {
    const repo = await begin();
    const { default: husky } = (await import('husky')) as { default: (dir?: string) => string };
    const here = process.cwd();
    process.chdir(repo.path);
    try {
      expect(husky()).toBe('');
    } finally {
      process.chdir(here);
    }
    return repo;
  }

  test('a block in .husky, before whatever is there; the file is what it was afterwards', async () => {
    const repo = await withHusky();
    const hook = join(repo.path, '.husky', 'post-commit');
    writeFileSync(hook, 'echo husky >>.git/husky-ran\nexit 0');
    await repo.commit('husky');
    const before = treeOf(join(repo.path, '.husky'));
    const { manager, notes, files } = await install(repo);
    expect(manager).toBe('husky');
    expect(notes.join('\n')).toContain('part of the repository');
    expect(files.length).toBeGreaterThan(0);
    await install(repo);
    expect((await status(repo)).installed).toBe(true);
    // The hooks that only we have do not show; the one of the team does.
    expect((await repo.git(['status', '--porcelain'])).trim()).toBe('M .husky/post-commit');
    await repo.git(['stash', '-q']);
    await repo.git(['stash', 'pop', '-q']);
    await isTold(repo);
    expect(readFileSync(join(repo.path, '.git', 'husky-ran'), 'utf8').split('\n')).toContain('husky');
    const old = await repo.head();
    await repo.git(['commit', '-q', '--amend', '-m', 'again']);
    expect((await eventOf(home, repo.path, 'git.rewritten', await repo.head())).body.from).toEqual([old]);
    await uninstall(repo);
    expect(treeOf(join(repo.path, '.husky'))).toEqual(before);
  });
});

describe('beside lefthook', () => {
  const theirs = '# for me alone\npre-commit:\n  commands:\n    lint:   { run: "true" } # quick\n';

  test('in its local settings, whose comments stay, and beside the hooks that it has not', async () => {
    const repo = await begin();
    writeFileSync(join(repo.path, 'lefthook.yml'), 'post-checkout:\n  commands:\n    a:\n      run: echo\n');
    const runs = join(home.dir, `lefthook-${count}`);
    script(join(hooksOf(repo), 'post-checkout'), [
      'call_lefthook() {',
      `  echo "$@" >>'${runs}'`,
      '}',
      'if [ "$LEFTHOOK" = "0" ]; then exit 0; fi',
      'call_lefthook run "post-checkout" "$@"',
    ]);
    const local = join(repo.path, 'lefthook-local.yml');
    writeFileSync(local, theirs);
    await repo.commit('lefthook');
    const hooks = treeOf(hooksOf(repo));
    const { manager } = await install(repo);
    expect(manager).toBe('lefthook');
    await install(repo);
    expect(readFileSync(local, 'utf8').startsWith(theirs)).toBe(true);
    expect((await status(repo)).hooks.map(({ hook, way, state }) => `${hook} ${way} ${state}`)).toEqual([
      'post-commit file installed',
      'post-checkout lefthook installed',
      'post-merge file installed',
      'post-rewrite file installed',
      'prepare-commit-msg file installed',
    ]);
    await isTold(repo);
    // What lefthook would run, as it puts the arguments in.
    const { parse } = await import('yaml');
    const { run } = parse(readFileSync(local, 'utf8'))['post-checkout'].commands.hivemind as { run: string };
    const head = await repo.head();
    const line = run.replace('{1}', head).replace('{2}', head).replace('{3}', '1');
    await repo.git(['-c', `alias.as-lefthook=!${line}`, 'as-lefthook']);
    await eventually(async () => (await eventsOf(home, repo.path, 'git.switched'))[0], 'the switch');
    // `lefthook install` puts our files away under this name, and takes over.
    renameSync(join(hooksOf(repo), 'post-merge'), join(hooksOf(repo), 'post-merge.old'));
    await uninstall(repo);
    expect(readFileSync(local, 'utf8')).toBe(theirs);
    expect(treeOf(hooksOf(repo))).toEqual(hooks);
  });

  test('among commands that a hook has already; a file that is not YAML is left alone', async () => {
    const repo = await begin();
    const local = join(repo.path, 'lefthook-local.yml');
    const own = '# mine\npost-commit:\n  commands:\n    mine: # keep me\n      run: echo\n';
    writeFileSync(local, own);
    await install(repo);
    const text = readFileSync(local, 'utf8');
    expect(text).toContain('# keep me');
    const { parse } = await import('yaml');
    expect(Object.keys(parse(text)['post-commit'].commands)).toEqual(['mine', 'hivemind']);
    writeFileSync(local, `${text}pre-push:\n  parallel: true\n`);
    await uninstall(repo);
    expect(parse(readFileSync(local, 'utf8'))).toEqual({ ...parse(own), 'pre-push': { parallel: true } });
    writeFileSync(local, 'a: [\n');
    expect((await home.hivemind(['git', 'install'], { cwd: repo.path })).exitCode).toBe(1);
    expect(readFileSync(local, 'utf8')).toBe('a: [\n');
    expect(existsSync(join(hooksOf(repo), 'post-commit'))).toBe(false);
  });
});
