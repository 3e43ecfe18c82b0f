import { describe, expect, test } from 'vitest';
import { sessionId, turnId } from '../../../../src/schema/ids.ts';
import { bash, only, tell } from './payloads.ts';

describe('sessions', () => {
  test('each kind of start wants a brief; only starts that can repeat are known by their time', () => {
    const keys = ['startup', 'clear', 'fork', 'resume', 'compact'].map((source) => {
      const { drafts, wants } = tell('SessionStart', { source, model: 'claude-x' });
      // After a compaction the agent has forgotten its own work too.
      expect(wants).toEqual({ kind: 'brief', ...(source === 'compact' ? { moment: 'compaction' } : {}) });
      expect(drafts[0]?.body).toMatchObject({
        source,
        nativeId: 's1',
        cwd: '/home/dev/ws',
        model: 'claude-x',
      });
      return drafts[0]?.identity;
    });
    expect(keys).toEqual([
      { nativeId: 's1', phase: 'started' },
      { nativeId: 's1', phase: 'started' },
      { nativeId: 's1', phase: 'started' },
      { content: 'started:resume:0' },
      { content: 'started:compact:0' },
    ]);
  });

  test('what happens inside a subagent belongs to a child session of the root', () => {
    const start = only('SubagentStart', { agent_id: 'a1', agent_type: 'Explore' });
    expect(tell('SubagentStart', { agent_id: 'a1', agent_type: 'Explore' }).wants).toEqual({
      kind: 'brief',
      moment: 'subagent',
    });
    const call = only('PostToolUse', { ...bash, agent_id: 'a1', agent_type: 'Explore', prompt_id: 'p9' });
    const child = sessionId('claude-code', 's1', 'a1');
    expect(start).toMatchObject({
      type: 'session.started',
      session: child,
      rootSession: sessionId('claude-code', 's1'),
    });
    expect(start.body).toMatchObject({
      source: 'subagent',
      role: 'Explore',
      parentSession: sessionId('claude-code', 's1'),
    });
    expect(call).toMatchObject({ session: child, turn: turnId(child, 'a1') });
  });

  test('helpers that Claude runs for itself are left out', () => {
    const stop = { agent_id: 'a1', agent_type: '', last_assistant_message: 'a summary' };
    expect(tell('SubagentStop', stop).drafts).toEqual([]);
    expect(tell('SubagentStart', { agent_id: 'a1', agent_type: '' }).drafts).toEqual([]);
  });

  test('a compaction and an end', () => {
    expect(only('PostCompact', { trigger: 'auto', compact_summary: 'we fixed it' })).toMatchObject({
      type: 'session.compacted',
      text: 'we fixed it',
      body: { trigger: 'auto', summary: 'we fixed it' },
    });
    expect(tell('PreCompact', { trigger: 'auto' }).drafts).toEqual([]);
    expect(only('SessionEnd', { reason: 'logout' }).body).toEqual({ reason: 'logout' });
  });
});

describe('prompts', () => {
  test('a prompt of a person wants context', () => {
    expect(tell('UserPromptSubmit', { prompt: 'fix it' }).wants).toEqual({
      kind: 'context',
      prompt: 'fix it',
    });
    expect(only('UserPromptSubmit', { prompt: 'fix it' })).toMatchObject({
      actor: { kind: 'human' },
      identity: { nativeId: 'p1', phase: 'prompt' },
      turn: turnId(sessionId('claude-code', 's1'), 'p1'),
      body: { prompt: 'fix it', source: 'human' },
    });
  });

  test.each([
    { prompt: '<task-notification>\n<task-id>a</task-id>', source: undefined },
    { prompt: 'go on', source: 'system' },
    { prompt: 'look again', source: 'schedule_wakeup' },
  ])('$prompt ($source) was asked by no person', (payload) => {
    expect(tell('UserPromptSubmit', payload).wants).toBeNull();
    expect(only('UserPromptSubmit', payload).actor).toEqual({ kind: 'daemon', name: 'claude-code' });
  });
});

describe('tool calls', () => {
  test('a command that failed', () => {
    const draft = only('PostToolUseFailure', {
      ...bash,
      error: 'Exit code 3\n1 test failed',
      duration_ms: 12,
    });
    expect(draft).toMatchObject({
      type: 'tool.called',
      status: 'failed',
      text: 'npm test\nRun the tests\nExit code 3\n1 test failed',
      body: { tool: 'Bash', callId: 't1', exitCode: 3, error: 'Exit code 3\n1 test failed', durationMs: 12 },
    });
  });

  test('a command that succeeded: output in the body, head and tail of it in the text', () => {
    const stdout = `first\n${'x'.repeat(10_000)}\nlast`;
    const draft = only('PostToolUse', {
      ...bash,
      tool_response: { stdout, stderr: 'warned', interrupted: false },
    });
    expect(draft.body).toMatchObject({ output: `${stdout}\nwarned`, exitCode: 0 });
    expect(draft.text.length).toBeLessThan(3000);
    expect(draft.text).toContain('first');
    expect(draft.text).toContain('warned');
  });

  test('a refusal carries the stated reason', () => {
    const error =
      "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). To tell you how to proceed, the user said:\nuse pnpm instead";
    expect(only('PostToolUseFailure', { ...bash, error })).toMatchObject({
      status: 'rejected',
      text: 'npm test\nRun the tests\nrejected: use pnpm instead',
    });
    expect(only('PermissionDenied', { ...bash, reason: 'not in this repo' })).toMatchObject({
      status: 'rejected',
      identity: { nativeId: 't1', phase: 'call' },
      body: { error: 'not in this repo' },
    });
  });

  test('an edit is one event with its changed lines', () => {
    const lines = [' a', '-b', '+c'];
    const draft = only('PostToolUse', {
      tool_name: 'Edit',
      tool_use_id: 't2',
      tool_input: { file_path: '/home/dev/ws/src/a.ts', old_string: 'b', new_string: 'c' },
      tool_response: {
        filePath: '/home/dev/ws/src/a.ts',
        structuredPatch: [{ oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, lines }],
      },
    });
    expect(draft).toMatchObject({
      type: 'file.edited',
      paths: ['src/a.ts'],
      text: 'Edit src/a.ts\n-b\n+c',
      body: { path: 'src/a.ts', change: 'updated', hunks: [{ oldStart: 1, lines }] },
    });
  });

  test('paths are relative to where Claude was started, not to where its shell went', () => {
    const payload = {
      cwd: '/home/dev/ws/packages/core',
      transcript_path: '/home/dev/.claude/projects/-home-dev-ws/s1.jsonl',
      tool_name: 'Read',
      tool_use_id: 't3',
      tool_input: { file_path: '/home/dev/ws/packages/core/a.ts' },
    };
    expect(only('PostToolUse', payload).paths).toEqual(['packages/core/a.ts']);
    expect(only('PostToolUse', { ...payload, tool_input: { file_path: '/etc/hosts' } }).paths).toEqual([
      '/etc/hosts',
    ]);
  });

  test('what Hivemind answered is not searched again', () => {
    const call = {
      tool_name: 'mcp__hivemind__recall',
      tool_use_id: 't4',
      tool_input: { query: 'parser' },
      tool_response: 'an old memory',
    };
    const draft = only('PostToolUse', call);
    expect(draft.text).toBe('hivemind recall\nquery: parser');
    expect(draft.body.output).toBe('an old memory');
  });

  test('long strings lose their middle and say so', () => {
    const content = 'y'.repeat(100_000);
    const input = { file_path: '/home/dev/ws/big.txt', content };
    const draft = only('PostToolUse', {
      tool_name: 'Write',
      tool_use_id: 't5',
      tool_input: input,
      tool_response: { type: 'create', filePath: '/home/dev/ws/big.txt', content },
    });
    expect(String(draft.body.content).length).toBeLessThanOrEqual(32 * 1024);
    expect(draft.body.cut).toMatchObject({ content: { bytes: 100_000 } });
  });
});
