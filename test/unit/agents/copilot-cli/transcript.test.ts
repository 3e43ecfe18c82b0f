import { describe, expect, test } from 'vitest';
import { copilotCli } from '../../../../src/agents/copilot-cli/index.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import { checkDraft, keyOf, readLines, readRecorded, summaryOf, translated } from '../recording.ts';

const id = '84f9e215-a912-4019-aae0-7b27532113c3';
const main = `run2/${id}/events.jsonl`;
const first = 'run1/f2f93364-e5d1-40ec-82c8-5c9b13064a78/events.jsonl';

let count = 0;
const line = (type: string, data: object, more: object = {}): string => {
  count += 1;
  return JSON.stringify({
    type,
    data,
    id: `line-${count}`,
    timestamp: `2026-01-01T00:00:0${count % 10}.000Z`,
    ...more,
  });
};
const start = line('session.start', {
  sessionId: 's1',
  context: { cwd: '/home/me/ws' },
  producer: 'copilot-agent',
});
const read = (...lines: string[]) => readLines(copilotCli, '/x/s1/events.jsonl', [start, ...lines]);
const begun = (toolName: string, args: unknown, more: object = {}) =>
  line('tool.execution_start', { toolCallId: 'c1', toolName, arguments: args, ...more });
const done = (data: object) => line('tool.execution_complete', { toolCallId: 'c1', success: true, ...data });

describe('what a real client wrote', () => {
  test('a run: each prompt, reply, call and edit, as it ended', () => {
    const { drafts, unknown } = readRecorded(copilotCli, first);
    expect(drafts.map(summaryOf)).toEqual([
      'session.started ok session started (import)',
      'turn.prompted ok SCENARIO:copilot please fix add()',
      "turn.replied ok I'll look around first.",
      'tool.called ok echo hello-from-shell && ls',
      'file.edited ok Write util.ts',
      'file.edited ok Edit util.ts',
      'tool.called failed Read nope.ts',
      'tool.called failed echo oops >&2; exit 3',
      'tool.called ok probe echo',
      'turn.replied ok All done: fixed add().',
      'session.ended ok session ended (routine)',
    ]);
    expect(unknown).toEqual({});
    expect(drafts[0]?.body).toMatchObject({
      agentVersion: '1.0.102',
      gitBranch: 'main',
      model: 'mock-model',
    });
    expect(drafts[2]?.body).toMatchObject({
      tokens: { input: 1200, output: 64, cacheRead: 0, cacheWrite: 0 },
    });
    expect(drafts[3]?.body).toMatchObject({
      tool: 'Bash',
      exitCode: 0,
      output: 'hello-from-shell\nREADME.md',
    });
    expect(drafts[4]?.body).toMatchObject({ tool: 'Write', nativeTool: 'create', change: 'created' });
    expect(drafts[5]?.body).toMatchObject({ change: 'updated', hunks: [{ oldStart: 1 }] });
    expect(drafts[7]?.body).toMatchObject({ exitCode: 3, error: 'Exit code 3\noops' });
    expect(drafts[8]?.body).toMatchObject({ tool: 'mcp__probe__echo', mcpServer: 'probe' });
  });

  test('a resumed session with a subagent and a refusal', () => {
    const { drafts, unknown } = readRecorded(copilotCli, main);
    expect(unknown).toEqual({});
    const child = sessionId('copilot-cli', id, 'd9dc797f-a0ea-4f33-a070-0fc5484f982e');
    const ofChild = drafts.filter(({ session }) => session === child);
    expect(ofChild.map(summaryOf)).toEqual([
      'session.started ok session started (subagent)',
      'turn.prompted ok SCRIPT:sub explore',
      'turn.replied ok Sub looks.',
      'tool.called ok cat README.md',
      'turn.replied ok Sub report.',
      'session.ended ok session ended (completed)',
    ]);
    const call = drafts.find(({ body }) => body?.tool === 'Agent');
    expect(call?.body).toMatchObject({ childSession: child, input: { subagent_type: 'general-purpose' } });
    expect(ofChild[0]?.body).toMatchObject({
      role: 'general-purpose',
      parentSession: sessionId('copilot-cli', id),
      startedByCall: call?.body?.callId,
    });
    const refused = drafts.filter(({ status }) => status === 'rejected');
    expect(refused.map(({ body }) => [body?.tool, body?.refusedBy])).toEqual([['Bash', 'rule']]);
    expect(drafts.filter(({ type }) => type === 'session.started').map(({ body }) => body?.source)).toEqual([
      'import',
      'subagent',
      'resume',
    ]);
  });

  test('hooks and transcript share the start, and nothing else is told by the hooks', () => {
    const told = translated(copilotCli, 'run2/hooks.jsonl');
    const live = told.flatMap(({ drafts }) => drafts);
    expect(live.map(summaryOf)).toEqual(['session.started ok session started (startup)']);
    const keys = readRecorded(copilotCli, main).drafts.map(keyOf);
    expect(keys).toContain(keyOf(live[0] ?? expect.fail('no start')));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('what we told the agent is not told by it: context stands beside the prompt', () => {
    const { drafts } = readRecorded(copilotCli, main);
    const texts = drafts.map(({ text, body }) => `${text} ${JSON.stringify(body)}`);
    for (const ours of ['CONTEXT for prompt', 'BRIEF text', 'WARNING for tool'])
      expect(texts.filter((text) => text.includes(ours))).toEqual([]);
  });

  test('every draft can be appended; read again, it is the same', () => {
    for (const name of [first, main]) {
      const { drafts } = readRecorded(copilotCli, name);
      for (const draft of drafts) checkDraft(draft);
      expect(readRecorded(copilotCli, name).drafts).toEqual(drafts);
    }
  });
});

describe('lines', () => {
  test('a line that stands twice is one', () => {
    const prompt = line('user.message', { content: 'go' });
    expect(read(prompt, prompt).drafts).toHaveLength(2);
  });

  test('prompts by whom they are', () => {
    const { drafts } = read(
      line('user.message', { content: 'go', source: 'user' }),
      line('user.message', { content: 'skill text', source: 'skill-pdf' }),
      line('user.message', { content: 'go on', isAutopilotContinuation: true }),
      line('user.message', { content: ' ' }),
    );
    expect(drafts.slice(1).map(({ actor, body }) => [actor.kind, body?.source])).toEqual([
      ['human', 'human'],
      ['daemon', 'system'],
      ['daemon', 'system'],
    ]);
    expect(new Set(drafts.slice(1).map(({ turn }) => turn)).size).toBe(1);
  });

  test('interruptions, compactions, failures of the model, and what is not known', () => {
    const { drafts, unknown } = read(
      line('abort', { reason: 'user_initiated' }),
      line('session.compaction_complete', {
        success: true,
        summaryContent: 'so far',
        customInstructions: 'x',
      }),
      line('session.compaction_complete', { success: false }),
      line('session.error', { errorType: 'quota', message: 'no more' }),
      line('session.shutdown', { shutdownType: 'error', errorReason: 'crash', totalPremiumRequests: 2 }),
      line('session.novelty', {}),
      JSON.stringify({ kind: 1, v: {} }),
    );
    expect(drafts.slice(1).map(summaryOf)).toEqual([
      'turn.interrupted ok interrupted (user_initiated)',
      'session.compacted ok so far',
      'turn.replied failed no more',
      'session.ended failed session ended (error)',
    ]);
    expect(drafts[2]?.body).toEqual({ trigger: 'manual', summary: 'so far' });
    expect(drafts[4]?.body).toMatchObject({ error: 'crash', premiumRequests: 2 });
    expect(unknown).toEqual({ 'session.novelty': 1, 'kind 1': 1 });
  });

  test('older versions tell what was said, not what was read: that is no pair of tokens', () => {
    const { drafts } = read(line('assistant.message', { content: 'x', outputTokens: 9, model: 'm' }));
    expect(drafts[1]).toMatchObject({ actor: { model: 'm' }, body: { outputTokens: 9, final: true } });
    expect(drafts[1]?.body).not.toHaveProperty('tokens');
  });
});

describe('calls', () => {
  test.each([
    ['bash', { command: 'x' }, 'Bash', { command: 'x' }],
    ['view', { path: '/a' }, 'Read', { file_path: '/a' }],
    ['read_file', { filePath: '/a' }, 'Read', { file_path: '/a' }],
    ['str_replace_editor', { command: 'view', path: '/a' }, 'Read', { file_path: '/a' }],
    ['rg', { pattern: 'p' }, 'Grep', { pattern: 'p' }],
    ['file_search', { query: 'p' }, 'Glob', { pattern: 'p' }],
    ['task', '{"prompt":"p","agent_type":"explore"}', 'Agent', { prompt: 'p', subagent_type: 'explore' }],
    ['sql', { query: 'q' }, 'sql', { query: 'q' }],
  ])('%s is %s', (name, args, tool, input) => {
    const body = read(begun(name, args), done({ result: { content: 'ok' } })).drafts[1]?.body;
    expect(body).toMatchObject({ tool, input });
  });

  test.each([
    [{ result: { content: 'a\n<shellId: 1 completed with exit code 0>' } }, { exitCode: 0, output: 'a' }],
    [{ result: { content: 'a\n<exited with exit code 2>' } }, { exitCode: 2, error: 'Exit code 2\na' }],
    [
      { result: { content: '' }, shellExecution: { exitCode: 7 } },
      { exitCode: 7, error: 'Exit code 7' },
    ],
    [{ result: { content: 'running' } }, { output: 'running' }],
    [{ success: false, error: { message: 'no such tool', code: 'failure' } }, { error: 'no such tool' }],
    [{ success: false }, { error: 'failed' }],
  ])('%j', (data, body) => {
    const draft = read(begun('bash', { command: 'x' }), done(data)).drafts[1];
    expect(draft).toMatchObject({ status: 'error' in body ? 'failed' : 'ok', body });
    if (!('exitCode' in body)) expect(draft?.body).not.toHaveProperty('exitCode');
  });

  test.each([
    ['denied-interactively-by-user', 'rejected', 'person'],
    ['denied-by-rules', 'rejected', 'rule'],
    ['denied-by-permission-request-hook', 'rejected', 'hook'],
    ['approved', 'failed', undefined],
  ])('%s is %s', (kind, status, refusedBy) => {
    const asked = line('permission.completed', { toolCallId: 'c1', result: { kind } });
    const failed = done({ success: false, error: { message: 'no', code: 'failure' } });
    const draft = read(begun('bash', { command: 'x' }), asked, failed).drafts[1];
    expect([draft?.status, draft?.body?.refusedBy]).toEqual([status, refusedBy]);
  });

  test('a patch of several files is one edit for each, deletions too', () => {
    const section = (path: string, before: string, after: string, hunk: string): string =>
      `\ndiff --git a${path} b${path}\n--- a${before}\n+++ b${after}\n${hunk}\n`;
    const detailedContent =
      section('/home/me/ws/a.ts', '/home/me/ws/a.ts', '/home/me/ws/a.ts', '@@ -1,1 +1,1 @@\n-x\n+y') +
      section('/home/me/ws/b.ts', '/home/me/ws/b.ts', '/dev/null', '@@ -1,1 +0,0 @@\n-gone');
    const fileEdits = [
      { path: '/home/me/ws/a.ts', kind: 'edit' },
      { path: '/home/me/ws/b.ts', kind: 'delete' },
    ];
    for (const data of [{ fileEdits, result: { detailedContent } }, { result: { detailedContent } }]) {
      const { drafts } = read(begun('apply_patch', { input: '…' }), done(data));
      expect(drafts.slice(1).map(({ body }) => [body?.path, body?.change, body?.hunks])).toEqual([
        ['a.ts', 'updated', [expect.objectContaining({ lines: ['-x', '+y'] })]],
        ['b.ts', 'deleted', [expect.objectContaining({ lines: ['-gone'] })]],
      ]);
      expect(new Set(drafts.map(keyOf)).size).toBe(3);
    }
  });

  test('without a diff an edit has the lines that were asked for; a call without an end says so', () => {
    const edit = begun('edit', { path: '/home/me/ws/a.ts', old_str: 'x', new_str: 'y' });
    const { drafts } = read(edit, done({ result: { content: 'ok' } }), begun('bash', { command: 'sleep' }));
    expect(drafts[1]?.body).toMatchObject({ path: 'a.ts', hunks: [{ oldStart: 0, lines: ['-x', '+y'] }] });
    expect(drafts[2]).toMatchObject({ status: 'failed', body: { unanswered: true } });
  });
});
