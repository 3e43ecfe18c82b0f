import { describe, expect, test } from 'vitest';
import type { HookTarget } from '../../../../src/agents/agent.ts';
import { geminiCli } from '../../../../src/agents/gemini-cli/index.ts';
import { summaryOf, translated } from '../recording.ts';

const target: HookTarget = {
  scope: 'user',
  configDir: '/home/me/.gemini',
  userHome: '/home/me',
  environment: {},
  projectDir: '/home/me/ws',
  hookPath: '/opt/hivemind/bin/hook.sh',
  command: { command: '/opt/hivemind/bin/hivemind', args: [] },
  env: {},
};
const [file] = geminiCli.settingsFiles(target);

const ask = (event: string, payload: object) =>
  geminiCli.translate({
    event,
    payload: JSON.stringify({ session_id: 's1', cwd: '/home/me/ws', ...payload }),
    at: 5,
  });

describe('settings', () => {
  test('hooks and server stand in one file, with the time-out in milliseconds', () => {
    expect(geminiCli.settingsFiles(target).map(({ path }) => path)).toEqual([
      '/home/me/.gemini/settings.json',
    ]);
    const settings = JSON.parse(file?.connect(null) ?? '');
    expect(Object.keys(settings.hooks)).toEqual(['SessionStart', 'BeforeAgent', 'AfterAgent', 'SessionEnd']);
    expect(settings.hooks.BeforeAgent).toEqual([
      {
        hooks: [
          {
            type: 'command',
            command:
              '[ ! -x "/opt/hivemind/bin/hook.sh" ] || "/opt/hivemind/bin/hook.sh" gemini-cli BeforeAgent',
            name: 'hivemind',
            timeout: 10_000,
          },
        ],
      },
    ]);
    expect(settings.mcpServers.hivemind).toEqual({ command: '/opt/hivemind/bin/hivemind', args: ['mcp'] });
  });

  test('comments stay, and go back as they were', () => {
    const text = '{\n  // mine\n  "ui": { "theme": "Dracula" }, /* last */\n}\n';
    const connected = file?.connect(text) ?? '';
    expect(connected).toContain('// mine');
    expect(connected).toContain('/* last */');
    expect(file?.missing(connected)).toEqual([]);
    expect(file?.disconnect(connected)).toBe(text);
  });

  test.each([
    [{ hooksConfig: { enabled: false } }, 'hooks are turned off by hooksConfig.enabled'],
    [{ hooksConfig: { disabled: ['hivemind'] } }, 'the hooks named hivemind are in hooksConfig.disabled'],
  ])('%j: it is said that the hooks do not run', (settings, reason) => {
    expect(file?.missing(file.connect(JSON.stringify(settings)))).toEqual([reason]);
  });

  test('what the hook prints', () => {
    expect(JSON.parse(geminiCli.hookReply('BeforeAgent', 'x'))).toEqual({
      hookSpecificOutput: { hookEventName: 'BeforeAgent', additionalContext: 'x' },
    });
    expect(geminiCli.hookReply('AfterAgent', 'x')).toBe('');
    expect(geminiCli.hookReply('SessionStart', '')).toBe('');
  });
});

describe('payloads', () => {
  test('of a real run: a brief, context beside the prompt, and where there is more to read', () => {
    const told = translated(geminiCli, 'run2/hooks.jsonl');
    const wants = told.flatMap(({ event, wants: wanted }) => (wanted === null ? [] : [{ event, wanted }]));
    expect(wants).toEqual([
      { event: 'SessionStart', wanted: { kind: 'brief' } },
      { event: 'BeforeAgent', wanted: { kind: 'context', prompt: 'SCRIPT:main go' } },
      { event: 'SessionStart', wanted: { kind: 'brief' } },
      { event: 'BeforeAgent', wanted: { kind: 'context', prompt: 'SCRIPT:second go' } },
    ]);
    const path = '/home/dev/.gemini/tmp/ws/chats/session-2026-11-22T02-09-3ab2a5b9.jsonl';
    for (const { event, transcript, cwd } of told) {
      expect(cwd).toBe('/home/dev/ws');
      expect(transcript).toBe(event.startsWith('After') || event === 'SessionEnd' ? path : null);
    }
  });

  test('without a transcript the hooks tell everything', () => {
    const response = { llmContent: 'Output: oops\nExit Code: 3\nProcess Group PGID: 1' };
    const told = [
      ask('BeforeAgent', { prompt: 'go' }),
      ask('AfterTool', {
        tool_name: 'run_shell_command',
        tool_input: { command: 'x' },
        tool_response: response,
      }),
      ask('AfterTool', {
        tool_name: 'mcp_a_b_c',
        tool_input: {},
        tool_response: { llmContent: [{ text: 'hi' }] },
        mcp_context: { server_name: 'a_b', tool_name: 'c' },
      }),
      ask('AfterAgent', { prompt: 'go', prompt_response: 'done' }),
    ];
    expect(told.flatMap(({ drafts }) => drafts.map(summaryOf))).toEqual([
      'turn.prompted ok go',
      'tool.called failed x',
      'tool.called ok a_b c',
      'turn.replied ok done',
    ]);
    expect(new Set(told.map(({ session }) => session)).size).toBe(1);
  });

  test('with one they tell nothing twice', () => {
    const path = { transcript_path: '/home/me/.gemini/tmp/ws/chats/session-1.jsonl' };
    expect(ask('BeforeAgent', { prompt: 'go', ...path })).toMatchObject({
      drafts: [],
      wants: { kind: 'context' },
    });
    expect(ask('AfterAgent', { prompt: 'go', prompt_response: 'x', ...path }).drafts).toEqual([]);
  });

  test('hooks that are not installed, and payloads that lack what they must have', () => {
    expect(ask('AfterModel', {})).toMatchObject({ drafts: [], cwd: '/home/me/ws' });
    const [draft] = ask('BeforeAgent', { prompt: 7 }).drafts;
    expect(draft?.type).toBe('hook.unreadable');
    const [lost] = geminiCli.translate({ event: 'SessionEnd', payload: '{}', at: 1 }).drafts;
    expect(lost?.type).toBe('hook.unreadable');
    expect(geminiCli.translate({ event: 'SessionEnd', payload: '', at: 1 }).drafts).toEqual([]);
  });
});
