import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { isAlive } from '../torture/world.ts';
import { prompts, session } from '../world/drafts.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

test('one daemon serves all who ask for it at once, and answers curl', async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => home.json<OutputOf<'daemon.status'>>(['daemon', 'start'])),
  );
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
  const curl = await execa('curl', [
    '-s',
    '--unix-socket',
    home.socket,
    'http://d/v1/op/daemon.status',
    '-d',
    '{}',
  ]);
  expect(JSON.parse(curl.stdout).result.pid).toBe(answers[0]?.pid);
  expect(statSync(home.socket).mode & 0o777).toBe(0o600);
  expect(statSync(join(home.dir, '.hivemind', 'run')).mode & 0o777).toBe(0o700);
});

test('stop ends it, and a new one starts on demand with a stale socket in the way', async () => {
  const first = await home.json<OutputOf<'daemon.status'>>(['daemon', 'start']);
  expect(await home.json(['daemon', 'stop'])).toEqual({ stopped: true });
  expect(isAlive(first.pid)).toBe(false);
  expect(await home.json(['daemon', 'stop'])).toEqual({ stopped: false });
  const none = await home.hivemind(['daemon', 'status']);
  expect(none.exitCode).toBe(5);
  expect(none.stderr).toContain('hivemind daemon start');
  await home.json(['daemon', 'start']);
  await home.kill();
  const next = await home.json<OutputOf<'daemon.status'>>(['daemon', 'start']);
  expect(next.pid).not.toBe(first.pid);
});

test('it ends by itself when nobody needs it', async () => {
  const { stdout } = await home.hivemind(['daemon', 'status', '--json'], {
    env: { HIVEMIND_IDLE_EXIT_MS: '300' },
  });
  const { pid } = JSON.parse(stdout) as OutputOf<'daemon.status'>;
  await eventually(async () => !isAlive(pid), 'the idle daemon to end');
});

test('acked means fsynced: what was acknowledged before kill -9 is there, once', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], cwd);
  const acked: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const calls = Array.from({ length: 8 }, (_, index) =>
      home.call('event.append', { workspace: 'w', events: prompts(round * 100 + index * 5, 5) }).then(
        ({ appended }) => acked.push(...appended),
        () => undefined,
      ),
    );
    setTimeout(() => void home.kill(), 5 + round * 10);
    await Promise.all(calls);
    await home.kill().catch(() => undefined);
    await home.json(['daemon', 'start']);
    const { events } = await home
      .call('session.show', { workspace: 'w', session, limit: 10000 })
      .catch(() => ({ events: [] }));
    const ids = events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(acked.filter((id) => !ids.includes(id))).toEqual([]);
    // Sent again, as a client does that never got its answer: nothing doubles.
    await home.call('event.append', { workspace: 'w', events: prompts(round * 100, 40) });
    const whole = await home.call('session.show', { workspace: 'w', session, limit: 10000 });
    expect(whole.events.length).toBe((round + 1) * 40);
  }
});

test('the same delivery twice is stored once, also after a restart', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], cwd);
  const events = prompts(1, 2).map((draft) => ({ ...draft, identity: { content: draft.text ?? '' } }));
  expect(await home.call('event.append', { workspace: 'w', events, delivery: 'n1' })).toMatchObject({
    duplicates: 0,
  });
  expect(await home.call('event.append', { workspace: 'w', events, delivery: 'n1' })).toMatchObject({
    appended: [],
    duplicates: 2,
  });
  await home.json(['daemon', 'stop']);
  await home.json(['daemon', 'start']);
  expect(await home.call('event.append', { workspace: 'w', events, delivery: 'n1' })).toMatchObject({
    appended: [],
    duplicates: 2,
  });
});

test('a web page, another host and garbage on the socket are refused, and it goes on', async () => {
  await home.json(['daemon', 'start']);
  for (const header of ['Origin: http://evil.test', 'Referer: http://evil.test/x']) {
    const { stdout } = await execa('curl', [
      '-s',
      '--unix-socket',
      home.socket,
      'http://d/v1/op/daemon.status',
      '-H',
      header,
      '-d',
      '{}',
    ]);
    expect(JSON.parse(stdout).error.code).toBe('PERMISSION_DENIED');
  }
  for (const [path, body, code] of [
    ['daemon.nothing', '{}', 'NOT_FOUND'],
    ['__proto__', '{}', 'NOT_FOUND'],
    ['recall.search', '{"query":', 'INVALID_ARGUMENT'],
    ['recall.search', '[1,2]', 'INVALID_ARGUMENT'],
    ['recall.search', '{"query":""}', 'INVALID_ARGUMENT'],
  ]) {
    const { stdout } = await execa('curl', [
      '-s',
      '--unix-socket',
      home.socket,
      `http://d/v1/op/${path}`,
      '-H',
      'content-type: application/json',
      '-d',
      body ?? '',
    ]);
    expect(JSON.parse(stdout).error.code, `${path} ${body}`).toBe(code);
  }
  await new Promise<void>((resolve) => {
    const raw = connectSocket(home.socket, () => raw.write(Buffer.alloc(100_000, 7)));
    raw.on('close', () => resolve());
    raw.on('error', () => resolve());
  });
  expect(await home.call('daemon.status', {})).toMatchObject({ connections: 0 });
});

test('a socket directory that others may enter is refused with the command that mends it', async () => {
  await home.json(['daemon', 'start']);
  await home.json(['daemon', 'stop']);
  chmodSync(join(home.dir, '.hivemind', 'run'), 0o755);
  const { exitCode, stderr } = await home.hivemind(['daemon', 'start']);
  expect(exitCode).toBe(4);
  expect(stderr).toContain('chmod 700');
  chmodSync(join(home.dir, '.hivemind', 'run'), 0o700);
});

test('a home too deep for a socket still works, hooks included', async () => {
  const deep = join(home.dir, 'd'.repeat(60), 'e'.repeat(60));
  mkdirSync(deep, { recursive: true });
  const env = { HIVEMIND_HOME: join(deep, '.hivemind') };
  const { exitCode, stderr } = await home.hivemind(['daemon', 'start', '--json'], { env });
  expect(exitCode, stderr).toBe(0);
  expect(readFileSync(join(deep, '.hivemind', 'run', 'socket-path'), 'utf8')).toMatch(/^\/.{1,102}$/);
  await home.hivemind(['daemon', 'stop'], { env });
});

test('no secret reaches any file of ours', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], cwd);
  const secrets = [
    `ghp_${'a1B2'.repeat(9)}`,
    `AKIA${'Q7RT'.repeat(4)}`,
    ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'c2lnbmF0dXJlLW9mLXRoaXM'].join('.'),
  ];
  const events = prompts(1, 1).map((draft) => ({
    ...draft,
    text: `use ${secrets.join(' and ')}`,
    body: { prompt: `use ${secrets.join(' and ')}` },
  }));
  await home.call('event.append', { workspace: 'w', events });
  await home.json(['daemon', 'stop']);
  const root = join(home.dir, '.hivemind');
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    // The daemon is still letting go of its locks; SQLite's files of them hold nothing and come and go.
    if (!entry.isFile() || /\.lock(-journal)?$/.test(entry.name)) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    for (const secret of secrets) expect(bytes.includes(secret), `${entry.name} holds a secret`).toBe(false);
  }
});

test('a hook that finds no daemon leaves its payload, and it arrives later, once', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], cwd);
  await home.json(['daemon', 'stop']);
  const payload = {
    session_id: 's-1',
    transcript_path: '/x',
    cwd,
    hook_event_name: 'PostToolUse',
    prompt_id: 'p-1',
    tool_name: 'Bash',
    tool_input: { command: 'echo hi' },
    tool_response: { stdout: 'hi', stderr: '' },
    tool_use_id: 'toolu_1',
    duration_ms: 3,
  };
  const { exitCode, stdout } = await home.hook('PostToolUse', JSON.stringify(payload), cwd);
  expect([exitCode, stdout]).toEqual([0, '']);
  await home.json(['daemon', 'start']);
  const found = await eventually(
    async () => (await home.call('session.list', { workspace: 'w' })).sessions[0],
    'the spooled payload',
  );
  expect(found.counts['tool.called']).toBe(1);
  await home.hook('PostToolUse', JSON.stringify(payload), cwd);
  await eventually(async () => (await home.call('daemon.status', {})).spooled === 0, 'an empty spool');
  expect((await home.call('session.list', { workspace: 'w' })).sessions[0]?.counts['tool.called']).toBe(1);
});

test('garbage and a giant on standard input are kept, cut in the middle with their size', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], cwd);
  const giant = JSON.stringify({
    session_id: 's-2',
    cwd,
    prompt_id: 'p',
    tool_name: 'Bash',
    tool_input: { command: 'cat big' },
    tool_use_id: 'toolu_big',
    tool_response: { stdout: 'x'.repeat(50_000_000), stderr: '' },
  });
  for (const payload of [
    '\u0000\u0001 not json',
    `{"session_id":"s-3","cwd":${JSON.stringify(cwd)}`,
    giant,
  ]) {
    expect((await home.hook('PostToolUse', payload, cwd)).exitCode).toBe(0);
  }
  const big = await eventually(
    async () => {
      const { sessions } = await home.call('session.list', { workspace: 'w' });
      const events = await Promise.all(
        sessions.map(({ id }) => home.call('session.show', { workspace: 'w', session: id })),
      );
      return events
        .flatMap((shown) => shown.events)
        .find(
          ({ body }) =>
            JSON.stringify(body).includes(String(giant.length)) || JSON.stringify(body).includes('50000000'),
        );
    },
    'the giant payload',
    30_000,
  );
  expect(JSON.stringify(big).length).toBeLessThan(200_000);
});

test('a settings file that cannot be edited safely is not touched', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], cwd);
  mkdirSync(join(home.dir, '.claude'));
  const path = join(home.dir, '.claude', 'settings.json');
  for (const text of ['{ // a comment\n "model": "x" }', '{ "model": ', '[]']) {
    writeFileSync(path, text);
    const { exitCode, stderr } = await home.hivemind(['connect', 'claude-code'], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});

test.each(['/dev/null/x', '/sys/x'])('a home of no use (%s) is named, with what to do', async (path) => {
  const { exitCode, stderr } = await home.hivemind(['status'], { env: { HIVEMIND_HOME: path } });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(path);
  expect(stderr).toContain('HIVEMIND_HOME');
});

test('hivemind hook is the shim', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], cwd);
  const input = JSON.stringify({ session_id: 's-hook', cwd, prompt_id: 'p', prompt: 'hello' });
  expect(await home.hivemind(['hook', 'claude-code', 'UserPromptSubmit'], { cwd, input })).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  });
  const { sessions } = await home.call('session.list', { workspace: 'w' });
  expect(sessions.map(({ title }) => title)).toEqual(['hello']);
});
