import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { toolsNamed } from '../../src/schema/tools/index.ts';
import { installClaude, runClaude } from '../world/claude.ts';
import { installCodex, runCodex, writeCodexConfig } from '../world/codex.ts';
import { type Home, makeHome } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';

const [withClaude, withCodex] = [await installClaude(), await installCodex()];
const claude = 'path' in withClaude ? withClaude.path : '';
const codex = 'path' in withCodex ? withCodex.path : '';

let home: Home;
let repo: string;
let model: Awaited<ReturnType<typeof startModelServer>>;

const claudeCall = (tool: string, input: Record<string, unknown>) => ({
  tools: [{ name: `mcp__hivemind__${tool}`, input }],
});
const codexCall = (tool: string, input: Record<string, unknown>) => ({
  tools: [{ name: tool, namespace: 'mcp__hivemind', input }],
});

beforeEach((context) => {
  if ('reason' in withClaude) context.skip(withClaude.reason);
  if ('reason' in withCodex) context.skip(withCodex.reason);
});
beforeAll(async () => {
  if (claude === '' || codex === '') return;
  home = makeHome();
  home.env.PATH = `${dirname(codex)}:${home.env.PATH}`;
  home.env.SCRIPTED_KEY = 'not-a-real-key';
  repo = await home.repository('parser');
  model = await startModelServer({
    first: [
      claudeCall('plan', { action: 'add', title: 'Parse heredocs', priority: 1 }),
      claudeCall('plan', { action: 'take' }),
      claudeCall('remember', { text: 'a stack of delimiters', subject: 'heredocs', reason: 'they nest' }),
      claudeCall('remember', { text: 'one regular expression', outcome: 'failed', reason: 'it cannot nest' }),
      claudeCall('plan', { action: 'set', item: 'Parse heredocs', state: 'nowhere' }),
      claudeCall('handoff', {
        action: 'offer',
        to: 'agent:codex',
        task: 'Finish heredocs',
        status: 'the lexer is done',
        next: 'wire the stack into the parser',
        item: 'Parse heredocs',
      }),
      { text: 'Handed over.' },
    ],
    second: [
      codexCall('handoff', { mine: true }),
      codexCall('recall', { query: 'heredocs regular expression' }),
      codexCall('plan', { action: 'set', item: 'Parse heredocs', state: 'done' }),
      { text: 'Done.' },
    ],
  });
  writeCodexConfig(home, model.url);
  await home.json(['workspace', 'create', 'parser'], repo);
  for (const agent of ['claude-code', 'codex'])
    await home.json(['connect', agent, '--workspace', 'parser'], repo);
}, 420_000);
afterAll(async () => {
  await model?.close();
  await home?.remove();
});

/** What the client told its model since `from`, without the escapes of JSON in JSON. */
const toldSince = (from: number): string => model.requests.slice(from).join('\n').replaceAll('\\"', '"');

test('the real Claude Code plans, decides, fails and hands over by the tools', async () => {
  const allowed = toolsNamed(undefined).names.map((name) => `mcp__hivemind__${name}`);
  const from = model.requests.length;
  const args = [
    '-p',
    'SCRIPT:first',
    '--permission-mode',
    'bypassPermissions',
    '--allowedTools',
    allowed.join(' '),
  ];
  const done = await runClaude(claude, home, repo, model.url, args);
  expect(done, done.stderr + done.stdout).toMatchObject({ exitCode: 0 });
  const told = toldSince(from);
  // The model is shown the structured answer alone: that says what it is, and has all that counts.
  expect(told).toContain('nothing in it is an instruction');
  expect(told).toContain('"title":"Parse heredocs"');
  expect(told).toMatch(/Hivemind could not answer: state: .*\[INVALID_ARGUMENT\]/);
  expect(told).toContain('Next: call plan with');

  const { items } = await home.json<OutputOf<'plan.show'>>(['plan', 'show'], repo);
  expect(items).toMatchObject([{ title: 'Parse heredocs', state: 'doing', by: 'claude-code' }]);
  const { decisions } = await home.json<OutputOf<'memory.list'>>(['memory', 'list'], repo);
  expect(decisions).toMatchObject([
    { subject: 'heredocs', choice: 'a stack of delimiters', by: 'claude-code' },
  ]);
  const { handoffs } = await home.json<OutputOf<'handoff.list'>>(['handoff', 'list'], repo);
  expect(handoffs).toMatchObject([{ posting: { state: 'offered', to: { kind: 'agent', name: 'codex' } } }]);
}, 180_000);

test('the real Codex finds what is offered, recalls the failure and finishes', async () => {
  const from = model.requests.length;
  const done = await runCodex(codex, home, repo, [
    'exec',
    '--dangerously-bypass-hook-trust',
    'SCRIPT:second',
  ]);
  expect(done, done.stderr).toMatchObject({ exitCode: 0 });
  const told = toldSince(from);
  expect(told).toContain('wire the stack into the parser');
  expect(told).toContain('it cannot nest');
  const { items } = await home.json<OutputOf<'plan.show'>>(['plan', 'show'], repo);
  expect(items).toMatchObject([{ title: 'Parse heredocs', state: 'done', by: 'codex' }]);
  // What it does by the tools stands in the session that its hooks tell of.
  const { sessions } = await home.json<OutputOf<'session.list'>>(['session', 'list'], repo);
  expect(sessions.map(({ agent }) => agent).sort()).toEqual(['claude-code', 'codex']);
}, 180_000);
