import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../src/schema/event.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { payloads } from '../unit/agents/cursor/payloads.ts';
import { eventually, type Home, makeHome, type Outcome, packageRoot } from '../world/home.ts';
import { callTool, openLegacy, startMcp } from '../world/mcp.ts';

type Listed = OutputOf<'session.list'>;

let home: Home;
let repository: string;
let workspace: string;
let made = 0;
beforeAll(() => {
  home = makeHome();
});
beforeEach(async () => {
  made += 1;
  workspace = `parser${made}`;
  repository = await home.repository(workspace);
  await home.json(['workspace', 'create', workspace], repository);
});
afterAll(() => home.remove());

const hook = (agent: string, event: string, payload: object): Promise<Outcome> =>
  execa('/bin/sh', [join(packageRoot, 'bin', 'hook.sh'), agent, event], {
    cwd: repository,
    extendEnv: false,
    env: home.env,
    input: JSON.stringify(payload),
    reject: false,
  }).then(({ exitCode, stdout, stderr }) => ({ exitCode: exitCode ?? -1, stdout, stderr }));

const eventsOf = async (agent: string): Promise<Event[]> => {
  const { events } = await home.call('event.export', { workspace, limit: 1000 });
  return events.filter((event) => event.agent === agent);
};

const run = (words: string[], env: Record<string, string> = {}): Promise<Outcome> =>
  home.hivemind(['record', 'run', '--agent', 'ci', '--', ...words], { cwd: repository, env });

describe('any program', () => {
  test('hands over what it does by the hook, in its own name', async () => {
    const about = { agent: 'my-agent', session: 'run-1', cwd: repository };
    await hook('generic', 'start', about);
    await hook('generic', 'prompt', { ...about, id: 'p1', turn: 'p1', text: 'make the parser test pass' });
    await hook('generic', 'tool', {
      ...about,
      turn: 'p1',
      command: 'make test',
      exitCode: 2,
      output: 'ParserError: line 7',
    });
    const diff = '--- a/util.ts\n+++ b/util.ts\n@@ -1 +1 @@\n-a - b\n+a + b\n';
    await hook('generic', 'edit', { ...about, turn: 'p1', path: join(repository, 'util.ts'), diff });
    await hook('generic', 'reply', {
      ...about,
      turn: 'p1',
      text: 'it adds now',
      tokens: { input: 3, output: 4 },
    });
    await hook('generic', 'end', { ...about, text: 'done' });
    const events = await eventually(async () => {
      const found = await eventsOf('my-agent');
      return found.length === 6 ? found : null;
    }, 'six events');
    const by = new Map(events.map((event) => [event.type, event]));
    expect(by.get('tool.called')).toMatchObject({ status: 'failed', body: { tool: 'Bash', exitCode: 2 } });
    expect(by.get('file.edited')).toMatchObject({
      paths: ['util.ts'],
      body: { hunks: [{ lines: ['-a - b', '+a + b'] }] },
    });
    expect(by.get('turn.replied')?.body).toMatchObject({ tokens: { input: 3, output: 4 } });
    expect(new Set(events.map(({ session }) => session)).size).toBe(1);
    const { sessions } = await home.json<Listed>(['session', 'list'], repository);
    expect(sessions).toMatchObject([{ agent: 'my-agent' }]);
  });

  test('records by command: from the words, from standard input, into the session that it names', async () => {
    const nameless = await home.hivemind(['record', 'tool'], { cwd: repository });
    expect(nameless).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('which command') });
    const args = ['record', 'tool', '--tool', 'make', '--command', 'make test', '--status', 'failed'];
    const piped = await home.hivemind(
      [...args, '--exit-code', '2', '--output', '-', '--session', 's', '--agent', 'ci'],
      {
        cwd: repository,
        input: 'ParserError: unexpected token at line 7\n',
      },
    );
    expect(piped, piped.stderr).toMatchObject({ exitCode: 0 });
    expect(piped.stdout).toContain('Recorded');
    await home.json(['record', 'prompt', 'why is it red?', '--session', 's', '--agent', 'ci'], repository);
    const [tool, prompt] = await eventsOf('ci');
    expect(tool).toMatchObject({
      status: 'failed',
      body: { exitCode: 2, nativeTool: 'make', input: { command: 'make test' } },
    });
    expect(tool?.text).toContain('ParserError');
    expect(prompt).toMatchObject({ type: 'turn.prompted', session: tool?.session });
    const { cards } = await home.json<OutputOf<'recall.search'>>(
      ['recall', 'ParserError unexpected token'],
      repository,
    );
    expect(cards[0]?.hits.some(({ text }) => text.includes('make test'))).toBe(true);
  });

  test('the same id is stored once; without a session it is that of the shell', async () => {
    const args = ['record', 'prompt', 'hello', '--id', 'p1'];
    const named = [...args, '--session', 's'];
    expect(await home.json(named, repository)).toMatchObject({ appended: 1 });
    expect(await home.json(named, repository)).toMatchObject({ appended: 0, duplicates: 1 });
    const first = await home.json<{ session: string }>(['record', 'prompt', 'one'], repository);
    const second = await home.json<{ session: string }>(['record', 'prompt', 'two'], repository);
    expect(second.session).toBe(first.session);
    const other = await home.hivemind(['record', 'prompt', 'three', '--json'], {
      cwd: repository,
      env: { HIVEMIND_SESSION: 'x' },
    });
    expect(JSON.parse(other.stdout).session).not.toBe(first.session);
  });

  test('sends JSON to the socket with curl, as the guide says', async () => {
    const body = {
      kind: 'tool',
      agent: 'crew',
      session: 'kickoff-1',
      cwd: repository,
      command: 'pytest -q',
      'exit-code': 1,
      output: '1 failed',
    };
    const { stdout } = await execa('curl', [
      ...['-s', '--unix-socket', home.socket, '-H', 'content-type: application/json'],
      ...['-d', JSON.stringify(body), 'http://d/v1/op/event.record'],
    ]);
    expect(JSON.parse(stdout).result).toMatchObject({ workspace, agent: 'crew', appended: 1 });
    expect(await eventsOf('crew')).toMatchObject([{ status: 'failed', body: { exitCode: 1 } }]);
  });

  test('connect prints what to configure, and writes no settings', async () => {
    const { exitCode, stdout } = await home.hivemind(['connect', 'generic', '--workspace', workspace], {
      cwd: repository,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('"mcpServers"');
    expect(stdout).toContain('hook.sh');
    expect(existsSync(join(home.dir, '.mcp.json'))).toBe(false);
  });

  test('an MCP client is known by the name that it says', async () => {
    const mcp = startMcp(home, repository);
    await openLegacy(mcp);
    await callTool(mcp, 'remember', { text: 'the parser is hand-written' });
    const { events } = await home.call('event.export', { workspace });
    const noted = events.find(({ type }) => type === 'memory.noted');
    expect(noted).toMatchObject({ agent: 'test', actor: { kind: 'agent', name: 'test' } });
    const { sessions } = await home.json<Listed>(['session', 'list'], repository);
    expect(sessions).toMatchObject([{ id: noted?.session, agent: 'test' }]);
    mcp.end();
  });
});

describe('record run', () => {
  test('passes output and exit code through, and records them', async () => {
    const done = await run(['sh', '-c', 'echo out; echo "ParserError: line 7" >&2; exit 3']);
    expect(done).toEqual({ exitCode: 3, stdout: 'out', stderr: 'ParserError: line 7' });
    const [call] = await eventsOf('ci');
    expect(call).toMatchObject({
      type: 'tool.called',
      status: 'failed',
      body: { exitCode: 3, nativeTool: 'sh' },
    });
    expect(call?.body.error).toContain('ParserError: line 7');
    expect(call?.body.durationMs).toBeGreaterThanOrEqual(0);
    expect((await run(['true'])).exitCode).toBe(0);
    expect((await run(['no-such-program-anywhere'])).exitCode).toBe(127);
  });

  test('standard input is the command’s; of a long output the ends are kept', async () => {
    const done = await home.hivemind(
      ['record', 'run', '--', 'sh', '-c', 'read word; echo "got $word"; seq 100000'],
      {
        cwd: repository,
        input: 'hello\n',
      },
    );
    expect(done.stdout.startsWith('got hello\n1\n')).toBe(true);
    expect(done.stdout.endsWith('100000')).toBe(true);
    const [call] = await eventsOf('generic');
    expect(String(call?.body.output)).toMatch(/^got hello\n1\n[\s\S]*bytes left out[\s\S]*100000\n$/);
  });

  test('a signal reaches the command, and ends us as it ended the command', async () => {
    const ready = join(home.dir, 'ready');
    const script = `trap 'echo caught; exit 9' TERM; : >"${ready}"; while :; do sleep 0.1; done`;
    const child = spawn(
      process.execPath,
      [join(packageRoot, 'bin/run.js'), 'record', 'run', '--', 'sh', '-c', script],
      {
        cwd: repository,
        env: home.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    await eventually(async () => existsSync(ready), 'the command to run');
    child.kill('SIGTERM');
    expect(await closed).toBe(9);
    expect(await eventsOf('generic')).toMatchObject([{ status: 'failed', body: { exitCode: 9 } }]);
  });

  test('where it cannot be recorded it says so, and the exit code stays', async () => {
    const outside = await home.hivemind(['record', 'run', '--', 'sh', '-c', 'exit 4'], { cwd: home.dir });
    expect(outside.exitCode).toBe(4);
    expect(outside.stderr).toContain('not recorded');
  });

  test('a daemon that hangs gets it later, once', async () => {
    const { pid } = await home.call('daemon.status', {});
    process.kill(pid, 'SIGSTOP');
    const done = await run(['sh', '-c', 'echo kept; exit 5']).finally(() => process.kill(pid, 'SIGCONT'));
    expect(done).toMatchObject({ exitCode: 5, stdout: 'kept' });
    expect(done.stderr).toContain('it is kept');
    // The request that hung may be answered yet, beside what was spooled.
    await eventually(async () => {
      const { spooled } = await home.call('daemon.status', {});
      return spooled === 0 && (await eventsOf('ci')).length > 0;
    }, 'the event to arrive');
    expect(await eventsOf('ci')).toMatchObject([{ status: 'failed', body: { exitCode: 5 } }]);
  });
});

describe('Cursor, beside the hooks of Claude Code', () => {
  test('every payload through the real hook, once', async () => {
    await home.json(['connect', 'cursor', '--workspace', workspace], repository);
    await home.json(['connect', 'claude-code', '--workspace', workspace], repository);
    const here = { workspace_roots: [repository], cwd: repository };
    const mapped: Record<string, string> = {
      sessionStart: 'SessionStart',
      beforeSubmitPrompt: 'UserPromptSubmit',
      postToolUse: 'PostToolUse',
    };
    writeFileSync(join(repository, 'note.txt'), 'x');
    for (const [event, payload] of Object.entries(payloads)) {
      const whole = {
        ...payload,
        ...here,
        ...(event === 'afterFileEdit' ? { file_path: join(repository, 'util.ts') } : {}),
      };
      const { exitCode, stdout } = await hook('cursor', event, whole);
      expect(exitCode).toBe(0);
      if (event === 'beforeSubmitPrompt') expect(JSON.parse(stdout)).toEqual({ continue: true });
      else if (stdout !== '') expect(JSON.parse(stdout)).toHaveProperty('additional_context');
      const claude = mapped[event];
      if (claude === undefined) continue;
      expect(
        await hook('claude-code', claude, { ...whole, session_id: 'conv-1', hook_event_name: claude }),
      ).toMatchObject({ exitCode: 0, stdout: '' });
    }

    const events = await eventually(async () => {
      const found = await eventsOf('cursor');
      return found.length >= 12 && (await home.json<{ spooled: number }>(['daemon', 'status'])).spooled === 0
        ? found
        : null;
    }, 'the events of Cursor');
    const counts = Object.groupBy(events, ({ type }) => type);
    expect(Object.fromEntries(Object.entries(counts).map(([type, all]) => [type, all?.length]))).toEqual({
      'session.started': 2,
      'turn.prompted': 2,
      'tool.called': 2,
      'turn.replied': 2,
      'turn.interrupted': 1,
      'session.compacted': 1,
      'session.ended': 2,
    });

    expect(await eventsOf('claude-code')).toEqual([]);
  });
});
