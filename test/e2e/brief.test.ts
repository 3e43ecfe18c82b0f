import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Home, makeHome } from '../world/home.ts';

type Brief = OutputOf<'brief.show'>;

let home: Home;
let repository: string;

beforeAll(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  mkdirSync(join(repository, 'src'));
  writeFileSync(join(repository, 'src', 'sessions.ts'), 'export const store = "memory";\n');
  await home.json(['workspace', 'create', 'shop'], repository);
});
afterAll(() => home?.remove());

const run = (...args: string[]): Promise<Record<string, unknown>> => home.json(args, repository);
const brief = (...args: string[]): Promise<Brief> => home.json<Brief>(['brief', ...args], repository);

/** What a hook of an agent gets to read; empty for nothing. */
async function told(event: string, session: string, fields: object, agent = 'claude-code'): Promise<string> {
  const payload = JSON.stringify({ session_id: session, cwd: repository, hook_event_name: event, ...fields });
  const { stdout, exitCode } = await home.hook(event, payload, { cwd: repository, agent });
  expect(exitCode).toBe(0);
  if (stdout === '') return '';
  const answer = JSON.parse(stdout) as { hookSpecificOutput: { additionalContext: string } };
  return answer.hookSpecificOutput.additionalContext;
}

const edited = (session: string, path: string) =>
  told('PostToolUse', session, {
    tool_name: 'Edit',
    tool_use_id: `toolu_${session}_${path}`,
    tool_input: { file_path: join(repository, path), old_string: 'a', new_string: 'b' },
    tool_response: {
      filePath: join(repository, path),
      structuredPatch: [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-a', '+b'] }],
    },
  });

describe('a brief', () => {
  test('reaches an agent that begins: conventions, what touches the work, the plan', async () => {
    await run('remember', 'convention', 'mocks', 'tests never mock our own code');
    await run('remember', 'decision', 'session store', 'PostgreSQL', '--paths', 'src/sessions.ts');
    await run('remember', 'attempt', 'keep sessions in memory', '--why', 'there are two workers');
    await run('plan', 'add', 'move sessions', '--owner', 'codex', '--paths', 'src/sessions.ts');
    await run('plan', 'add', 'write the guide');
    const text = await told('SessionStart', 'c1', { source: 'startup' });
    expect(text).toContain('Conventions here:\n* mocks: tests never mock our own code');
    expect(text).toContain('* session store: PostgreSQL');
    expect(text).toContain('* keep sessions in memory · because there are two workers');
    expect(text).toContain('* next: write the guide');
    const codex = await told('SessionStart', 'x1', { source: 'startup' }, 'codex');
    expect(codex).toContain('* yours, todo: move sessions');
  });

  test('says why each line is in, and is counted as a brief of its session', async () => {
    const shown = await brief('--agent', 'codex');
    const lines = shown.sections.flatMap((section) => section.lines);
    expect(lines.filter(({ text }) => text.includes('session store')).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^touches src\/sessions\.ts \(plan item /),
    ]);
    expect(lines.every(({ told: isTold, leftOut }) => isTold === (leftOut === ''))).toBe(true);
    const { stdout } = await home.hivemind(['brief', '--explain'], { cwd: repository });
    expect(stdout).toContain('a convention: every brief has it');
    const stats = await home.json<OutputOf<'stats.recall'>>(['stats', 'recall'], repository);
    expect(stats.briefs).toBeGreaterThanOrEqual(2);
  });

  test('comes again after a compaction, with what the session had done itself', async () => {
    await told('UserPromptSubmit', 'c1', { prompt: 'move the sessions to PostgreSQL', prompt_id: 'p1' });
    await edited('c1', 'src/sessions.ts');
    const other = await told('SessionStart', 'c2', { source: 'startup' });
    expect(other).toMatch(
      /^Others right now:\n(?:\* claude-code is editing src\/sessions\.ts .*\n)?\* claude-code · move the sessions to PostgreSQL/m,
    );
    const own = await told('SessionStart', 'c1', { source: 'resume' });
    expect(own).not.toContain('What you were doing');
    const after = await told('SessionStart', 'c1', { source: 'compact' });
    expect(after).toContain('* task: move the sessions to PostgreSQL');
    expect(after).toContain('* edited: src/sessions.ts');
    const shown = await brief('--session', sessionId('claude-code', 'c1'), '--compaction');
    expect(shown.text).toContain('* asked: move the sessions to PostgreSQL');
  });

  test('a subagent gets a short one, without what its parent does', async () => {
    const text = await told('SubagentStart', 'c1', { agent_id: 'a1', agent_type: 'Explore' });
    expect(text).toContain('* mocks: tests never mock our own code');
    expect(text).not.toContain('move the sessions to PostgreSQL');
    const codex = await told('SubagentStart', 'x1', { agent_id: 'a2', agent_type: 'worker' }, 'codex');
    expect(codex).toContain('* mocks:');
    expect((await brief('--subagent')).budget).toBe(600);
  });

  test('a handoff that was taken is told whole, once', async () => {
    await run(
      ...['handoff', 'offer', '--to', 'agent:codex', '--task', 'finish the move'],
      ...['--next', 'drop the old table', '--status', 'half of it is done'],
    );
    const offered = await told('SessionStart', 'x2', { source: 'startup' }, 'codex');
    expect(offered).toContain('finish the move · to take it: hivemind handoff accept');
    const [, id = ''] = /hivemind handoff accept ([0-9a-f]{8})/.exec(offered) ?? [];
    const session = sessionId('codex', 'x2');
    await home.call('handoff.accept', { cwd: repository, handoff: id, caller: session });
    const first = await told('SessionStart', 'x2', { source: 'resume' }, 'codex');
    expect(first).toContain('next: drop the old table');
    const again = await told('SessionStart', 'x2', { source: 'resume' }, 'codex');
    expect(again).not.toContain('drop the old table');
  });

  test('fits the budget that is set, and refuses one that is none', async () => {
    for (let at = 0; at < 12; at += 1)
      await home.call('memory.note', {
        cwd: repository,
        text: `the machine ${at} ${'has a rather long name '.repeat(8)}`,
      });
    await run('workspace', 'set', 'brief-tokens', '300');
    const small = await brief();
    expect(small.tokens).toBeLessThanOrEqual(300);
    expect(small.text).toContain('* mocks:');
    expect(small.sections.flatMap(({ lines }) => lines).some(({ leftOut }) => leftOut === 'no room')).toBe(
      true,
    );
    for (const wrong of ['100', '9000', 'many']) {
      const { exitCode, stderr } = await home.hivemind(['workspace', 'set', 'brief-tokens', wrong], {
        cwd: repository,
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('200 to 8000');
    }
    await run('workspace', 'set', 'brief-tokens', '1500');
  });

  test('is the same twice, also after a restart of the daemon', async () => {
    const first = await brief('--agent', 'codex');
    const again = await brief('--agent', 'codex');
    expect(again.text.replace(/\d+ min ago|just now/g, '')).toBe(
      first.text.replace(/\d+ min ago|just now/g, ''),
    );
    await home.kill();
    const later = await brief('--agent', 'codex');
    expect(later.text.replace(/\d+ min ago|just now/g, '')).toBe(
      first.text.replace(/\d+ min ago|just now/g, ''),
    );
  });

  test('of a branch tells what is seen from there, and main does not', async () => {
    await run('branch', 'create', 'trial');
    await run('remember', 'convention', 'tabs', 'never', '--branch', 'trial');
    expect((await brief('--branch', 'trial')).text).toContain('* tabs: never');
    expect((await brief()).text).not.toContain('* tabs:');
  });
});
