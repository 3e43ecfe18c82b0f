import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Checkout, checkoutAt, eventOf, linksIn, script, sessionOf } from '../world/git.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

let home: Home;
let repo: Checkout;

beforeAll(async () => {
  home = makeHome();
  repo = checkoutAt(home, await home.repository('repo'));
  await home.json(['workspace', 'create', 'faults'], repo.path);
  await home.json(['git', 'install'], repo.path);
  await home.json(['workspace', 'set', 'commits', 'trailer'], repo.path);
  await repo.work('s1', 'kept.ts', ['export const writtenBeforeTheCrash = 1;']);
});
afterAll(() => home?.remove());

const spool = (): string[] => {
  const path = join(home.dir, '.hivemind', 'spool');
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.hook')) : [];
};

test('a commit while the daemon is away waits in the spool, and arrives', async () => {
  await home.json(['daemon', 'stop']);
  // Nobody may start it: so it stays away.
  const sha = await repo.commit('nobody is there', { HIVEMIND_BIN: '/bin/true' });
  await eventually(async () => spool().some((name) => name.includes('.git.post-commit.')), 'the spool file');
  await home.json(['daemon', 'start']);
  const event = await eventOf(home, repo.path, 'git.committed', sha);
  expect(linksIn(event)).toEqual([[sessionOf('s1'), 'edits']]);
  await eventually(async () => spool().length === 0, 'an empty spool');
});

test('a daemon that hangs stops no commit, and hears of it afterwards', async () => {
  await home.json(['daemon', 'stop']);
  rmSync(home.socket, { force: true });
  const callers = new Set<Socket>();
  const server = createServer((caller) => callers.add(caller)).listen(home.socket);
  await new Promise((resolve) => server.once('listening', resolve));
  await eventually(async () => existsSync(home.socket), 'the socket');
  writeFileSync(join(repo.path, 'hung.txt'), 'hung\n');
  const sha = await repo.commit('nobody answers', { HIVEMIND_BIN: '/bin/true' });
  expect((await repo.git(['log', '-1', '--format=%B'])).trim()).toBe('nobody answers');
  await eventually(async () => spool().some((name) => name.includes('.git.post-commit.')), 'the spool file');
  for (const caller of callers) caller.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(home.socket, { force: true });
  rmSync(join(home.dir, '.hivemind', 'run', 'hung'), { recursive: true, force: true });
  await home.json(['daemon', 'start']);
  await eventOf(home, repo.path, 'git.committed', sha);
});

test('without Hivemind, without curl, and with a spool that is none, git goes on', async () => {
  const hivemind = join(home.dir, '.hivemind');
  const commits = Number(await repo.git(['rev-list', '--count', 'HEAD']));
  await home.json(['daemon', 'stop']);
  renameSync(hivemind, `${hivemind}.away`);
  await repo.git(['commit', '-q', '--allow-empty', '-m', 'no home']);
  expect(existsSync(hivemind)).toBe(false);
  renameSync(`${hivemind}.away`, hivemind);
  rmSync(join(hivemind, 'spool'), { recursive: true });
  writeFileSync(join(hivemind, 'spool'), '');
  const path = join(home.dir, 'few programs');
  mkdirSync(path);
  script(join(path, 'curl'), ['exit 127']);
  const done = await repo.tryGit(['commit', '--allow-empty', '-m', 'no spool'], {
    PATH: `${path}:${home.env.PATH}`,
    HIVEMIND_BIN: '/bin/true',
  });
  expect([done.exitCode, done.stderr]).toEqual([0, '']);
  rmSync(join(hivemind, 'spool'));
  mkdirSync(join(hivemind, 'spool'));
  expect(Number(await repo.git(['rev-list', '--count', 'HEAD']))).toBe(commits + 2);
});
