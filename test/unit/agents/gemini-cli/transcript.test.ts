import { describe, expect, test } from 'vitest';
import { geminiCli } from '../../../../src/agents/gemini-cli/index.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import { checkDraft, keyOf, readRecorded, summaryOf, translated } from '../recording.ts';
import { called, header, path, read, said, tokens, user } from './messages.ts';

const id = '3ab2a5b9-8c12-42c7-83c9-1e85b8432c8a';
const main = 'run2/chats/session-2026-11-22T02-09-3ab2a5b9.jsonl';
const child = `run2/chats/${id}/cb7cb1c3-2132-4c5b-b289-1a88d7865817.jsonl`;
describe('what a real client wrote', () => {
  test('a run: each prompt, reply, call and edit once, although messages are written again as they grow', () => {
    const { drafts, unknown } = readRecorded(geminiCli, 'run1/chats/session-2026-11-21T08-03-7b2aab12.jsonl');
    expect(drafts.map(summaryOf)).toEqual([
      'session.started ok session started (import)',
      'turn.prompted ok SCENARIO:basic please fix add()',
      "turn.replied ok I'll look around first.",
      'tool.called ok echo hello-from-shell && ls',
      'file.edited ok Write /home/dev/ws-gemini/src/util.ts',
      'file.edited ok Edit /home/dev/ws-gemini/src/util.ts',
      'tool.called failed echo oops >&2; exit 3',
      'tool.called ok Read /home/dev/ws-gemini/src/util.ts',
      'tool.called ok probe echo',
      'turn.replied ok All done: fixed add() in src/util.ts.',
    ]);
    expect(unknown).toEqual({});
    const [write, edit] = drafts.filter(({ type }) => type === 'file.edited');
    expect(write?.body).toMatchObject({ tool: 'Write', nativeTool: 'write_file', change: 'created' });
    expect(edit?.body).toMatchObject({
      tool: 'Edit',
      change: 'updated',
      hunks: [{ oldStart: 1, newLines: 3 }],
    });
    const [shell, failed, , mcp] = drafts.filter(({ type }) => type === 'tool.called');
    expect(shell?.body).toMatchObject({ tool: 'Bash', exitCode: 0, output: 'hello-from-shell\nREADME.md' });
    expect(failed?.body).toMatchObject({ exitCode: 3, error: 'Exit code 3\noops' });
    expect(mcp?.body).toMatchObject({
      tool: 'mcp__probe__echo',
      mcpServer: 'probe',
      output: '{"text":"hello mcp"}',
    });
  });

  test('a resumed session with subagents: hooks and transcripts share the start, and nothing else is told by both', () => {
    const live = translated(geminiCli, 'run2/hooks.jsonl');
    const { drafts } = readRecorded(geminiCli, main);
    const second = readRecorded(geminiCli, main.replace('02-09', '02-10')).drafts;
    const started = keyOf(live[0]?.drafts[0] ?? expect.fail('no start'));
    expect(drafts.map(keyOf)).toContain(started);
    // What the client made of the resume before it went on in the first file: a header without a conversation.
    expect(second).toEqual([]);
    const told = live.flatMap((each) => each.drafts);
    expect(told.map(summaryOf)).toEqual([
      'session.started ok session started (startup)',
      'session.ended ok session ended (exit)',
      'session.started ok session started (resume)',
      'session.ended ok session ended (exit)',
    ]);
    const shared = told.filter((draft) => drafts.some((other) => keyOf(other) === keyOf(draft)));
    expect(shared.map(summaryOf)).toEqual(['session.started ok session started (startup)']);
    expect(new Set(drafts.map(keyOf)).size).toBe(drafts.length);
  });

  test('a prompt is told without what hooks put into it, escaped or not', () => {
    const prompts = readRecorded(geminiCli, main).drafts.filter(({ type }) => type === 'turn.prompted');
    expect(prompts.map(({ text }) => text)).toEqual(['SCRIPT:main go', 'SCRIPT:second go']);
  });

  test('a subagent is a child session of the one in whose folder its file is', () => {
    const { drafts } = readRecorded(geminiCli, child);
    const agentId = 'cb7cb1c3-2132-4c5b-b289-1a88d7865817';
    const session = sessionId('gemini-cli', id, agentId);
    expect(new Set(drafts.map((draft) => draft.session))).toEqual(new Set([session]));
    expect(drafts[0]?.body).toMatchObject({
      source: 'subagent',
      parentSession: sessionId('gemini-cli', id),
      cwd: '/home/dev/ws',
    });
    expect(drafts[1]).toMatchObject({ type: 'turn.prompted', actor: { kind: 'agent' } });
    const call = readRecorded(geminiCli, main).drafts.find(({ body }) => body?.childSession === session);
    expect(call?.body).toMatchObject({ tool: 'Agent', input: { subagent_type: 'codebase_investigator' } });
  });

  test('a compaction is told with its summary', () => {
    const { drafts } = readRecorded(geminiCli, 'run3/chats/session-2026-11-22T02-46-f331dc06.jsonl');
    expect(drafts.slice(2).map(summaryOf)).toEqual([
      'turn.replied ok All done.',
      'session.compacted ok <state_snapshot>',
    ]);
    expect(drafts[3]?.body).toMatchObject({ summary: expect.stringContaining('add() was fixed') });
  });

  test('every draft can be appended; read again, it is the same', () => {
    for (const name of [main, child]) {
      const { drafts } = readRecorded(geminiCli, name);
      for (const draft of drafts) checkDraft(draft);
      expect(readRecorded(geminiCli, name).drafts).toEqual(drafts);
    }
  });
});

describe('messages that grow', () => {
  test('a reply waits for its tokens; what it costs is told once, apart from the cache', () => {
    const reader = geminiCli.transcripts.reader(path);
    const take = (record: object) => reader.line(JSON.stringify(record)) ?? [];
    expect(take(header)).toEqual([]);
    expect(take(user('u1', 'go')).map(summaryOf)).toHaveLength(2);
    expect(take(said('g1', 'well'))).toEqual([]);
    const [reply] = take(said('g1', 'well', { tokens }));
    expect(reply?.body).toMatchObject({ message: 'well', tokens: { input: 62, output: 10, cacheRead: 40 } });
    expect(take(said('g1', 'well', { tokens }))).toEqual([]);
    expect(take(said('g2', 'more'))).toEqual([]);
    expect(reader.rest?.().map(summaryOf)).toEqual(['turn.replied ok more']);
    expect(reader.end()).toEqual([]);
  });

  test('tokens of a message without words go to its first call', () => {
    const calls = [called({ output: 'a' }), { ...called({ output: 'b' }), id: 'c2' }];
    const { drafts } = read(
      user('u1', 'go'),
      said('g1', '', { tokens }),
      said('g1', '', { tokens, toolCalls: calls }),
    );
    expect(drafts.slice(2).map(({ body }) => body?.tokens !== undefined)).toEqual([true, false]);
  });

  test('the answer of a call may come in a message of its own, or never', () => {
    const open = {
      toolCalls: [
        { id: 'c1', name: 'read_file', args: { absolute_path: '/x' } },
        { id: 'c2', name: 'glob' },
      ],
    };
    const answer = {
      id: 'u2',
      type: 'user',
      content: [{ functionResponse: { id: 'c1', response: { output: 'text' } } }],
    };
    const { drafts } = read(user('u1', 'go'), said('g1', '', open), answer, said('g1', '', open));
    expect(drafts.slice(2).map(summaryOf)).toEqual(['tool.called ok Read /x', 'tool.called failed Glob']);
    expect(drafts[3]).toMatchObject({
      body: { unanswered: true },
      identity: { nativeId: 'c2', phase: 'unanswered' },
    });
  });

  test('a history that is written again tells nothing, but for the summary that a compaction made', () => {
    const snapshot = user('x1', '<state_snapshot>\nso far\n</state_snapshot>');
    const records = [
      user('u1', 'go'),
      said('g1', 'done', { tokens }),
      { $set: { messages: [user('new-id', 'go'), said('g1', 'done')] } },
      { $set: { messages: [snapshot, said('x2', 'Got it. Thanks for the additional context!')] } },
      { $set: { messages: [{ ...snapshot, id: 'x3' }, user('u2', 'on')] } },
      { $rewindTo: 'u1' },
      { $set: { lastUpdated: 'now' } },
    ];
    const { drafts, unknown } = read(...records);
    expect(drafts.slice(3).map(summaryOf)).toEqual(['session.compacted ok <state_snapshot>']);
    const again = read(user('u1', 'go'), { $set: { messages: [{ ...snapshot, id: 'x9' }] } }).drafts;
    expect(drafts[3]?.identity).toEqual(again[2]?.identity);
    expect(unknown).toEqual({});
  });

  test('a name is told when it changes; what is not known is counted', () => {
    const named = (summary: string) => ({ $set: { summary } });
    const { drafts, unknown } = read(
      user('u1', 'go'),
      named('one'),
      named('one'),
      named('two'),
      { id: 'n1', type: 'novelty' },
      { id: 'n2', type: 'info', content: 'x' },
      { strange: true },
    );
    expect(drafts.slice(2).map(summaryOf)).toEqual(['session.titled ok one', 'session.titled ok two']);
    expect(unknown).toEqual({ novelty: 1, record: 1 });
  });

  test('prompts that Gemini makes up are of no person, and of the turn that they go on with', () => {
    const { drafts } = read(
      user('u1', 'go'),
      user('u2', 'Please continue.'),
      user('u3', '<session_context>here</session_context>'),
      user('u4', 'see --- Content from referenced files ---', { displayContent: [{ text: 'see @a.ts' }] }),
      { id: 'e1', type: 'error', content: 'quota' },
    );
    expect(drafts.slice(1).map(({ actor, text, status }) => [actor.kind, text, status])).toEqual([
      ['human', 'go', 'ok'],
      ['daemon', 'Please continue.', 'ok'],
      ['human', 'see @a.ts', 'ok'],
      ['agent', 'quota', 'failed'],
    ]);
    expect(drafts[2]?.turn).toBe(drafts[1]?.turn);
  });
});

test('what Gemini says of the surroundings is of nobody; a command that a person ran is a call of theirs', () => {
  const ran =
    'I ran the following shell command:\n```sh\necho \\`x\\`\n```\n\nThis produced the following result:\n```\nx\n```';
  const { drafts } = read(
    user('u1', 'go'),
    user('u2', "Here is the user's editor context as a JSON object. This is for your information only."),
    user('u3', '- **Workspace Directories:**\n  - /home/dev/ws'),
    user('u4', ran),
  );
  expect(drafts.slice(2)).toEqual([
    expect.objectContaining({
      type: 'tool.called',
      actor: { kind: 'human', name: 'user' },
      body: { tool: 'Bash', input: { command: 'echo `x`' }, output: 'x' },
    }),
  ]);
});
