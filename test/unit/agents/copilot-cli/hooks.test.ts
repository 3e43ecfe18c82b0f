import { describe, expect, test } from 'vitest';
import type { HookTarget } from '../../../../src/agents/agent.ts';
import { claudeCode } from '../../../../src/agents/claude-code/index.ts';
import { copilotCli } from '../../../../src/agents/copilot-cli/index.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import { translated } from '../recording.ts';

const target = (scope: HookTarget['scope']): HookTarget => ({
  scope,
  configDir: '/home/me/.copilot/',
  userHome: '/home/me',
  environment: {},
  projectDir: '/home/me/ws',
  hookPath: '/opt/hivemind/bin/hook.sh',
  command: { command: '/opt/hivemind/bin/hivemind', args: [] },
  env: {},
});
const [hooks, server] = copilotCli.settingsFiles(target('user'));

describe('settings', () => {
  test('hooks stand in a file of our own', () => {
    expect(hooks?.path).toBe('/home/me/.copilot/hooks/hivemind.json');
    const settings = JSON.parse(hooks?.connect(null) ?? '');
    expect(settings.version).toBe(1);
    expect(Object.keys(settings.hooks)).toEqual([
      'sessionStart',
      'userPromptSubmitted',
      'preToolUse',
      'agentStop',
    ]);
    expect(settings.hooks.preToolUse).toEqual([
      {
        type: 'command',
        timeoutSec: 10,
        bash: '[ ! -x "/opt/hivemind/bin/hook.sh" ] || "/opt/hivemind/bin/hook.sh" copilot-cli preToolUse',
      },
    ]);
    expect(server?.path).toBe('/home/me/.copilot/mcp-config.json');
    expect(JSON.parse(server?.connect(null) ?? '').mcpServers.hivemind).toEqual({
      type: 'local',
      command: '/opt/hivemind/bin/hivemind',
      args: ['mcp'],
      tools: ['*'],
    });
  });

  test('an older command of ours is replaced, one that is doubled goes, one of others stays', () => {
    const old = { type: 'command', bash: '"/old/hook.sh" copilot-cli preToolUse', timeoutSec: 3 };
    const foreign = { type: 'command', bash: 'lint' };
    const text = JSON.stringify({
      version: 1,
      hooks: { preToolUse: [foreign, old, old], sessionEnd: [foreign] },
    });
    const settings = JSON.parse(hooks?.connect(text) ?? '');
    expect(settings.hooks.preToolUse).toHaveLength(2);
    expect(settings.hooks.preToolUse[0]).toEqual(foreign);
    expect(settings.hooks.preToolUse[1]).toMatchObject({ timeoutSec: 10 });
    expect(settings.hooks.sessionEnd).toEqual([foreign]);
  });

  test("a project's server is the one that Claude Code reads too: whoever comes second changes nothing", () => {
    const [, ours] = copilotCli.settingsFiles(target('project'));
    const [, theirs] = claudeCode.settingsFiles(target('project'));
    expect(ours?.path).toBe(theirs?.path);
    const made = theirs?.connect(null) ?? null;
    expect(ours?.connect(made)).toBe(made);
    expect(theirs?.connect(ours?.connect(null) ?? null)).toBe(made);
    expect(copilotCli.settingsFiles(target('project'))[0]?.path).toBe(
      '/home/me/ws/.github/hooks/hivemind.json',
    );
  });

  test('a note is printed without a decision, so that a call is asked about as ever', () => {
    for (const event of ['sessionStart', 'userPromptSubmitted', 'preToolUse'])
      expect(JSON.parse(copilotCli.hookReply(event, 'x'))).toEqual({ additionalContext: 'x' });
    expect(copilotCli.hookReply('agentStop', 'x')).toBe('');
    expect(copilotCli.hookReply('preToolUse', '')).toBe('');
  });
});

describe('where transcripts are', () => {
  const { roots, accepts, directoryOf, recognises } = copilotCli.transcripts;
  test('below the folder that a variable may move', () => {
    expect(roots({ userHome: '/home/me', environment: {} })).toEqual(['/home/me/.copilot/session-state']);
    const environment = { COPILOT_HOME: '/moved/' };
    expect(roots({ userHome: '/home/me', environment })).toEqual(['/moved/session-state']);
    expect(
      ['0-1/events.jsonl', 'events.jsonl', '0-1/files/events.jsonl', '0-1/workspace.yaml'].filter(accepts),
    ).toEqual(['0-1/events.jsonl']);
  });

  test('the first line says what it is, and of which directory', () => {
    const data = { producer: 'copilot-agent', context: { cwd: '/home/me/ws' } };
    const head = `${JSON.stringify({ type: 'session.start', data })}\n{"type":"x"}`;
    expect([directoryOf(head, '/x'), recognises(head, '/x')]).toEqual(['/home/me/ws', true]);
    for (const other of ['', 'garbage', '{"type":"session.start"}', '{"type":"user","data":{}}'])
      expect([directoryOf(other, '/x'), recognises(other, '/x')]).toEqual([null, false]);
  });
});

describe('payloads', () => {
  test('of a real run: brief, context, warnings in shared words, and where the transcript is', () => {
    const told = translated(copilotCli, 'run2/hooks.jsonl');
    const id = '84f9e215-a912-4019-aae0-7b27532113c3';
    const wanted = told.map(({ event, wants }) => [event, wants?.kind ?? null] as const);
    expect(wanted.filter(([, kind]) => kind === 'brief')).toHaveLength(2);
    const prompts = told.flatMap(({ wants }) => (wants?.kind === 'context' ? wants.prompt : []));
    // The subagent's prompt is the agent's own.
    expect(prompts).toEqual(['SCRIPT:main go', 'SCRIPT:second go']);
    const calls = told.flatMap(({ wants, session }) =>
      wants?.kind === 'warning' ? { ...wants, session } : [],
    );
    expect(calls[0]).toMatchObject({
      tool: 'Bash',
      input: { command: 'echo oops >&2; exit 3' },
      base: '/home/dev/ws',
    });
    expect(new Set(calls.map(({ session }) => session))).toEqual(
      new Set([
        sessionId('copilot-cli', id),
        sessionId('copilot-cli', id, 'd9dc797f-a0ea-4f33-a070-0fc5484f982e'),
      ]),
    );
    for (const { event, transcript } of told)
      if (event === 'agentStop')
        expect(transcript).toBe(`/home/dev/.copilot/session-state/${id}/events.jsonl`);
  });

  test('an MCP tool is named as in the transcript', () => {
    const payload = JSON.stringify({ sessionId: 's', toolName: 'hivemind-recall', toolArgs: { query: 'q' } });
    expect(copilotCli.translate({ event: 'preToolUse', payload, at: 1 }).wants).toMatchObject({
      tool: 'mcp__hivemind__recall',
    });
  });

  test('hooks that are not installed, and payloads that lack what they must have', () => {
    const ask = (event: string, payload: object) =>
      copilotCli.translate({ event, payload: JSON.stringify({ cwd: '/w', ...payload }), at: 1 });
    expect(ask('postToolUse', { sessionId: 's' })).toMatchObject({ drafts: [], wants: null, cwd: '/w' });
    expect(ask('userPromptSubmitted', { sessionId: 's' }).drafts[0]?.type).toBe('hook.unreadable');
    expect(ask('sessionStart', {}).drafts[0]?.type).toBe('hook.unreadable');
    expect(ask('sessionStart', { sessionId: 's', source: 'resume' }).drafts).toEqual([]);
  });
});
