import { describe, expect, test } from 'vitest';
import { codex } from '../../../../src/agents/codex/index.ts';
import { readLines, told } from './recorded.ts';

let clock = 0;
const line = (type: string, payload: object): string => {
  clock += 1000;
  return JSON.stringify({ timestamp: new Date(clock).toISOString(), type, payload });
};
const thread = '019eecb9-cc3a-73c2-814a-dd4f8ced7545';
const turn = '019eecc1-0ace-7ed2-bddc-9a72fd9a96dc';
const meta = (more: object = {}): string => line('session_meta', { id: thread, cwd: '/repo', ...more });
const context = (more: object = {}): string =>
  line('turn_context', { turn_id: turn, cwd: '/repo', model: 'gpt-x', ...more });
const item = (type: string, more: object): string => line('response_item', { type, ...more });
const event = (type: string, more: object = {}): string => line('event_msg', { type, ...more });
const asked = (text: string): string =>
  item('message', { role: 'user', content: [{ type: 'input_text', text }] });
const said = (text: string): string =>
  item('message', { role: 'assistant', content: [{ type: 'output_text', text }] });
const call = (id: string, name: string, input: object, more: object = {}): string =>
  item('function_call', { call_id: id, name, arguments: JSON.stringify(input), ...more });
const output = (id: string, text: unknown): string =>
  item('function_call_output', { call_id: id, output: text });
const started = (id = turn): string => event('task_started', { turn_id: id });
const tokens = (total: number, output_tokens = 5): string =>
  event('token_count', {
    info: {
      total_token_usage: { total_tokens: total },
      last_token_usage: { input_tokens: 100, cached_input_tokens: 60, output_tokens },
    },
  });
const read = (...lines: string[]) => readLines([meta(), ...lines]).slice(1);

describe('the older form', () => {
  test('item and event of one message are one; what Codex writes for the model is no prompt', () => {
    const drafts = read(
      started(),
      asked('# AGENTS.md instructions for /repo\n\nbe nice'),
      asked('<environment_context>\n  <cwd>/repo</cwd>\n</environment_context>'),
      asked('<something_new>\nnobody typed this\n</something_new>'),
      context(),
      asked('fix it'),
      event('user_message', { message: 'fix it' }),
      event('agent_message', { message: 'On it.' }),
      said('On it.'),
      tokens(1),
      event('task_complete', { last_agent_message: 'On it.' }),
    );
    expect(told(drafts)).toEqual(['turn.prompted ok fix it', 'turn.replied ok On it.']);
    expect(drafts[0]?.identity).toEqual({ nativeId: turn, phase: 'prompt' });
    expect(drafts[1]?.body).toMatchObject({ final: true, tokens: { input: 40, output: 5, cacheRead: 60 } });
  });

  test('tokens that come behind the outputs go to the reply, else to the first call, and are counted once', () => {
    const drafts = read(
      context(),
      call('c1', 'shell', { command: ['bash', '-lc', 'ls'] }),
      call('c2', 'shell', { command: ['git', 'log', 'a b'] }),
      output('c1', '{"output":"a\\n","metadata":{"exit_code":0,"duration_seconds":0.5}}'),
      output('c2', '{"output":"fatal\\n","metadata":{"exit_code":128,"duration_seconds":0.1}}'),
      tokens(1, 7),
      tokens(1, 7),
      said('Done.'),
      tokens(2, 9),
    );
    expect(drafts.map(({ body }) => [body?.input ?? body?.message, body?.exitCode, body?.tokens])).toEqual([
      [{ command: 'ls' }, 0, { input: 40, output: 7, cacheRead: 60 }],
      [{ command: "git log 'a b'" }, 128, undefined],
      ['Done.', undefined, { input: 40, output: 9, cacheRead: 60 }],
    ]);
    expect(drafts[1]).toMatchObject({ status: 'failed', body: { error: 'fatal\n', durationMs: 100 } });
  });

  test('a patch of several files is one edit for each, moves are told by both names', () => {
    const patch = [
      '*** Begin Patch',
      '*** Update File: src/a.ts',
      '*** Move to: src/b.ts',
      '@@ class A',
      ' x',
      '-y',
      '+z',
      '*** Delete File: old.ts',
      '*** Add File: new.ts',
      '+one',
      '+two',
      '*** End Patch',
    ].join('\n');
    const drafts = read(
      context({ cwd: '/repo/sub' }),
      item('custom_tool_call', { call_id: 'p1', name: 'apply_patch', input: patch }),
      item('custom_tool_call_output', {
        call_id: 'p1',
        output: 'Exit code: 0\nWall time: 0.1 seconds\nOutput:\nSuccess. Updated the following files:\n',
      }),
    );
    expect(
      drafts.map(({ paths, body, identity }) => [
        paths?.[0],
        body?.change,
        'phase' in identity && identity.phase,
      ]),
    ).toEqual([
      ['sub/src/a.ts', 'deleted', 'call:sub/src/a.ts'],
      ['sub/src/b.ts', 'created', 'call:sub/src/b.ts'],
      ['sub/old.ts', 'deleted', 'call:sub/old.ts'],
      ['sub/new.ts', 'created', 'call:sub/new.ts'],
    ]);
    expect(drafts[0]?.body).toMatchObject({ movedTo: 'sub/src/b.ts' });
    expect(drafts[1]?.body).toMatchObject({
      movedFrom: 'sub/src/a.ts',
      hunks: [{ oldLines: 2, newLines: 2, lines: [' x', '-y', '+z'] }],
    });
    expect(drafts[3]?.body).toMatchObject({ tool: 'Write', content: 'one\ntwo\n' });
  });

  test('what patch_apply_end says of the files wins, with the places of the hunks', () => {
    const drafts = read(
      context(),
      call('p1', 'shell', { command: ['apply_patch', '*** Begin Patch\n*** Delete File: x\n*** End Patch'] }),
      event('patch_apply_end', {
        call_id: 'p1',
        success: true,
        changes: {
          '/repo/x': { delete: { content: 'one\n' } },
          '/elsewhere/y': { update: { unified_diff: '@@ -4 +4 @@\n-a\n+b\n', move_path: null } },
        },
      }),
      output('p1', 'Exit code: 0\nOutput:\nSuccess.'),
    );
    expect(drafts.map(({ paths, body }) => [paths?.[0], body?.change, body?.hunks])).toEqual([
      ['x', 'deleted', [{ oldStart: 1, oldLines: 1, newStart: 0, newLines: 0, lines: ['-one'] }]],
      [
        '/elsewhere/y',
        'updated',
        [{ oldStart: 4, oldLines: 1, newStart: 4, newLines: 1, lines: ['-a', '+b'] }],
      ],
    ]);
  });

  test('a command that still runs is told, and its end stands as the command that was run', () => {
    const drafts = read(
      context(),
      call('c1', 'exec_command', { cmd: 'npm test', workdir: '/repo/sub' }),
      output('c1', 'Chunk ID: 1\nWall time: 10.0 seconds\nProcess running with session ID 42\nOutput:\n...'),
      call('c2', 'write_stdin', { session_id: 42, chars: '' }),
      output('c2', 'Chunk ID: 2\nWall time: 1.0 seconds\nProcess exited with code 1\nOutput:\n1 failed\n'),
      call('c3', 'write_stdin', { session_id: 42, chars: 'q' }),
      output('c3', 'write_stdin failed: Unknown process id 42'),
    );
    expect(drafts.map(({ status, body }) => [body?.tool, body?.nativeTool, status, body?.exitCode])).toEqual([
      ['Bash', 'exec_command', 'ok', undefined],
      ['Bash', 'write_stdin', 'failed', 1],
      ['write_stdin', undefined, 'failed', undefined],
    ]);
    expect(drafts[1]?.body?.input).toEqual({ command: 'npm test', workdir: '/repo/sub' });
  });

  test('MCP calls by their server’s own names, web searches once, plans as they are', () => {
    const action = { type: 'search', query: 'lance', queries: ['lance'] };
    const drafts = read(
      context(),
      call('m1', '_create', { a: 1 }, { namespace: 'mcp__apps__github' }),
      event('mcp_tool_call_end', {
        call_id: 'm1',
        invocation: { server: 'apps', tool: 'github.create', arguments: { a: 1 } },
        duration: { secs: 1, nanos: 500_000_000 },
        result: { Ok: { content: [{ type: 'text', text: 'no such thing' }], isError: true } },
      }),
      output('m1', 'Wall time: 1.5 seconds\nOutput:\nno such thing'),
      event('web_search_end', { call_id: 'ws_1', query: 'lance', action }),
      item('web_search_call', { status: 'completed', action }),
      item('web_search_call', { status: 'completed', action }),
      call('u1', 'update_plan', { plan: [{ step: 'one', status: 'completed' }] }),
      output('u1', 'Plan updated'),
    );
    expect(drafts.map(({ status, body }) => [body?.tool, status, body?.durationMs])).toEqual([
      ['mcp__apps__github.create', 'failed', 1500],
      ['WebSearch', 'ok', undefined],
      ['WebSearch', 'ok', undefined],
      ['update_plan', 'ok', undefined],
    ]);
  });
});

describe('turns', () => {
  test('a prompt that is typed into a turn is a second one of it', () => {
    const drafts = read(
      started(),
      context(),
      event('user_message', { message: 'fix it' }),
      said('Looking.'),
      event('user_message', { message: 'and quickly' }),
      event('user_message', { message: 'not a person', kind: 'environment_context' }),
    );
    expect(told(drafts)).toEqual([
      'turn.prompted ok fix it',
      'turn.replied ok Looking.',
      'turn.prompted ok and quickly',
    ]);
    expect(new Set(drafts.map((draft) => draft.turn)).size).toBe(1);
    expect(drafts[2]?.identity).toHaveProperty('content');
  });

  test('what an editor puts in front of a request is left out', () => {
    const drafts = read(
      context(),
      event('user_message', {
        message: '# Context from my IDE setup:\n\n## Active file: a.ts\n\n## My request for Codex:\nfix it\n',
      }),
    );
    expect(told(drafts)).toEqual(['turn.prompted ok fix it']);
  });

  test('a turn that was stopped, with the call that it was waiting for', () => {
    const drafts = read(
      started(),
      context(),
      call('c1', 'exec_command', { cmd: 'sleep 9' }),
      event('turn_aborted', { turn_id: turn, reason: 'interrupted' }),
    );
    expect(told(drafts)).toEqual(['tool.called failed sleep 9', 'turn.interrupted ok turn interrupted']);
    expect(drafts[0]?.body).toMatchObject({ interrupted: true });
    expect(drafts[1]).toMatchObject({
      actor: { kind: 'human' },
      identity: { nativeId: turn, phase: 'interrupted' },
    });
  });

  test.each([
    ['exec command rejected by user', 'person'],
    ['approval policy is Never; reject command — you should not ask', 'rule'],
    ['Command blocked by PreToolUse hook: no force pushes. Command: git push -f', 'hook'],
  ])('%s', (text, by) => {
    const [refused] = read(context(), call('c1', 'exec_command', { cmd: 'git push -f' }), output('c1', text));
    expect(refused).toMatchObject({ status: 'rejected', body: { refusedBy: by } });
    if (by === 'hook') expect(refused?.body?.error).toBe('no force pushes');
  });

  test('an error ends a turn with a failed reply; a compaction without a prompt was asked for', () => {
    const drafts = read(
      started(),
      context(),
      line('compacted', {
        message:
          'Another language model started to solve this problem and so on, use it to assist with your own analysis:\nso far',
      }),
      event('error', { message: 'usage limit reached' }),
    );
    expect(
      drafts.map(({ type, status, body }) => [type, status, body?.trigger ?? body?.message, body?.summary]),
    ).toEqual([
      ['session.compacted', 'ok', 'manual', 'so far'],
      ['turn.replied', 'failed', 'usage limit reached', undefined],
    ]);
  });

  test('a command of the person’s own, and the name of the session', () => {
    const drafts = read(
      context(),
      event('exec_command_end', {
        call_id: 'u1',
        source: 'user_shell',
        command: ['bash', '-lc', 'git status'],
        aggregated_output: 'clean',
        exit_code: 0,
      }),
      event('thread_name_updated', { thread_id: thread, thread_name: 'Adding' }),
      event('thread_name_updated', { thread_id: thread, thread_name: 'Adding' }),
    );
    expect(drafts.map(({ type, actor, text }) => [type, actor.kind, text])).toEqual([
      ['tool.called', 'human', 'git status\nclean'],
      ['session.titled', 'daemon', 'Adding'],
    ]);
  });
});

describe('files', () => {
  test('a fork leaves out the turns of the thread that it was made from', () => {
    const own = '019f0000-0000-7000-8000-000000000000';
    const drafts = readLines([
      line('session_meta', { id: own, cwd: '/repo', forked_from_id: thread }),
      meta(),
      started(),
      context(),
      event('user_message', { message: 'the old question' }),
      said('the old answer'),
      started('019f0000-0001-7000-8000-000000000000'),
      context({ turn_id: '019f0000-0001-7000-8000-000000000000' }),
      event('user_message', { message: 'the new question' }),
    ]);
    expect(told(drafts)).toEqual([
      'session.started ok session started (import)',
      'turn.prompted ok the new question',
    ]);
    expect(drafts[0]?.body?.nativeId).toBe(own);
  });

  test('the first versions: items without an envelope, the directory in the environment only', () => {
    const bare = (payload: object): string => JSON.stringify(payload);
    const message = (role: string, text: string): string =>
      bare({
        type: 'message',
        role,
        content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }],
      });
    const lines = [
      bare({ id: thread, timestamp: '2025-08-01T10:00:00Z', instructions: null }),
      message('user', '<environment_context>\nCurrent working directory: /repo\n</environment_context>'),
      message('user', 'fix it'),
      bare({ record_type: 'state' }),
      bare({ type: 'reasoning', summary: [] }),
      bare({ type: 'local_shell_call', call_id: 'c1', action: { type: 'exec', command: ['ls'] } }),
      bare({
        type: 'function_call_output',
        call_id: 'c1',
        output: '{"output":"a","metadata":{"exit_code":0}}',
      }),
      message('assistant', 'Done.'),
      message('user', 'more'),
      message('assistant', 'Done.'),
    ];
    const drafts = readLines(lines);
    expect(told(drafts)).toEqual([
      'session.started ok session started (import)',
      'turn.prompted ok fix it',
      'tool.called ok ls',
      'turn.replied ok Done.',
      'turn.prompted ok more',
      'turn.replied ok Done.',
    ]);
    expect(drafts[0]?.body).toMatchObject({ cwd: '/repo', nativeId: thread });
    expect(new Set(drafts.map((draft) => draft.turn)).size).toBe(3);
    expect(codex.transcripts.directoryOf(lines.join('\n'), 'x')).toBe('/repo');
    expect(codex.transcripts.recognises(lines.join('\n'), '/x/y.jsonl')).toBe(true);
  });

  test('where rollouts are, and which files are some', () => {
    const { roots, directoryOf, recognises, accepts } = codex.transcripts;
    expect(roots({ userHome: '/home/me', environment: {} })).toEqual([
      '/home/me/.codex/sessions',
      '/home/me/.codex/archived_sessions',
    ]);
    expect(roots({ userHome: '/home/me', environment: { CODEX_HOME: '/moved/' } })[0]).toBe(
      '/moved/sessions',
    );
    expect(directoryOf(meta(), 'x')).toBe('/repo');
    expect(directoryOf('garbage', 'x')).toBe(null);
    expect(recognises(`${meta()}\n`, '/tmp/full.jsonl')).toBe(true);
    expect(recognises('{"type":"user","sessionId":"s"}', '/tmp/full.jsonl')).toBe(false);
    expect(
      ['2026/11/21/rollout-2026-x.jsonl', 'rollout-a.jsonl', 'history.jsonl', 'x/rollout-a.jsonl.bak'].filter(
        accepts,
      ),
    ).toEqual(['2026/11/21/rollout-2026-x.jsonl', 'rollout-a.jsonl']);
  });

  test('lines that are not known are counted, those that are known to say nothing are not', () => {
    const reader = codex.transcripts.reader('/x/rollout-y.jsonl');
    for (const text of [
      meta(),
      event('brand_new', {}),
      event('brand_new', {}),
      event('agent_reasoning', { text: 'hm' }),
      event('item_completed', { item: { type: 'Hologram' } }),
      item('telepathy', {}),
      line('novelty', {}),
    ])
      reader.line(text);
    expect(reader.unknown?.()).toEqual({
      'event_msg/brand_new': 2,
      'item_completed/Hologram': 1,
      'response_item/telepathy': 1,
      novelty: 1,
    });
  });
});
