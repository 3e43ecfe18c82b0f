import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome, packageRoot } from '../world/home.ts';

vi.setConfig({ testTimeout: 90_000 });

let home: Home;
let repository: string;
const native = 'offers-1';
const inClaude = { CLAUDE_CODE_SESSION_ID: native };

type Offered = OutputOf<'handoff.offer'>;

beforeEach(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  await home.json(['workspace', 'create', 'shop'], repository);
});
afterEach(() => home.remove());

/** What a real hook of Claude Code reports. */
async function hook(event: string, more: object): Promise<void> {
  const payload = { session_id: native, cwd: repository, hook_event_name: event, ...more };
  await execa('/bin/sh', [join(packageRoot, 'bin', 'hook.sh'), 'claude-code', event], {
    cwd: repository,
    env: home.env,
    extendEnv: false,
    input: JSON.stringify(payload),
  });
}

const bash = (id: string, command: string, stdout: string) =>
  hook('PostToolUse', {
    tool_use_id: id,
    tool_name: 'Bash',
    tool_input: { command },
    tool_response: { stdout, stderr: '', interrupted: false },
  });

/** A session that asks, edits a file, and runs tests of which one kind fails. */
async function work(): Promise<void> {
  await hook('SessionStart', { source: 'startup' });
  await hook('UserPromptSubmit', { prompt: 'move sessions to redis', prompt_id: 'p1' });
  await hook('PostToolUse', {
    tool_use_id: 't1',
    tool_name: 'Write',
    tool_input: { file_path: join(repository, 'session.ts'), content: 'export const store = 1;\n' },
    tool_response: {
      type: 'create',
      filePath: join(repository, 'session.ts'),
      content: 'export const store = 1;\n',
      structuredPatch: [],
    },
  });
  await bash('t2', 'npm run lint', 'ok');
  await hook('PostToolUseFailure', {
    tool_use_id: 't3',
    tool_name: 'Bash',
    tool_input: { command: 'npm test' },
    error: 'Exit code 1\nAssertionError: expected 3 to be 4',
  });
  await eventually(async () => {
    const { session } = await home
      .call('session.show', {
        workspace: 'shop',
        session: sessionId('claude-code', native),
        limit: 1,
      })
      .catch(() => ({ session: null }));
    return (session?.counts['tool.called'] ?? 0) >= 2 && (session?.counts['file.edited'] ?? 0) >= 1;
  }, 'the session');
}

const run = (args: string[], options: { input?: string; env?: Record<string, string> } = {}) =>
  home.hivemind(args, { cwd: repository, ...options });

async function offer(args: string[], options: { input?: string } = {}): Promise<Offered> {
  const { exitCode, stdout, stderr } = await run(['handoff', 'offer', ...args, '--json'], {
    ...options,
    env: inClaude,
  });
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const task = ['--task', 'move sessions to redis', '--next', 'write the expiry test'];

describe('a handoff', () => {
  it('goes from one agent to another, filled in from the record, and outlives the daemon', async () => {
    await work();
    const dry = await run(['handoff', 'offer', ...task, '--dry-run'], { env: inClaude });
    expect(dry.stdout).toContain('This would be offered');
    expect(dry.stdout).toContain('read from the record');
    const { handoff } = await offer(['--to', 'agent:codex', ...task, '--question', 'a, or b?']);
    const { id } = handoff.posting;
    expect(handoff.content).toMatchObject({
      questions: ['a, or b?'],
      tests: { passed: ['npm run lint'], failed: [{ name: 'npm test' }] },
      derived: expect.arrayContaining(['files', 'tests']),
    });
    expect(handoff.content?.files).toHaveLength(1);
    expect(handoff.content?.tokens?.transcript).toBeGreaterThan(10);

    await home.kill();
    const list = await run(['handoff', 'list']);
    expect(list.stdout).toMatch(/^offered {3}move sessions to redis/);
    expect(list.stdout).toContain('tokens in place of a transcript of');

    const wrong = await run(['handoff', 'accept', id]);
    expect(wrong.exitCode).toBe(4);
    expect(wrong.stderr).toContain(`hivemind handoff accept ${id} --as agent:codex`);
    const taken = await run(['handoff', 'accept', id.slice(-6), '--as', 'agent:codex']);
    expect(taken).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('next: write the expiry test'),
    });
    const second = await run(['handoff', 'accept', id, '--as', 'agent:codex']);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain('it was taken by codex');

    await home.kill();
    const shown = await home.json<OutputOf<'handoff.show'>>(['handoff', 'show', id], repository);
    expect(shown.handoff.posting).toMatchObject({ state: 'accepted', takenBy: 'codex' });
    expect(shown.history.map(({ state }) => state)).toEqual(['offered', 'accepted']);
  });

  it('is read as JSON or lines from standard input, with errors that name the field', async () => {
    const json = JSON.stringify({ task: 'a', next: 'b', questions: ['c?'], tests: { failed: ['d=e'] } });
    expect((await offer(['--content', '-'], { input: json })).handoff.content).toMatchObject({
      task: 'a',
      questions: ['c?'],
      tests: { failed: [{ name: 'd', message: 'e' }] },
    });
    const lines = 'task: a\nnext: b\nrejected:\n- c: because d\n';
    expect((await offer(['--content', '-', '--next', 'x'], { input: lines })).handoff.content).toMatchObject({
      next: 'x',
      rejected: [{ approach: 'c', reason: 'because d' }],
    });
    const refused = async (args: string[], input = ''): Promise<string> => {
      const { exitCode, stderr } = await run(['handoff', 'offer', ...args], { input });
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await refused(['--content', '-'], '{"task": "a", "next": "b", "question": []}')).toContain(
      'question',
    );
    expect(await refused(['--content', '-'], '{"task": 1, "next": "b"}')).toContain('content.task:');
    expect(await refused(['--content', '-'], '{"task"')).toContain('standard input is not JSON');
    expect(await refused(['--content', '-'], 'task: a\nmood: b')).toContain(
      'line 2: there is no field "mood"',
    );
    expect(await refused(['--next', 'b'])).toContain('task: say what is to be done');
    expect(await refused([...task, '--to', 'codex'])).toContain('to: is agent:NAME');
  });

  it('is not read on a branch that does not see it', async () => {
    await work();
    await home.json(['branch', 'create', 'spike'], repository);
    const { handoff } = await offer([...task, '--status', 'sentinel', '--branch', 'spike']);
    const { id } = handoff.posting;
    for (const args of [
      ['handoff', 'list', '--json'],
      ['handoff', 'show', id, '--json'],
      ['handoff', 'list'],
      ['handoff', 'show', id],
      ['recall', 'move sessions to redis', '--json'],
      ['export'],
    ]) {
      const { stdout, exitCode } = await run(args);
      expect(exitCode, args.join(' ')).toBe(0);
      expect(stdout, args.join(' ')).not.toMatch(/sentinel|write the expiry/);
    }
    const refused = await run(['handoff', 'accept', id]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('--branch spike');
    const taken = await run(['handoff', 'accept', id, '--branch', 'spike']);
    expect(taken.stdout).toContain('sentinel');
  });

  it('for a role is taken by whoever has it', async () => {
    const { handoff } = await offer(['--to', 'role:reviewer', ...task]);
    const mine = (env: Record<string, string> = {}) => run(['handoff', 'list', '--mine'], { env });
    expect((await mine()).stdout).toContain('No handoffs');
    expect((await mine({ HIVEMIND_ROLE: 'reviewer' })).stdout).toContain('move sessions');
    const { exitCode } = await run(['handoff', 'accept', handoff.posting.id], {
      env: { HIVEMIND_ROLE: 'reviewer' },
    });
    expect(exitCode).toBe(0);
  });

  it('reads well in a replay and in an export', async () => {
    await work();
    const { handoff } = await offer([...task, '--rejected', 'memcached: no persistence']);
    const { stdout } = await run(['show', handoff.posting.content ?? '']);
    expect(stdout).toContain('next');
    expect(stdout).toContain('memcached');
    expect(stdout).not.toContain('"tests"');
    const replay = await run(['replay', '--text']);
    expect(replay.stdout).toContain('handoff');
  });
});
