import { describe, expect, test } from 'vitest';
import { codex } from '../../../../src/agents/codex/index.ts';
import { context, event, item, line, meta, said, started, thread } from './lines.ts';
import { readLines, told } from './recorded.ts';

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
