import { describe, expect, test } from 'vitest';
import { claudeCode } from '../../../../src/agents/claude-code/index.ts';
import { cursor } from '../../../../src/agents/cursor/index.ts';
import type { DraftInput } from '../../../../src/schema/event.ts';
import { expectValid, fuzzPayload, mutants } from '../fuzz.ts';
import { common, payloads } from './payloads.ts';

const at = 1_795_313_600_000;
const told = (event: string, more: Record<string, unknown> = {}): DraftInput[] =>
  cursor.translate({ event, payload: JSON.stringify({ ...payloads[event], ...more }), at }).drafts;
const tool = (tool_name: string, tool_input: unknown, more: Record<string, unknown> = {}): DraftInput =>
  told('postToolUse', { tool_name, tool_input, tool_output: '"done"', ...more })[0] ?? never();
const never = (): never => {
  throw new Error('nothing was told');
};

describe('what each hook says', () => {
  test('a command that failed, with its exit code and error', () => {
    expect(told('postToolUse')).toMatchObject([
      {
        type: 'tool.called',
        status: 'failed',
        identity: { nativeId: 'tool-1', phase: 'call' },
        actor: { kind: 'agent', name: 'cursor', model: 'gpt-5' },
        body: {
          tool: 'Bash',
          nativeTool: 'Shell',
          input: { command: 'make test' },
          exitCode: 2,
          durationMs: 120,
          error: 'make: *** [test] Error 2',
        },
      },
    ]);
    expect(told('postToolUseFailure')).toMatchObject([
      { status: 'failed', paths: ['absent.ts'], body: { tool: 'Read', error: 'File not found' } },
    ]);
    const denied = { failure_type: 'permission_denied', error_message: 'no' };
    expect(told('postToolUseFailure', denied)).toMatchObject([
      { status: 'rejected', body: { refusedBy: 'person', error: 'no' } },
    ]);
  });

  test('tools under the names that all agents share; edits as edits', () => {
    const path = '/home/dev/parser/src/a.ts';
    expect(tool('Write', { path, contents: 'x' })).toMatchObject({
      type: 'file.edited',
      paths: ['src/a.ts'],
      body: { tool: 'Write', content: 'x' },
    });
    expect(tool('StrReplace', { path, old_string: 'a', new_string: 'b' })).toMatchObject({
      type: 'file.edited',
      body: { tool: 'Edit', nativeTool: 'StrReplace', hunks: [{ lines: ['-a', '+b'] }] },
    });
    expect(tool('Delete', { path })).toMatchObject({ type: 'file.edited', body: { change: 'deleted' } });
    expect(tool('Glob', { glob_pattern: '*.ts' }).body).toMatchObject({ input: { pattern: '*.ts' } });
    expect(tool('MCP:recall', { query: 'x' }).body).toMatchObject({ tool: 'mcp__mcp__recall' });
    expect(tool('Task', { prompt: 'look' }).body).toMatchObject({ tool: 'Agent' });
  });

  test('the session and its turns', () => {
    const start = cursor.translate({
      event: 'sessionStart',
      payload: JSON.stringify(payloads.sessionStart),
      at,
    });
    expect(start).toMatchObject({ cwd: '/home/dev/parser', wants: { kind: 'brief' } });
    const prompt = told('beforeSubmitPrompt')[0];
    expect(prompt).toMatchObject({ type: 'turn.prompted', text: 'fix the parser', actor: { kind: 'human' } });
    expect(told('afterAgentResponse')[0]).toMatchObject({ type: 'turn.replied', turn: prompt?.turn });
    expect(told('stop')[0]).toMatchObject({ type: 'turn.interrupted', actor: { kind: 'human' } });
    expect(told('stop', { status: 'completed' })).toEqual([]);
    expect(told('preCompact')[0]).toMatchObject({ type: 'session.compacted', body: { trigger: 'auto' } });
    expect(told('sessionEnd')[0]).toMatchObject({
      type: 'session.ended',
      body: { reason: 'error', error: 'boom' },
    });
    const [child, task] = told('subagentStart');
    expect(child).toMatchObject({
      type: 'session.started',
      rootSession: prompt?.session,
      body: { role: 'explore', startedByCall: 'tool-3', parentSession: prompt?.session },
    });
    expect(task).toMatchObject({ type: 'turn.prompted', session: child?.session, actor: { kind: 'agent' } });
    expect(told('subagentStop').map(({ type, session }) => [type, session])).toEqual([
      ['turn.replied', child?.session],
      ['session.ended', child?.session],
    ]);
  });

  test('a workspace of several roots: the one that it is about', () => {
    const roots = ['/home/dev/other', '/home/dev/parser'];
    expect(
      cursor.translate({
        event: 'postToolUse',
        payload: JSON.stringify({ ...payloads.postToolUse, workspace_roots: roots }),
        at,
      }).cwd,
    ).toBe('/home/dev/parser');
  });

  test('what is printed is what Cursor takes', () => {
    expect(cursor.hookReply('sessionStart', 'brief')).toBe('{"additional_context":"brief"}');
    for (const event of Object.keys(payloads))
      if (event !== 'sessionStart') expect(cursor.hookReply(event, 'x')).toBe('');
  });
});

describe('nothing twice', () => {
  const older = ['afterShellExecution', 'afterMCPExecution', 'afterFileEdit'] as const;
  const newer = (cursor_version: string): DraftInput[] => [
    ...told('postToolUse', { cursor_version }),
    ...told('postToolUse', { cursor_version, tool_name: 'MCP:recall', tool_input: { query: 'x' } }),
    ...told('postToolUse', {
      cursor_version,
      tool_name: 'Edit',
      tool_input: { path: 'util.ts' },
      tool_output: '""',
    }),
  ];

  test.each([
    ['2.6.1', 'tools'],
    ['2.4.0', 'tools'],
    ['10.0.0', 'tools'],
    ['2.3.9', 'actions'],
    ['1.7.0', 'actions'],
    ['2026.01.17-abc', 'actions'],
    ['nightly', 'tools'],
  ])('Cursor %s: one of the two families counts', (cursor_version, family) => {
    const actions = older.flatMap((event) => told(event, { cursor_version }));
    expect([newer(cursor_version).length, actions.length]).toEqual(family === 'tools' ? [3, 0] : [0, 3]);
    expectValid(actions);
  });

  test('what Cursor hands to the hooks of Claude Code is dropped there', () => {
    const mapped = {
      SessionStart: 'sessionStart',
      UserPromptSubmit: 'beforeSubmitPrompt',
      PostToolUse: 'postToolUse',
    };
    for (const [event, own] of Object.entries(mapped)) {
      const payload = JSON.stringify({ ...payloads[own], session_id: 'conv-1', hook_event_name: event });
      expect(claudeCode.translate({ event, payload, at })).toMatchObject({ drafts: [], wants: null });
      expect(cursor.translate({ event: own, payload, at }).drafts.length).toBeGreaterThan(0);
    }
  });
});

const lines = [
  {
    role: 'user',
    message: { content: [{ type: 'text', text: '<user_query>\nfix the parser\n</user_query>' }] },
  },
  {
    role: 'assistant',
    message: {
      content: [
        { type: 'text', text: '[REDACTED]' },
        { type: 'tool_use', name: 'Read', input: { path: '/home/dev/parser/a.ts' } },
      ],
    },
  },
  { role: 'assistant', message: { content: [{ type: 'text', text: 'Fixed it.\n\n[REDACTED]' }] } },
];

describe('transcripts', () => {
  const read = (all: readonly unknown[], path = '/x/agent-transcripts/conv-1/conv-1.jsonl'): DraftInput[] => {
    const reader = cursor.transcripts.reader(path);
    return [...all.flatMap((line) => reader.line(JSON.stringify(line)) ?? []), ...reader.end()];
  };

  test('what was asked and said agrees with the hooks; calls are told with the reply', () => {
    const drafts = read(lines);
    const live = [...told('beforeSubmitPrompt'), ...told('afterAgentResponse')];
    expect(drafts.slice(1).map(({ session, identity }) => [session, identity])).toEqual(
      live.map(({ session, identity }) => [session, identity]),
    );
    expect(drafts.map(({ type, paths }) => [type, paths])).toEqual([
      ['session.started', []],
      ['turn.prompted', []],
      ['turn.replied', ['/home/dev/parser/a.ts']],
    ]);
    expect(drafts[2]?.text).toContain('Read /home/dev/parser/a.ts');
    expect(read(lines)).toEqual(drafts);
  });

  test('calls after which nothing is said are told at the end', () => {
    expect(read(lines.slice(0, 2)).at(-1)).toMatchObject({
      type: 'turn.replied',
      text: 'Read /home/dev/parser/a.ts',
    });
  });

  test('garbage, torn lines, unknown lines', () => {
    const reader = cursor.transcripts.reader('/x/c.jsonl');
    expect(() => reader.line('{"role":"us')).toThrow(SyntaxError);
    expect(reader.line('{"role":"system"}')).toBeNull();
    expect(reader.unknown?.()).toEqual({ system: 1 });
    for (const line of lines) for (const mutant of mutants(line)) expectValid(read([mutant, line]));
  });

  test('which files are its own', () => {
    const { accepts, recognises } = cursor.transcripts;
    expect(
      ['slug/agent-transcripts/c/c.jsonl', 'slug/terminals/1.txt', 'slug/x.jsonl'].filter(accepts),
    ).toEqual(['slug/agent-transcripts/c/c.jsonl']);
    expect(recognises(JSON.stringify(lines[0]), 'x.jsonl')).toBe(true);
    expect(recognises('{"role":"user","content":"x"}', 'x.jsonl')).toBe(false);
  });
});

test.each(Object.keys(payloads))('no payload of %s throws, every draft fits', (event) => {
  expect(fuzzPayload(cursor, event, payloads[event])).toBeGreaterThan(50);
  const unread = cursor.translate({ event, payload: '{"conversation_id":"conv-1","x', at });
  expect(unread.drafts).toMatchObject([{ type: 'hook.unreadable' }]);
  expect(
    cursor.translate({ event, payload: JSON.stringify({ ...common, conversation_id: 7 }), at }).drafts,
  ).toHaveLength(1);
});
