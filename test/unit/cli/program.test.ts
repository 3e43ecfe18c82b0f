import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeHome, packageRoot } from '../../world/home.ts';

/** The built program, where it needs no daemon. */
const home = makeHome();
beforeAll(() => {
  if (!existsSync(join(packageRoot, 'dist', 'cli', 'main.js')))
    throw new Error('the program is not built: npm run build');
});
afterAll(() => home.remove());

test('--version says what runs where', async () => {
  const { stdout, exitCode } = await home.hivemind(['--version']);
  expect([stdout, exitCode]).toEqual([
    expect.stringMatching(/^hivemind\/\S+ \w+-\w+ node-v\d+\.\d+\.\d+$/),
    0,
  ]);
});

test('help shows summary, arguments, flags and examples', async () => {
  const { stdout, exitCode } = await home.hivemind(['connect', '--help']);
  expect(exitCode).toBe(0);
  for (const part of [
    'Attach agents',
    'AGENT',
    '--dry-run',
    '-w, --workspace',
    '--json',
    'hivemind connect claude-code --workspace my-repo',
  ]) {
    expect(stdout).toContain(part);
  }
  const word = await home.hivemind(['help', 'connect']);
  expect(word).toEqual({ stdout, exitCode, stderr: '' });
});

test('a group of commands alone shows its commands', async () => {
  const { stdout, exitCode } = await home.hivemind(['workspace']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('workspace create');
});

test.each([
  [['recal', 'x'], 'unknown command: recal', 'hivemind recall'],
  [['workspace', 'creat', 'x'], 'unknown command: workspace creat', 'hivemind workspace create'],
  [['workspace', 'create'], 'missing argument: NAME', 'hivemind workspace create --help'],
  [
    ['recall', 'x', '--limit', 'many'],
    '--limit: Expected an integer but received: many',
    'hivemind recall --help',
  ],
  [['recall', 'x', '--limt', '3'], 'unknown option: --limt', 'hivemind recall --help'],
  [
    ['workspace', 'delete', 'x'],
    'deleting a workspace needs its name a second time',
    'hivemind workspace delete "x" --confirm "x"',
  ],
])('%j is a usage error: exit 2, on standard error or as JSON', async (args, message, hint) => {
  expect(await home.hivemind(args)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `error: ${message}\ntry: ${hint}`,
  });
  const { stdout, stderr, exitCode } = await home.hivemind([...args, '--json']);
  expect([JSON.parse(stdout), stderr, exitCode]).toEqual([
    { error: { code: 'INVALID_ARGUMENT', message, hint } },
    '',
    2,
  ]);
});

test('asking about a daemon, or stopping it, never starts one', async () => {
  expect(await home.hivemind(['daemon', 'stop'])).toEqual({
    exitCode: 0,
    stdout: 'No daemon was running.',
    stderr: '',
  });
  expect(JSON.parse((await home.hivemind(['daemon', 'stop', '--json'])).stdout)).toEqual({ stopped: false });
  expect((await home.hivemind(['daemon', 'status'])).exitCode).toBe(5);
  expect((await home.hivemind(['daemon', 'logs'])).exitCode).toBe(1);
  expect(existsSync(home.socket)).toBe(false);
});

test('a reader that goes away ends the program quietly', async () => {
  const program = spawn(process.execPath, [join(packageRoot, 'bin', 'run.js'), '--help'], {
    env: home.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  program.stdout.destroy();
  let stderr = '';
  program.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => program.on('close', resolve));
  expect([code, stderr]).toEqual([0, '']);
});
