import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

type Report = OutputOf<'doctor.run'>;

let home: Home;
let repository: string;
beforeEach(async () => {
  home = makeHome();
  repository = await home.repository('parser');
});
afterEach(() => home.remove());

/** What the doctor says, and with which exit code. */
const ask = async (...args: string[]): Promise<{ exitCode: number; report: Report; texts: string[] }> => {
  const { exitCode, stdout } = await home.hivemind(['doctor', '--json', ...args], { cwd: repository });
  const report = JSON.parse(stdout) as Report;
  return { exitCode, report, texts: report.findings.map(({ check, what }) => `${check}: ${what}`) };
};

const connect = async (): Promise<void> => {
  await home.json(['workspace', 'create', 'parser'], repository);
  await home.json(['connect', 'claude-code'], repository);
};

test('a machine on which nothing is set up: what to do, one line each', async () => {
  const { exitCode, report, texts } = await ask();
  expect(exitCode).toBe(1);
  expect(texts).toEqual([
    'agents: no agent is connected, and none that Hivemind knows was found on this machine',
    `bindings: ${repository} belongs to no workspace: nothing is captured here`,
  ]);
  expect(report.findings.every(({ hint }) => hint.startsWith('hivemind '))).toBe(true);
  const { stdout } = await home.hivemind(['doctor'], { cwd: repository });
  expect(stdout).toContain('hivemind help guide any-agent');
  mkdirSync(join(home.dir, '.claude'));
  const { stdout: found } = await home.hivemind(['doctor'], { cwd: repository });
  expect(found).toContain('no agent is connected\n');
  expect(found).toContain('hivemind connect --all');
  expect(stdout).toMatch(/2 things to do\.$/);
}, 60_000);

test('a hook that is missing, or names a program that has moved, is found and mended', async () => {
  await connect();
  expect(await ask()).toMatchObject({ exitCode: 0, texts: [] });
  const path = join(home.dir, '.claude', 'settings.json');
  const whole = readFileSync(path, 'utf8');
  const settings = JSON.parse(whole);
  delete settings.hooks.Stop;
  writeFileSync(path, JSON.stringify(settings, null, 2));
  expect((await ask()).texts).toEqual(['agents: Claude Code (user) lacks hook Stop']);
  writeFileSync(path, whole.replaceAll('/bin/hook.sh', '/old-place/hook.sh'));
  const moved = await ask();
  expect(moved.exitCode).toBe(1);
  expect(moved.texts[0]).toContain('lacks hook SessionStart');
  const mended = await ask('--fix');
  expect([mended.exitCode, mended.report.findings[0]?.fixed]).toEqual([0, true]);
  expect(await ask()).toMatchObject({ exitCode: 0, texts: [] });
  expect(readFileSync(path, 'utf8')).not.toContain('old-place');

  // As in a checkout whose settings a colleague has committed.
  await home.json(['daemon', 'stop']);
  rmSync(join(home.dir, '.hivemind', 'agents.json'));
  expect((await ask()).texts).toEqual([
    'agents: Claude Code (user) was connected by somebody else: its transcripts are not followed',
  ]);
  expect((await ask('--fix')).exitCode).toBe(0);
  expect(await ask()).toMatchObject({ exitCode: 0, texts: [] });
}, 60_000);

test('a home that others may enter, a repository that has moved, payloads that were refused', async () => {
  await connect();
  const run = join(home.dir, '.hivemind', 'run');
  chmodSync(run, 0o755);
  const open = await ask();
  expect(open.exitCode).toBe(1);
  expect(open.texts[0]).toBe(`socket: ${run} can be used by others (mode 755)`);
  expect((await ask('--fix')).exitCode).toBe(0);
  expect(statSync(run).mode & 0o777).toBe(0o700);

  const refused = join(home.dir, '.hivemind', 'spool', 'refused');
  mkdirSync(refused, { recursive: true });
  writeFileSync(join(refused, 'x.hook'), '{}');
  expect((await ask()).texts).toEqual(['spool: 1 payloads could not be taken in and were set aside']);
  renameSync(repository, `${repository}-elsewhere`);
  const { stdout } = await home.hivemind(['doctor', '--json'], { cwd: home.dir });
  const texts = (JSON.parse(stdout) as Report).findings.map(({ check, what }) => `${check}: ${what}`);
  expect(texts).toContain(
    `bindings: none of the directories of the workspace "parser" is there any more (${join(repository, '.git')})`,
  );
}, 60_000);

test('git hooks of which one is gone are mended, and a repository without any is left alone', async () => {
  await connect();
  expect((await ask()).texts).toEqual([]);
  await home.json(['git', 'install'], repository);
  expect((await ask()).texts).toEqual([]);
  rmSync(join(repository, '.git', 'hooks', 'post-commit'));
  expect((await ask()).texts).toEqual([`git: hooks of ${repository}: post-commit (missing)`]);
  expect((await ask('--fix')).exitCode).toBe(0);
  expect((await ask()).texts).toEqual([]);
}, 60_000);

test('a daemon that hangs is found, and ended on demand', async () => {
  await connect();
  const { pid } = await home.call('daemon.status', {});
  process.kill(pid, 'SIGSTOP');
  const { exitCode, texts } = await ask();
  expect(exitCode).toBe(1);
  expect(texts.join('\n')).toContain(`daemons: a daemon runs that does not answer (process ${pid})`);
  await ask('--fix');
  process.kill(pid, 'SIGCONT');
  await eventually(async () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  }, 'the daemon to end');
  expect(await ask()).toMatchObject({ exitCode: 0, texts: [] });
}, 90_000);
