import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Home, makeHome } from '../world/home.ts';
import { openTerminal, withTerminal } from '../world/terminal.ts';

let home: Home;
let cwd: string;
const session = `ses_${'1'.repeat(32)}`;
const hour = 3_600_000;
const now = Date.now();

const draft = (place: number, more: Record<string, unknown>) => ({
  agent: 'codex',
  session,
  identity: { nativeId: `call-${place}`, phase: 'call' },
  actor: { kind: 'agent' as const, name: 'codex' },
  at: now - 20 * hour + place * hour,
  type: 'tool.called',
  text: 'npm test',
  body: { tool: 'Bash' },
  ...more,
});

beforeAll(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
  const edit = { type: 'file.edited', paths: ['src/a.ts'], text: 'Edit src/a.ts' };
  await home.call('event.append', {
    cwd,
    events: [
      draft(1, { status: 'failed' }),
      draft(2, { body: { tool: 'Bash', output: 'x'.repeat(5_000), tokens: { input: 5, output: 6 } } }),
      draft(3, { ...edit, body: { tool: 'Edit', path: 'src/a.ts', change: 'updated' } }),
      draft(4, { type: 'turn.measured', text: '', body: { tokens: { input: 1, output: 2 }, costUsd: 0.25 } }),
      draft(5, { agent: 'gemini-cli', text: 'ls', body: { tool: '\u001b[31mls\u202e' } }),
    ],
  });
  await home.json(['branch', 'create', 'run-1/tester'], cwd);
}, 120_000);
afterAll(() => home.remove());

const stats = (...args: string[]) => home.json<OutputOf<'stats.activity'>>(['stats', ...args], cwd);
const run = (args: string[], env: Record<string, string> = {}) => home.hivemind(args, { cwd, env });

test('who did how much, which tools fail, what it took, which files', async () => {
  const told = await stats();
  expect(told.events).toBe(5);
  const [codex] = told.agents;
  expect(codex).toMatchObject({
    agent: 'codex',
    sessions: 1,
    usage: { input: 6, output: 8, cacheRead: 0, cacheWrite: 0, costUsd: 0.25 },
  });
  expect(codex?.events.length).toBeLessThanOrEqual(48);
  expect(codex?.failures.reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(told.tools[0]).toEqual({ tool: 'Bash', calls: 2, failed: 1, rejected: 0 });
  expect(told.files).toMatchObject([{ path: 'src/a.ts', agents: ['codex'] }]);
  expect(told.agents.find(({ agent }) => agent === 'gemini-cli')?.usage).toBeNull();
});

test('what is not seen, or not in the time, is not counted', async () => {
  await home.call('event.append', { cwd, branch: 'run-1/tester', events: [draft(6, {})] });
  expect((await stats()).events).toBe(5);
  expect((await stats('--branch', 'run-1/tester')).events).toBe(6);
  expect((await stats('--since', '16h')).events).toBeLessThan(5);
  const wrong = await run(['stats', '--since', '1h', '--until', '2h']);
  expect(wrong.exitCode).toBe(2);
  const nobody = await run(['stats', '--branch', 'nobody']);
  expect(nobody.stderr).toContain('hivemind branch list');
});

test('in a pipe it is plain and inert, and ASCII where the locale says so', async () => {
  const { stdout } = await run(['stats']);
  expect(stdout).toMatch(/codex +\S.*\d/);
  expect(stdout).toContain('not said');
  for (const sign of ['\u001b', '\u202e']) expect(stdout).not.toContain(sign);
  const ascii = await run(['stats'], { LC_ALL: 'C' });
  expect(ascii.stdout).toMatch(/^[\x20-\x7e\n]*$/);
});

test('the graph of branches has the fork and the merge', async () => {
  await home.json(['merge', 'run-1/tester'], cwd);
  const graph = await home.json<OutputOf<'branch.graph'>>(['branch', 'graph'], cwd);
  expect(graph.branches.map(({ name }) => name).sort()).toEqual(['main', 'run-1/tester']);
  expect(graph.merges).toHaveLength(1);
  const { stdout } = await run(['branch', 'graph']);
  expect(stdout).toMatch(/◆─╮ +merged run-1\/tester → main/);
  expect(stdout).toContain('run-1/tester forked from main');
  expect((await run(['branch', 'graph'], { LC_ALL: 'C' })).stdout).toMatch(/^[\x20-\x7e\n]*$/);
});

withTerminal('in a terminal the picture is as wide as it', async () => {
  const terminal = await openTerminal(home, ['stats'], { cwd, columns: 80, rows: 50 });
  try {
    const screen = await terminal.shows(/ended with 0/);
    expect(screen).toMatch(/Activity.*EVENTS {2}FAILED SESSIONS$/m);
    expect(screen).toContain('up to 1 edit a column');
  } finally {
    await terminal.close();
  }
});
