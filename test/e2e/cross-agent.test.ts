import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { installClaude, runClaude } from '../world/claude.ts';
import { installCodex, runCodex, writeCodexConfig } from '../world/codex.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';

const [withClaude, withCodex] = [await installClaude(), await installCodex()];
const claude = 'path' in withClaude ? withClaude.path : '';
const codex = 'path' in withCodex ? withCodex.path : '';

const failure = 'LexerError: heredoc is not closed at line 12';
const patch = [
  '*** Begin Patch',
  '*** Add File: src/lexer.ts',
  '+export const heredoc = /<<(\\w+)/;',
  '*** End Patch',
  '',
].join('\n');

let home: Home;
let repository: string;
let worktree: string;
let model: Awaited<ReturnType<typeof startModelServer>>;

beforeEach((context) => {
  if ('reason' in withClaude) context.skip(withClaude.reason);
  if ('reason' in withCodex) context.skip(withCodex.reason);
});
beforeAll(async () => {
  if (claude === '' || codex === '') return;
  home = makeHome();
  home.env.PATH = `${dirname(codex)}:${home.env.PATH}`;
  home.env.SCRIPTED_KEY = 'not-a-real-key';
  repository = await home.repository('parser');
  worktree = join(home.dir, 'parser-wt');
  await execa('git', ['worktree', 'add', '-q', worktree], { cwd: repository, env: home.env });
  const lexer = join(worktree, 'src', 'lexer.ts');
  model = await startModelServer({
    attempt: [
      { text: 'A pattern will do.', tools: [{ name: 'apply_patch', input: {}, custom: patch }] },
      {
        text: 'Testing it.',
        tools: [{ name: 'exec_command', input: { cmd: `echo "${failure}" >&2; exit 3` } }],
      },
      { text: 'A pattern cannot do it: a heredoc needs the line after.' },
    ],
    begin: [
      { tools: [{ name: 'Write', input: { file_path: lexer, content: 'export const tokens = [];\n' } }] },
      { text: 'There is a lexer now.' },
    ],
    go: [{ text: 'On it.' }],
    delegate: [
      {
        text: 'Somebody else may look.',
        tools: [
          {
            name: 'Bash',
            input: {
              command: `cd ${worktree} && codex exec --dangerously-bypass-hook-trust "SCRIPT:quick" </dev/null`,
            },
          },
        ],
      },
      { text: 'It has looked.' },
    ],
    quick: [{ text: 'Nothing to see.' }],
  });
  writeCodexConfig(home, model.url);
  await home.json(['workspace', 'create', 'parser'], repository);
  for (const agent of ['claude-code', 'codex'])
    await home.json(['connect', agent, '--workspace', 'parser'], repository);
}, 420_000);
afterAll(async () => {
  await model?.close();
  await home?.remove();
});

const ask = async (prompt: string, ...more: string[]): Promise<void> => {
  const args = [
    '-p',
    prompt,
    '--permission-mode',
    'bypassPermissions',
    '--allowedTools',
    'Bash Write',
    ...more,
  ];
  const done = await runClaude(claude, home, worktree, model.url, args);
  expect(done, done.stderr + done.stdout).toMatchObject({ exitCode: 0 });
};

const sessionsBy = async (agent: string) =>
  (await home.json<OutputOf<'session.list'>>(['session', 'list', '--agent', agent], repository)).sessions;

test('what Codex failed at, Claude Code is told in another worktree at its next prompt', async () => {
  const native = '0b0e4c5e-9d5f-4c4e-8b1a-6a1f1c9b7d11';
  await ask('SCRIPT:begin make a lexer in src/lexer.ts', '--session-id', native);
  const done = await runCodex(codex, home, repository, [
    'exec',
    '--dangerously-bypass-hook-trust',
    'SCRIPT:attempt support heredocs in the lexer',
  ]);
  expect(done, done.stderr).toMatchObject({ exitCode: 0 });
  await eventually(
    async () => (await sessionsBy('codex')).some(({ failures }) => failures > 0) || null,
    'the failure of Codex',
    60_000,
  );
  const before = model.requests.length;
  await ask('SCRIPT:go now support heredocs in src/lexer.ts', '--resume', native);
  const told = model.requests.slice(before).join('\n');
  const context = /hivemind-record kind=[\\"]+context.*?<\/hivemind-record/s.exec(told)?.[0] ?? '';
  expect(context).toContain(failure);
  expect(context).toContain('codex');
}, 180_000);

test('the brief of the next session says what Codex failed at', async () => {
  const { text } = await home.json<OutputOf<'brief.show'>>(['brief'], worktree);
  expect(text).toContain(failure);
  expect(text).toContain('codex');
}, 60_000);

test('a Codex that Claude Code starts in its shell stands below the session of Claude Code', async () => {
  const native = '5b2f0c6e-1d5f-4c4e-8b1a-6a1f1c9b7d22';
  await ask('SCRIPT:delegate let another agent look', '--session-id', native);
  const parent = sessionId('claude-code', native);
  const child = await eventually(
    async () => (await sessionsBy('codex')).find((session) => session.parent === parent) ?? null,
    'the session of Codex below that of Claude Code',
    60_000,
  );
  expect(child.title).toContain('SCRIPT:quick');
}, 180_000);
