import { chmodSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { installClaude, runClaude } from '../world/claude.ts';
import { installCodex, runCodex, writeCodexConfig } from '../world/codex.ts';
import { eventually, type Home, makeHome, packageRoot } from '../world/home.ts';
import { type ModelServer, type Step, startModelServer } from '../world/model-server.ts';

const [withClaude, withCodex] = [await installClaude(), await installCodex()];
const claude = 'path' in withClaude ? withClaude.path : '';
const codex = 'path' in withCodex ? withCodex.path : '';
const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];
const week = 7 * 24 * 3_600_000;

/** What has to work in the end; run by both agents. */
const check = `import { readFileSync } from 'node:fs';
import { heredoc } from './src/lexer.js';
const text = 'cat <<END\\nfirst\\nsecond\\nEND\\necho';
const found = heredoc(text);
if (found !== 'first\\nsecond\\n') {
  console.error('LexerError: heredoc is not closed, found ' + JSON.stringify(found));
  process.exit(3);
}
console.log('1 passed');
`;
const onePattern = `export const heredoc = (text) => /<<(\\w+)\\n(.*)/.exec(text)?.[2];\n`;
const stateMachine = `export function heredoc(text) {
  const lines = text.split('\\n');
  const start = lines.findIndex((line) => /<<\\w+$/.test(line));
  const word = /<<(\\w+)$/.exec(lines[start])[1];
  const end = lines.indexOf(word, start);
  return lines.slice(start + 1, end).map((line) => line + '\\n').join('');
}
`;
const failedApproach = 'one regular expression for the whole heredoc';
const patchWith = (content: string): string =>
  [
    '*** Begin Patch',
    '*** Add File: src/lexer.js',
    ...content
      .trimEnd()
      .split('\n')
      .map((line) => `+${line}`),
    '*** End Patch',
    '',
  ].join('\n');

const shell = (cmd: string): Step => ({ text: 'Next.', tools: [{ name: 'exec_command', input: { cmd } }] });
const bash = (command: string): Step => ({ text: 'Next.', tools: [{ name: 'Bash', input: { command } }] });
const asked = (tool: string, input: Record<string, unknown>): Step => ({
  text: 'Next.',
  tools: [{ name: tool, namespace: 'mcp__hivemind', input }],
});
const patched = (content: string): Step => ({
  text: 'Writing it.',
  tools: [{ name: 'apply_patch', input: {}, custom: patchWith(content) }],
});

/** Codex as a model would go about it: with what it has been told, or by the first thing that comes to mind. */
function secondWeek(told: string): Step[] {
  if (!told.includes(failedApproach))
    return [patched(onePattern), shell('node check.js'), { text: 'A heredoc cannot be closed like this.' }];
  const [, handoff = 'none'] = /hivemind handoff accept (\w+)/.exec(told) ?? [];
  return [
    asked('handoff', { action: 'accept', handoff }),
    patched(stateMachine),
    shell('node check.js'),
    asked('plan', { action: 'set', item: 'Support heredocs', state: 'done' }),
    { text: 'Heredocs work.' },
  ];
}

let home: Home;
let repository: string;
let clone: string;
let otherClone: string;
let model: ModelServer;

beforeEach((context) => {
  if ('reason' in withClaude) context.skip(withClaude.reason);
  if ('reason' in withCodex) context.skip(withCodex.reason);
  if (library === undefined) context.skip('libfaketime is not installed');
});
beforeAll(async () => {
  if (claude === '' || codex === '' || library === undefined) return;
  home = makeHome();
  const programs = join(home.dir, 'programs');
  mkdirSync(programs);
  const program = join(programs, 'hivemind');
  writeFileSync(
    program,
    `#!/bin/sh\nexec "${process.execPath}" "${join(packageRoot, 'bin', 'run.js')}" "$@"\n`,
  );
  chmodSync(program, 0o755);
  home.env.PATH = `${programs}:${dirname(codex)}:${home.env.PATH}`;
  // Codex runs its commands in a login shell, which sets the path anew.
  writeFileSync(join(home.dir, '.profile'), `export PATH="${home.env.PATH}"\n`);
  home.env.SCRIPTED_KEY = 'not-a-real-key';
  repository = await home.repository('parser');
  writeFileSync(join(repository, 'check.js'), check);
  writeFileSync(join(repository, 'package.json'), '{"type":"module"}\n');
  const git = (cwd: string, ...args: string[]) =>
    execa('git', args, { cwd, env: home.env, extendEnv: false });
  await git(repository, 'add', '.');
  await git(repository, 'commit', '-qm', 'check of heredocs');
  [clone, otherClone] = [join(home.dir, 'clone'), join(home.dir, 'other-clone')];
  for (const path of [clone, otherClone]) await git(home.dir, 'clone', '-q', repository, path);
  model = await startModelServer({
    first: [
      bash('hivemind plan add "Support heredocs" --note "check.js says when it works"'),
      bash(
        'hivemind remember decision "lexer" "plain JavaScript without a generator" --why "nobody here knows the generator"',
      ),
      bash('hivemind plan set "Support heredocs" --state doing'),
      {
        text: 'Trying.',
        tools: [
          { name: 'Write', input: { file_path: join(repository, 'src', 'lexer.js'), content: onePattern } },
        ],
      },
      bash('node check.js'),
      bash(
        `hivemind remember attempt "${failedApproach}" --outcome failed --why "the closing word stands on a later line"`,
      ),
      bash(
        'hivemind handoff offer --to agent:codex --task "Support heredocs" --item "Support heredocs" --status "check.js fails" --next "read line by line until the closing word"',
      ),
      { text: 'Handed over.' },
    ],
    second: secondWeek,
  });
  writeCodexConfig(home, model.url);
}, 420_000);
afterAll(async () => {
  await model?.close();
  await home?.remove();
});

const sessionsBy = async (agent: string, ...more: string[]) =>
  (await home.json<OutputOf<'session.list'>>(['session', 'list', '--agent', agent, ...more], repository))
    .sessions;
const item = async (...more: string[]) =>
  (await home.json<OutputOf<'plan.show'>>(['plan', 'show', ...more], repository)).items[0];
const works = async (cwd: string): Promise<number> =>
  (await execa('node', ['check.js'], { cwd, env: home.env, extendEnv: false, reject: false })).exitCode ?? -1;
const runSecond = (cwd: string, env: Record<string, string> = {}) =>
  runCodex(codex, { ...home, env: { ...home.env, ...env } }, cwd, [
    'exec',
    '--dangerously-bypass-hook-trust',
    'SCRIPT:second go on with the parser',
  ]);

test('week 1: Claude Code plans, decides, fails once, hands off', async () => {
  const past = { LD_PRELOAD: library ?? '', FAKETIME: '-7d' };
  Object.assign(home.env, past);
  await home.json(['workspace', 'create', 'parser'], repository);
  for (const cwd of [repository, clone, otherClone])
    for (const agent of ['claude-code', 'codex'])
      await home.json(['connect', agent, '--workspace', 'parser'], cwd);
  const args = [
    '-p',
    'SCRIPT:first support heredocs',
    // Its own file has times of its own clock, which cannot be moved; hooks tell the times of ours.
    '--no-session-persistence',
    '--permission-mode',
    'bypassPermissions',
    '--allowedTools',
    'Bash Write',
  ];
  const done = await runClaude(claude, home, repository, model.url, args);
  expect(done, done.stderr + done.stdout).toMatchObject({ exitCode: 0 });
  expect(await works(repository)).toBe(3);
  const session = await eventually(
    async () => (await sessionsBy('claude-code')).find(({ failures }) => failures > 0) ?? null,
    'the failure',
    60_000,
  );
  expect(Date.now() - session.lastAt).toBeGreaterThan(week - 600_000);
  expect(await item()).toMatchObject({ title: 'Support heredocs', state: 'doing' });
  await home.json(['daemon', 'stop'], repository);
  for (const name of Object.keys(past)) delete home.env[name];
}, 240_000);

test('week 2, without the brief: Codex in another clone repeats the failure', async () => {
  await home.json(['branch', 'create', 'uninformed'], otherClone);
  await home.json(['workspace', 'set', 'injection', 'off'], otherClone);
  const done = await runSecond(otherClone, { HIVEMIND_BRANCH: 'uninformed' });
  await home.json(['workspace', 'set', 'injection', 'context'], otherClone);
  expect(done, done.stderr).toMatchObject({ exitCode: 0 });
  expect(await works(otherClone)).toBe(3);
  await eventually(
    async () =>
      (await sessionsBy('codex', '--branch', 'uninformed')).some(({ failures }) => failures > 0) || null,
    'the same failure',
    60_000,
  );
  expect(await item('--branch', 'uninformed')).toMatchObject({ state: 'doing' });
}, 240_000);

test('week 2, with the brief: Codex in another clone takes the handoff, does not repeat the failure, finishes the item', async () => {
  const done = await runSecond(clone);
  expect(done, done.stderr).toMatchObject({ exitCode: 0 });
  expect(
    existsSync(join(clone, 'src', 'lexer.js')) && readFileSync(join(clone, 'src', 'lexer.js'), 'utf8'),
  ).toBe(stateMachine);
  expect(await works(clone)).toBe(0);
  await eventually(
    async () => ((await item())?.state === 'done' ? true : null),
    'the item to be done',
    60_000,
  );
  const [session] = await sessionsBy('codex');
  expect(session).toMatchObject({ failures: 0 });
}, 240_000);

test('the plan, replayed at each step, is as it was', async () => {
  const { writes } = await home.json<OutputOf<'plan.history'>>(
    ['plan', 'history', 'Support heredocs'],
    repository,
  );
  const seen = await Promise.all(
    writes.map(async ({ event, by }) => {
      const then = await item('--at', event);
      return [by, then?.state, then?.owner ?? null];
    }),
  );
  expect(seen).toEqual([
    ['claude-code', 'todo', null],
    ['claude-code', 'doing', null],
    ['codex', 'doing', 'codex'],
    ['codex', 'done', 'codex'],
  ]);
});

/** What is told by its hooks and what is in its file come in any order. */
const lastOfCodex = [/^\+export function heredoc/m, /Bash `node check\.js` \(exit 0/, /Heredocs work/];

test('an export of the whole story reads well', async () => {
  // What Codex does is told by its own file, which is read behind what it says by our tools.
  const told = await eventually(
    async () => {
      const { stdout } = await home.hivemind(['export', '--format', 'markdown'], { cwd: repository });
      return lastOfCodex.every((part) => part.test(stdout)) ? stdout : null;
    },
    'what Codex did last',
    60_000,
  );
  const [first = '', second = ''] = told.split(/^## \d{4}-\d\d-\d\d$/m).slice(1);
  const inOrder = (text: string, parts: RegExp[]): RegExp[] => {
    let rest = text;
    return parts.filter((part) => {
      const at = rest.search(part);
      if (at >= 0) rest = rest.slice(at);
      return at < 0;
    });
  };
  expect(told.startsWith('# parser\n')).toBe(true);
  const missing = inOrder(first, [
    /^### claude-code: SCRIPT:first support heredocs$/m,
    /claude-code: plan added\*\*/,
    /^> Support heredocs$/m,
    /claude-code: memory decided\*\*/,
    /^\+export const heredoc/m,
    /Bash `node check\.js` \*\*failed\*\* \(exit 3/,
    /^LexerError: heredoc is not closed, found "first"$/m,
    /claude-code: memory attempted\*\*/,
    /claude-code: handoff offered\*\*/,
    /^> next: read line by line until the closing word$/m,
  ]);
  expect(missing).toEqual([]);
  for (const part of [
    /^### codex: SCRIPT:second go on with the parser$/m,
    /codex: handoff accepted\*\*/,
    /^\+export function heredoc/m,
    /Bash `node check\.js` \(exit 0/,
    /codex: plan changed\*\*/,
    /^> state: done$/m,
    /codex said\*\*/,
  ])
    expect(second).toMatch(part);
  expect(second).not.toContain('**failed**');
}, 120_000);
