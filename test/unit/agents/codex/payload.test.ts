import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codex } from '../../../../src/agents/codex/index.ts';
import { sessionId, turnId } from '../../../../src/schema/ids.ts';
import { fixture, hookDrafts, hooks, told } from './recorded.ts';

const base = {
  session_id: 's1',
  turn_id: 't1',
  transcript_path: '/h/.codex/sessions/2026/11/21/rollout-1.jsonl',
  cwd: '/repo',
  model: 'gpt-x',
};
const translate = (event: string, more: object) =>
  codex.translate({ event, payload: JSON.stringify({ ...base, ...more }), at: 5000 });

describe('hooks with a rollout beside them', () => {
  test('a recorded run tells what the rollout cannot, and points at it for the rest', () => {
    expect(told(hookDrafts('work'))).toEqual([
      'session.started ok session started (startup)',
      'turn.prompted ok SCENARIO:basic please fix add()',
      'session.ended ok session ended (other)',
    ]);
    for (const { event, payload } of hooks('work')) {
      const said = codex.translate({ event, payload: JSON.stringify(payload), at: 0 });
      expect(said.transcript).toBe(payload.transcript_path);
      expect(said.cwd).toBe('/home/dev/ws-codex');
      expect(said.session).toBe(sessionId('codex', String(payload.session_id)));
    }
  });

  test('a subagent: its start and its prompt, which is no person’s, in a session of its own', () => {
    const child = hookDrafts('subagent').filter(({ session, rootSession }) => session !== rootSession);
    expect(child.map(({ type, actor, body }) => [type, actor.kind, body?.role ?? body?.source])).toEqual([
      ['session.started', 'agent', 'explorer'],
      ['turn.prompted', 'agent', 'subagent'],
    ]);
    const stop = hooks('subagent').find(({ event }) => event === 'SubagentStop');
    const said = codex.translate({ event: 'SubagentStop', payload: JSON.stringify(stop?.payload), at: 0 });
    expect(said.transcript).toBe(stop?.payload.agent_transcript_path);
  });

  test('what is wanted: a brief, context for a person’s prompt, a warning in the words that agents share', () => {
    expect(translate('SessionStart', { source: 'startup' }).wants).toEqual({ kind: 'brief' });
    expect(translate('UserPromptSubmit', { prompt: 'fix it' }).wants).toEqual({
      kind: 'context',
      prompt: 'fix it',
    });
    expect(translate('UserPromptSubmit', { prompt: 'look', agent_id: 'a1' }).wants).toBe(null);
    const warned = (tool_name: string, tool_input: unknown) =>
      translate('PreToolUse', { tool_name, tool_input, tool_use_id: 'c1' });
    expect(warned('Bash', { command: 'npm test' })).toMatchObject({
      drafts: [],
      wants: { kind: 'warning', tool: 'Bash', input: { command: 'npm test' }, callId: 'c1', base: '/repo' },
    });
    const patch = '*** Begin Patch\n*** Update File: a.ts\n@@\n-x\n+y\n*** End Patch\n';
    expect(warned('apply_patch', { command: patch }).wants).toMatchObject({
      tool: 'Edit',
      input: { file_path: 'a.ts', patch },
    });
  });

  test('a session that starts again is told each time; Interrupt and SessionEnd', () => {
    const [again] = translate('SessionStart', { source: 'resume' }).drafts;
    expect(again?.identity).toEqual({ content: 'started:resume:0' });
    const [stopped] = translate('Interrupt', {}).drafts;
    expect(stopped).toMatchObject({ type: 'turn.interrupted', actor: { kind: 'human' } });
    expect(stopped?.turn).toBe(turnId(sessionId('codex', 's1'), 't1'));
    expect(translate('SessionEnd', { reason: 'other' }).drafts[0]).toMatchObject({ type: 'session.ended' });
  });
});

describe('hooks of a session that has no rollout', () => {
  const ephemeral = (payload: object): object => ({
    ...payload,
    transcript_path: null,
    agent_transcript_path: null,
  });

  test('they tell calls, edits and replies too', () => {
    expect(told(hookDrafts('work', ephemeral))).toEqual([
      'session.started ok session started (startup)',
      'turn.prompted ok SCENARIO:basic please fix add()',
      'tool.called ok echo hello-from-shell && ls',
      'file.edited ok Write src/util.ts',
      'file.edited ok Edit src/util.ts',
      'tool.called ok echo oops >&2; exit 3',
      'tool.called ok cat src/util.ts',
      'tool.called ok probe echo',
      'turn.replied ok All done: fixed add() in src/util.ts.',
      'session.ended ok session ended (other)',
    ]);
  });

  test('a compaction, and a patch that was refused', () => {
    const compacted = translate('PostCompact', { trigger: 'manual', transcript_path: null }).drafts[0];
    expect(compacted).toMatchObject({ type: 'session.compacted', body: { trigger: 'manual' } });
    const refused = translate('PostToolUse', {
      transcript_path: null,
      tool_name: 'apply_patch',
      tool_input: { command: '*** Begin Patch\n*** Delete File: a.ts\n*** End Patch' },
      tool_response: 'patch rejected by user: not that file',
      tool_use_id: 'c9',
    }).drafts[0];
    expect(refused).toMatchObject({
      type: 'tool.called',
      status: 'rejected',
      body: { refusedBy: 'person', error: 'not that file' },
    });
  });
});

describe('payloads that are none', () => {
  test.each([
    ['no JSON', '{"session_id":"s1","cwd":"/repo","turn_id":"t1", cut', 'hook.unreadable'],
    ['no session', '{"cwd":"/repo"}', 'hook.unreadable'],
    ['a prompt without words', JSON.stringify({ ...base, prompt: 7 }), 'hook.unreadable'],
  ])('%s is kept as text', (_name, payload, type) => {
    const said = codex.translate({ event: 'UserPromptSubmit', payload, at: 1 });
    expect(said.drafts.map((draft) => draft.type)).toEqual([type]);
    expect(said.cwd).toBe('/repo');
  });

  test('nothing, and an event that is not known, say nothing', () => {
    expect(codex.translate({ event: 'Stop', payload: ' ', at: 1 }).drafts).toEqual([]);
    expect(translate('StopFailure', {})).toMatchObject({ drafts: [], cwd: '/repo' });
  });
});

test.each([
  ['SessionStart', 'session-start'],
  ['UserPromptSubmit', 'user-prompt-submit'],
  ['PreToolUse', 'pre-tool-use'],
  ['PostToolUse', 'post-tool-use'],
  ['SubagentStart', 'subagent-start'],
])('the answer to %s holds keys of its schema only', (event, name) => {
  interface Schema {
    properties: Record<string, { allOf?: { $ref: string }[] }>;
    definitions: Record<string, { properties: Record<string, unknown> }>;
  }
  const schema = JSON.parse(readFileSync(fixture(`schemas/${name}.json`), 'utf8')) as Schema;
  const reply = JSON.parse(codex.hookReply(event, 'known: a "quoted" thing')) as Record<string, object>;
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(reply)));
  const ref = schema.properties.hookSpecificOutput?.allOf?.[0]?.$ref.split('/').at(-1) ?? '';
  const inner = Object.keys(schema.definitions[ref]?.properties ?? {});
  expect(inner).toEqual(expect.arrayContaining(Object.keys(reply.hookSpecificOutput ?? {})));
  expect(reply.hookSpecificOutput).toEqual({
    hookEventName: event,
    additionalContext: 'known: a "quoted" thing',
  });
});

test('nothing is answered where Codex reads no context', () => {
  expect(
    codex.hookReply('Stop', 'x') + codex.hookReply('SessionEnd', 'x') + codex.hookReply('SessionStart', ''),
  ).toBe('');
});
