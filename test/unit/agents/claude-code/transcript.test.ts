import { describe, expect, test } from 'vitest';
import { sessionId } from '../../../../src/schema/ids.ts';
import { asked, line, read, result, said, use } from './lines.ts';
import { readTranscript } from './recorded.ts';

const session = 'd85401e5-e770-44d8-8444-267e00ded4a1';

describe('a recorded session', () => {
  const { drafts, skipped } = readTranscript(`run1/${session}.jsonl`);

  test('kinds of events, and lines that carry nothing', () => {
    const kinds: Record<string, number> = {};
    for (const { type } of drafts) kinds[type] = (kinds[type] ?? 0) + 1;
    expect(kinds).toEqual({
      'session.started': 1,
      'turn.prompted': 4,
      'turn.replied': 11,
      'tool.called': 7,
      'file.edited': 2,
      'session.titled': 1,
      'session.compacted': 1,
    });
    expect(skipped).toBeGreaterThan(40);
  });

  test('it starts with what the file says about the session', () => {
    expect(drafts[0]).toMatchObject({
      type: 'session.started',
      identity: { nativeId: session, phase: 'started' },
      body: {
        source: 'import',
        cwd: '/home/dev/ws',
        model: 'claude-opus-5-5',
        agentVersion: '2.1.329',
        gitBranch: 'main',
      },
    });
  });

  test('no thinking, no injected context and no request is kept', () => {
    const all = JSON.stringify(drafts);
    for (const secret of [
      'First I will look at the repository',
      'HIVEMIND-SESSION-CONTEXT',
      'HIVEMIND-PROMPT-CONTEXT',
      'system-reminder',
    ]) {
      expect(all).not.toContain(secret);
    }
  });

  test('reading it twice gives the same drafts', () => {
    expect(readTranscript(`run1/${session}.jsonl`).drafts).toEqual(drafts);
  });

  test('a subagent is a child session', () => {
    const child = readTranscript(`run1/${session}/subagents/agent-a5c8971e0b9e9295c.jsonl`).drafts;
    const id = sessionId('claude-code', session, 'a5c8971e0b9e9295c');
    expect(new Set(child.map((draft) => draft.session))).toEqual(new Set([id]));
    expect(child[0]?.body).toMatchObject({
      role: 'general-purpose',
      parentSession: sessionId('claude-code', session),
    });
    expect(child[1]).toMatchObject({
      type: 'turn.prompted',
      actor: { kind: 'agent' },
      body: { source: 'subagent' },
    });
    const call = drafts.find((draft) => draft.body?.childSession !== undefined);
    expect(call?.body?.childSession).toBe(id);
  });
});

describe('prompts', () => {
  test('slash commands as they were typed; local output and notes are left out', () => {
    const drafts = read(
      asked(
        '<command-message>review</command-message>\n<command-name>/review</command-name>\n<command-args>the diff</command-args>',
      ),
      asked('Base directory for this skill …', { isMeta: true }),
      asked('<local-command-stdout>done</local-command-stdout>'),
    );
    expect(drafts.map((draft) => draft.text)).toEqual(['/review the diff']);
  });

  test('text that the client put in is taken out', () => {
    const [draft] = read(
      asked([
        { type: 'text', text: '<system-reminder>be brief</system-reminder>' },
        { type: 'text', text: 'fix it' },
        { type: 'image', source: {} },
      ]),
    );
    expect(draft?.text).toBe('fix it\n[image]');
  });

  test('what was typed while the agent worked', () => {
    const queued = line('attachment', {
      attachment: { type: 'queued_command', prompt: 'use pnpm', commandMode: 'prompt' },
    });
    const drafts = read(
      asked('start'),
      said([{ type: 'text', text: 'ok' }]),
      queued,
      said([{ type: 'text', text: 'pnpm then' }]),
    );
    expect(drafts.map((draft) => `${draft.type} ${draft.actor.kind} ${draft.text}`)).toEqual([
      'turn.prompted human start',
      'turn.replied agent ok',
      'turn.prompted human use pnpm',
      'turn.replied agent pnpm then',
    ]);
    expect(drafts[3]?.turn).toBe(drafts[0]?.turn);
  });

  test('a command that the person ran', () => {
    const drafts = read(
      asked('<bash-input>git status</bash-input>'),
      asked('<bash-stdout>clean</bash-stdout><bash-stderr></bash-stderr>'),
    );
    expect(drafts).toMatchObject([
      {
        type: 'tool.called',
        actor: { kind: 'human' },
        body: { input: { command: 'git status' }, output: 'clean' },
      },
    ]);
  });

  test('an interruption', () => {
    const drafts = read(asked('start'), asked([{ type: 'text', text: '[Request interrupted by user]' }]));
    expect(drafts.map((draft) => draft.type)).toEqual(['turn.prompted', 'turn.interrupted']);
  });

  test('lines of old versions have no prompt id; their own id names the turn', () => {
    const drafts = read(
      asked('one', { promptId: undefined }),
      said([{ type: 'text', text: 'a' }]),
      asked('two', { promptId: undefined }),
      said([{ type: 'text', text: 'a' }]),
    );
    expect(new Set(drafts.map((draft) => draft.turn)).size).toBe(2);
    expect(drafts[0]?.turn).toBe(drafts[1]?.turn);
    expect(drafts[2]?.turn).toBe(drafts[3]?.turn);
  });
});

describe('replies', () => {
  test('each text is one reply; the tokens of a message are counted once', () => {
    const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 3 };
    const message = { id: 'm-one', usage };
    const drafts = read(
      asked('go'),
      said([{ type: 'thinking', thinking: 'hm' }], message),
      said([{ type: 'text', text: 'first' }], { ...message, usage: { ...usage, output_tokens: 1 } }),
      said([{ type: 'text', text: 'second' }], message),
      said([use('t1')], message),
      result('t1', 'x'),
    );
    expect(drafts.map((draft) => [draft.type, draft.body?.tokens])).toEqual([
      ['turn.prompted', undefined],
      ['turn.replied', undefined],
      ['turn.replied', { input: 10, output: 5, cacheRead: 3 }],
      ['tool.called', undefined],
    ]);
  });

  test('the same words twice in a turn are two replies', () => {
    const [, first, second] = read(
      asked('go'),
      said([{ type: 'text', text: 'Checking.' }]),
      said([{ type: 'text', text: 'Checking.' }]),
    );
    expect(first?.identity).toEqual({ content: 'p1\nChecking.' });
    expect(second?.identity).toEqual({ content: 'p1\nChecking.', ordinal: 1 });
  });

  test('a line that is written again is read once', () => {
    const reply = said([{ type: 'text', text: 'Done.' }]);
    expect(read(asked('go'), reply, reply)).toHaveLength(2);
  });
});

describe('tool calls', () => {
  test('a refusal with its reason, and a block by a hook', () => {
    const refusal =
      "The user doesn't want to proceed with this tool use. The tool use was rejected. To tell you how to proceed, the user said:\nnot on main";
    const drafts = read(
      said([use('t1'), use('t2')]),
      result('t1', refusal, { toolUseResult: 'User rejected tool use' }, { is_error: true }),
      result('t2', 'blocked', { permissionDecision: { decision: 'reject' } }, { is_error: true }),
    );
    expect(drafts.map((draft) => [draft.status, draft.text])).toEqual([
      ['rejected', 'ls\nrejected: not on main'],
      ['rejected', 'ls\nrejected: blocked'],
    ]);
  });

  test('an edit without a structured result is told from what was asked', () => {
    const input = { file_path: '/home/dev/ws/a.ts', old_string: 'b\n', new_string: 'c\nd\n' };
    const [draft] = read(said([use('t1', 'Edit', input)]), result('t1', 'updated'));
    expect(draft).toMatchObject({
      type: 'file.edited',
      paths: ['a.ts'],
      body: { hunks: [{ lines: ['-b', '+c', '+d'] }] },
    });
  });

  test('a call whose result never came keeps an identity of its own', () => {
    const [draft] = read(said([use('t1')]));
    expect(draft).toMatchObject({
      status: 'failed',
      identity: { nativeId: 't1', phase: 'unanswered' },
      body: { unanswered: true },
    });
  });
});
