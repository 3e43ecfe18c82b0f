import { describe, expect, test } from 'vitest';
import { call, context, event, line, output, read, said, started, thread, turn } from './lines.ts';
import { told } from './recorded.ts';

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
