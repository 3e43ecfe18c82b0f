import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { translate } from '../../../../src/agents/claude-code/payload.ts';
import { Draft } from '../../../../src/schema/event.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import { base, bash, tell } from './payloads.ts';

describe('what is not ours, or cannot be read', () => {
  test('Cursor runs these hooks too; its payloads are left to its own adapter', () => {
    expect(tell('PostToolUse', { ...bash, cursor_version: '2.6' }).drafts).toEqual([]);
    expect(tell('Stop', { conversation_id: 'c', last_assistant_message: 'done' }).drafts).toEqual([]);
  });

  test('an unknown event tells nothing', () => {
    expect(tell('FileChanged', { file_path: 'x' })).toMatchObject({
      drafts: [],
      wants: null,
      cwd: '/home/dev/ws',
    });
    expect(tell('__proto__', {}).drafts).toEqual([]);
  });

  test('a payload whose middle was cut is kept, in the session that it names', () => {
    const whole = JSON.stringify({ ...base, ...bash, tool_response: { stdout: 'z'.repeat(50_000) } });
    const payload = whole.slice(0, 400) + whole.slice(-10);
    const { drafts, session, cwd } = translate({
      event: 'PostToolUse',
      payload: payload.replace('}}', '}'),
      bytes: whole.length,
      at: 5,
    });
    expect(drafts).toHaveLength(1);
    expect(drafts[0]).toMatchObject({
      type: 'hook.unreadable',
      session: sessionId('claude-code', 's1'),
      body: { bytes: whole.length },
    });
    expect({ session, cwd }).toEqual({ session: sessionId('claude-code', 's1'), cwd: '/home/dev/ws' });
  });

  test('a cut payload that still parses says how large it was', () => {
    const payload = JSON.stringify({ ...base, ...bash, tool_response: { stdout: 'head tail' } });
    const { drafts } = translate({ event: 'PostToolUse', payload, bytes: 50_000_000, at: 5 });
    expect(drafts[0]).toMatchObject({ type: 'tool.called', body: { payloadBytes: 50_000_000 } });
  });

  test.each(['not json', '[]', '42', '{}', '{"session_id":7}', '{"session_id":"s1"'])(
    'garbage (%s) is one draft',
    (payload) => {
      const { drafts } = translate({ event: 'PostToolUse', payload, at: 5 });
      expect(drafts.map((draft) => draft.type)).toEqual(['hook.unreadable']);
      expect(Draft.parse(drafts[0]).text).toContain(payload);
    },
  );

  test('an empty payload is nothing', () => {
    expect(translate({ event: 'Stop', payload: '', at: 5 }).drafts).toEqual([]);
  });

  const events = [
    'SessionStart',
    'UserPromptSubmit',
    'PostToolUse',
    'PostToolUseFailure',
    'SubagentStart',
    'SubagentStop',
    'Stop',
    'PostCompact',
    'SessionEnd',
  ];
  const keys = [
    'session_id',
    'prompt_id',
    'cwd',
    'agent_id',
    'agent_type',
    'tool_name',
    'tool_use_id',
    'tool_input',
    'tool_response',
    'error',
    'prompt',
    'source',
    'reason',
    'model',
    'transcript_path',
    'structuredPatch',
    'file_path',
    'last_assistant_message',
  ];

  test('whatever the payload holds, the drafts can be appended', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.constantFrom('Edit', 'Write', 'Bash', 'x'.repeat(600)),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
      ),
    })).value;
    const payload = fc.dictionary(fc.constantFrom(...keys), value);
    fc.assert(
      fc.property(fc.constantFrom(...events), payload, fc.boolean(), (event, fields, isWhole) => {
        const json = JSON.stringify({ session_id: 's', tool_name: 'Edit', ...fields });
        const { drafts } = translate({ event, payload: isWhole ? json : json.slice(0, -2), at: 7 });
        for (const draft of drafts) Draft.parse(draft);
      }),
    );
  });

  test('nesting that would overflow is cut', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const payload = `{"session_id":"s","tool_name":"X","tool_input":${deep},"tool_response":${deep}}`;
    const { drafts } = translate({ event: 'PostToolUse', payload, at: 7 });
    expect(JSON.stringify(Draft.parse(drafts[0]).body)).toContain('nested too deeply');
  });
});
