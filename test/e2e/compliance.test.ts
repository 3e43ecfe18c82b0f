import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { installClaude, runClaude } from '../world/claude.ts';
import { installCodex, runCodex, writeCodexConfig } from '../world/codex.ts';
import { eventually, type Home, makeHome, packageRoot } from '../world/home.ts';
import { type ModelServer, startModelServer } from '../world/model-server.ts';

type Stats = OutputOf<'stats.compliance'>;
type Session = OutputOf<'session.list'>['sessions'][number];

const [claude, codex] = [await installClaude(), await installCodex()];
const failing = 'echo "ParserError: unexpected token" >&2; exit 3';

describe('what real clients did by themselves', { timeout: 120_000 }, () => {
  let home: Home;
  let model: ModelServer;
  let repository = '';
  let sessions: Session[] = [];
  const titled = (title: string): string =>
    sessions.find((session) => session.title === `SCRIPT:${title}`)?.id ?? '';
  const stats = (...args: string[]): Promise<Stats> =>
    home.json<Stats>(['stats', 'compliance', ...args], repository);
  const rowOf = ({ agents }: Stats, agent: string): Stats['agents'][number] => {
    const found = agents.filter((row) => row.agent === agent);
    expect(found).toHaveLength(1);
    return found[0] as Stats['agents'][number];
  };

  beforeEach((context) => {
    const missing = [claude, codex].find((one) => 'reason' in one);
    if (missing !== undefined && 'reason' in missing) context.skip(missing.reason);
  });
  beforeAll(async () => {
    if ('reason' in claude || 'reason' in codex) return;
    home = makeHome();
    repository = await home.repository('parser');
    const program = join(home.dir, 'bin', 'hivemind');
    mkdirSync(dirname(program));
    writeFileSync(
      program,
      `#!/bin/sh\nexec '${process.execPath}' '${join(packageRoot, 'bin', 'run.js')}' "$@"\n`,
    );
    chmodSync(program, 0o755);
    home.env.PATH = `${dirname(program)}:${dirname(codex.path)}:${home.env.PATH}`;
    const bash = (command: string) => ({ tools: [{ name: 'Bash', input: { command, description: 'x' } }] });
    const exec = (cmd: string) => ({
      tools: [{ name: 'exec_command', input: { cmd, yield_time_ms: 30_000 } }],
    });
    const write = (name: string) => ({
      tools: [{ name: 'Write', input: { file_path: join(repository, name), content: 'x\n' } }],
    });
    const patch = (name: string) =>
      exec(`apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: ${name}\n+x\n*** End Patch\nEOF`);
    const done = { text: 'Done.' };
    model = await startModelServer({
      good: [
        bash('hivemind plan add "Mend the parser" --state doing'),
        bash(failing),
        { tools: [{ name: 'mcp__hivemind__recall', input: { query: 'ParserError' } }] },
        write('good.ts'),
        bash('hivemind remember "the lexer eats newlines"'),
        bash('hivemind plan set "Mend the parser" --state done'),
        done,
      ],
      careless: [bash(failing), write('careless.ts'), bash('echo "hivemind recall ParserError"'), done],
      late: [bash(failing), write('late.ts'), bash('hivemind recall ParserError'), done],
      idle: [done],
      goodcodex: [
        exec(failing),
        { tools: [{ name: 'recall', namespace: 'mcp__hivemind', input: { query: 'ParserError' } }] },
        patch('goodcodex.ts'),
        { tools: [{ name: 'remember', namespace: 'mcp__hivemind', input: { text: 'tabs break it' } }] },
        done,
      ],
      // Its login shell has a PATH of its own.
      leavescodex: [exec('~/bin/hivemind plan add "Half a thing" --state doing'), patch('half.ts'), done],
    });
    writeCodexConfig(home, model.url);
    await home.json(['workspace', 'create', 'parser'], repository);
    await home.json(['connect', 'claude-code'], repository);
    await home.json(['connect', 'codex', '--trust-hooks', '--yes'], repository);
    for (const script of ['good', 'careless', 'late', 'idle']) {
      const args = ['-p', `SCRIPT:${script}`, '--permission-mode', 'bypassPermissions'];
      const { exitCode } = await runClaude(claude.path, home, repository, model.url, args);
      expect(exitCode).toBe(0);
    }
    for (const script of ['goodcodex', 'leavescodex'])
      expect((await runCodex(codex.path, home, repository, ['exec', `SCRIPT:${script}`])).exitCode).toBe(0);
    sessions = await eventually(
      async () => {
        const { sessions: all } = await home.json<OutputOf<'session.list'>>(['session', 'list'], repository);
        const whole = all.filter(({ endedAt, title }) => endedAt !== null && title.startsWith('SCRIPT:'));
        // Codex tells its calls by its rollout, which is read beside its hooks.
        const isTold = ({ counts, agent }: Session): boolean =>
          counts['turn.replied'] !== undefined && (agent !== 'codex' || counts['file.edited'] !== undefined);
        return whole.length === 6 && whole.every(isTold) ? whole : null;
      },
      'all sessions to be captured to their end',
      60_000,
    );
  }, 300_000);
  afterAll(async () => {
    await model?.close();
    await home?.remove();
  });

  test('Claude Code: each habit as so many of those that it is about, and who did not', async () => {
    const row = rowOf(await stats(), 'claude-code');
    expect(row).toMatchObject({ sessions: 4, taken: 1, done: 1 });
    expect(row.briefed).toMatchObject({ of: 4 });
    expect(row.recalled).toEqual({ of: 3, did: 2, not: [titled('careless')] });
    expect(row.recalledFirst).toMatchObject({ of: 3, did: 1 });
    expect(new Set(row.recalledFirst.not)).toEqual(new Set([titled('careless'), titled('late')]));
    expect(row.recorded).toMatchObject({ of: 3, did: 1 });
    expect(row.planned).toMatchObject({ of: 4, did: 1 });
    expect(row.handedOff).toEqual({ of: 0, did: 0, not: [] });
  });

  test('Codex, whose MCP server does not know the session: its calls are seen in the trace', async () => {
    const row = rowOf(await stats(), 'codex');
    expect(row).toMatchObject({ sessions: 2, taken: 1, done: 0 });
    expect(row.recalled).toEqual({ of: 1, did: 1, not: [] });
    expect(row.recalledFirst).toEqual({ of: 1, did: 1, not: [] });
    expect(row.recorded).toEqual({ of: 2, did: 1, not: [titled('leavescodex')] });
    expect(row.handedOff).toEqual({ of: 1, did: 0, not: [titled('leavescodex')] });
  });

  test('the briefs are those that recall.injected tells of', async () => {
    const told = await home.json<OutputOf<'stats.recall'>>(['stats', 'recall'], repository);
    const { agents } = await stats();
    expect(told.briefs).toBeGreaterThan(0);
    expect(agents.reduce((sum, { briefed }) => sum + briefed.did, 0)).toBe(told.briefs);
  });

  test('one session, a window, and what people read', async () => {
    const only = await stats('--session', titled('good'));
    expect(only.agents).toHaveLength(1);
    expect(rowOf(only, 'claude-code')).toMatchObject({ sessions: 1, recorded: { of: 1, did: 1 } });
    expect((await stats('--since', '2099-01-01')).agents).toEqual([]);
    const shown = await home.hivemind(['stats', 'compliance', '--verbose'], { cwd: repository });
    expect(shown.stdout).toMatch(/claude-code.*2 of 3.*1 of 3/);
    expect(shown.stdout).toContain(titled('careless'));
    expect(shown.stdout).toContain('two hours without an event');
    const none = await home.hivemind(['stats', 'compliance', '--session', 'ses_nobody'], { cwd: repository });
    expect(none.exitCode).toBe(1);
  });

  test('the same counts when everything has gone to the tables', async () => {
    const before = await stats();
    await home.json(['daemon', 'stop']);
    await eventually(
      async () => (await home.json<OutputOf<'status.show'>>(['status'], repository)).tail === 0,
      'an empty tail',
    );
    expect(await stats()).toEqual(before);
  });
});
