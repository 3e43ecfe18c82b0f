import { describe, expect, test } from 'vitest';
import { asked, call, context, event, item, output, read, said, started, tokens, turn } from './lines.ts';
import { told } from './recorded.ts';

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
