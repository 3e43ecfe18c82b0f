import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commandWords } from '../../scripts/reference/cli.ts';
import { helpWords, topicOfCode, topicOfCommand } from '../../src/cli/help/see.ts';
import { topicNames } from '../../src/cli/help/topics.ts';
import { errorCodes } from '../../src/schema/error-codes.ts';
import { makeHome, packageRoot } from '../world/home.ts';

const home = makeHome();
afterAll(() => home.remove());

test('every guide is a topic, listed with its title and shown without Markdown', async () => {
  const { stdout } = await home.hivemind(['help', 'topics']);
  for (const name of topicNames(packageRoot)) expect(stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
  const guide = await home.hivemind(['help', 'privacy']);
  expect(guide.exitCode).toBe(0);
  expect(guide.stdout).toMatch(/^PRIVACY\n/);
  expect(guide.stdout).not.toMatch(/\*\*|^#|\]\(/m);
  const named = await home.json<{ markdown: string }>(['help', 'guide', 'recall']);
  expect(named.markdown).toMatch(/^# /);
});

test('help of a command is what it was, and says where its guide is', async () => {
  const help = await home.hivemind(['help', 'branch', 'create']);
  expect(help.stdout).toMatch(/^USAGE\n {2}\$ hivemind branch create NAME/m);
  expect(help.stdout).toContain(helpWords('branches'));
  const same = await home.hivemind(['branch', 'create', '--help']);
  expect(same.stdout).toBe(help.stdout);
  const nothing = await home.hivemind(['help', 'guide', 'branchs']);
  expect(nothing.exitCode).toBe(1);
  expect(nothing.stderr).toContain('hivemind help guide branches');
});

test('an error says which guide explains it, on every way out', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
  const told = await home.hivemind(['branch', 'show', 'nope'], { cwd });
  expect(told.stderr.trimEnd().split('\n').at(-1)).toBe(`see: ${helpWords('branches')}`);
  const json = await home.hivemind(['branch', 'show', 'nope', '--json'], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({
    error: { code: 'NOT_FOUND', help: helpWords('branches') },
  });
  const mistyped = await home.hivemind(['branch', 'show', '--nope'], { cwd });
  expect(mistyped.stderr).not.toContain('see:');
}, 60_000);

test('every topic that an error names is there, and is named by a command or a code that is', () => {
  const topics = topicNames(packageRoot);
  const named = [...Object.values(topicOfCommand), ...Object.values(topicOfCode)];
  expect(named.filter((topic) => !topics.includes(topic))).toEqual([]);
  const firstWords = commandWords().map((words) => words.split(' ')[0]);
  expect(Object.keys(topicOfCommand).filter((word) => !firstWords.includes(word))).toEqual([]);
  expect(Object.keys(topicOfCode).filter((code) => !(code in errorCodes))).toEqual([]);
});

const hasMan = spawnSync('man', ['--version']).status === 0;

test('the manual page is shown without a warning', (context) => {
  if (!hasMan) context.skip('man is not installed');
  const page = join(packageRoot, 'docs', 'reference', 'hivemind.1');
  const { stdout, stderr, status } = spawnSync('man', ['-l', '--warnings', page], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '80', MANPAGER: 'cat', LC_ALL: 'C.UTF-8' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('hivemind branch graph');
  expect(stdout).toMatch(/EXIT STATUS/);
});
