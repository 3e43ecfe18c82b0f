import { describe, expect, test } from 'vitest';
import { called, read, said, user } from './messages.ts';

describe('how calls end', () => {
  const shell = (output: string) =>
    read(user('u1', 'go'), said('g1', '', { toolCalls: [called({ output })] })).drafts[2];

  test.each([
    ['Output: fine\nProcess Group PGID: 1', { exitCode: 0, output: 'fine' }],
    ['Output: (empty)\nProcess Group PGID: 1', { exitCode: 0, output: '' }],
    ['Output: a\nb\nExit Code: 2\nProcess Group PGID: 1', { exitCode: 2, error: 'Exit code 2\na\nb' }],
    [
      'Output: a\nError: from the program\nProcess Group PGID: 1',
      { exitCode: 0, output: 'a\nError: from the program' },
    ],
    ['Output: (empty)\nError: spawn ENOENT', { error: 'spawn ENOENT' }],
    ['Output: a\nSignal: SIGKILL\nProcess Group PGID: 1', { error: 'Signal SIGKILL\na' }],
    ['Output: Exit Code: 9\nProcess Group PGID: 1', { exitCode: 0, output: 'Exit Code: 9' }],
    [
      'Command: x\nDirectory: (root)\nOutput: o\nError: (none)\nExit Code: 1\nSignal: (none)\nBackground PIDs: (none)\nProcess Group PGID: 7',
      { exitCode: 1, error: 'Exit code 1\no' },
    ],
    [
      'Command moved to background (PID: 5). Output hidden.',
      { output: 'Command moved to background (PID: 5). Output hidden.' },
    ],
    ['Command was cancelled by user before it could complete. x', { interrupted: true }],
    [
      'Command was automatically cancelled because it exceeded',
      { error: expect.stringContaining('automatically') },
    ],
  ])('%j', (text, body) => {
    const draft = shell(
      `<untrusted_context>\n${text}\n</untrusted_context>\n\n<hook_context>note</hook_context>`,
    );
    expect(draft?.body).toMatchObject(body);
    expect(draft?.status).toBe('error' in body || 'interrupted' in body ? 'failed' : 'ok');
    if (!('exitCode' in body)) expect(draft?.body).not.toHaveProperty('exitCode');
  });

  test.each([
    [
      'cancelled',
      '[Operation Cancelled] Reason: User denied execution.',
      'rejected',
      { refusedBy: 'person' },
    ],
    ['error', 'Tool execution denied by policy. Not here.', 'rejected', { refusedBy: 'rule' }],
    [
      'error',
      'Tool execution for "Shell" requires user confirmation, which',
      'rejected',
      { refusedBy: 'rule' },
    ],
    [
      'error',
      'Tool execution blocked: not on Fridays',
      'rejected',
      { refusedBy: 'hook', error: 'not on Fridays' },
    ],
    ['error', 'File not found: /x', 'failed', { error: 'File not found: /x' }],
  ])('%s: %s is %s', (status, error, expected, body) => {
    const { drafts } = read(user('u1', 'go'), said('g1', '', { toolCalls: [called({ error }, { status })] }));
    expect(drafts).toHaveLength(3);
    expect(drafts[2]).toMatchObject({ status: expected, body });
  });

  test('a call that a person stopped interrupts the turn', () => {
    const error = '[Operation Cancelled] Reason: User cancelled tool execution.';
    const { drafts } = read(
      user('u1', 'go'),
      said('g1', '', { toolCalls: [called({ error }, { status: 'cancelled' })] }),
    );
    expect(drafts.slice(2).map(({ type, status }) => [type, status])).toEqual([
      ['tool.called', 'failed'],
      ['turn.interrupted', 'ok'],
    ]);
  });
});
