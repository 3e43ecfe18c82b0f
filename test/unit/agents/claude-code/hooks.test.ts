import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HookTarget } from '../../../../src/agents/agent.ts';
import { claudeCode } from '../../../../src/agents/claude-code/index.ts';
import { AppError } from '../../../../src/schema/app-error.ts';

const target = (more: Partial<HookTarget> = {}): HookTarget => ({
  scope: 'user',
  configDir: '/home/me/.claude',
  userHome: '/home/me',
  environment: {},
  projectDir: '/home/me/ws',
  hookPath: '/home/me/.hivemind/bin/hook.sh',
  command: { command: '/home/me/.hivemind/bin/hivemind', args: [] },
  env: {},
  ...more,
});

const fileOf = (purpose: string, more: Partial<HookTarget> = {}) => {
  const file = claudeCode.settingsFiles(target(more)).find((candidate) => candidate.purpose === purpose);
  if (file === undefined) throw new Error(`no file for ${purpose}`);
  return file;
};

interface Settings {
  hooks: Record<string, { matcher?: string; hooks: { command: string; timeout?: number }[] }[]>;
  mcpServers: Record<string, Record<string, unknown>>;
}
const parse = (text: string | null): Settings => JSON.parse(text ?? '{}') as Settings;

describe('which files', () => {
  test.each([
    { more: {}, paths: ['/home/me/.claude/settings.json', '/home/me/.claude.json'] },
    { more: { configDir: '/cfg/' }, paths: ['/cfg/settings.json', '/cfg/.claude.json'] },
    {
      more: { scope: 'project' as const },
      paths: ['/home/me/ws/.claude/settings.json', '/home/me/ws/.mcp.json'],
    },
  ])('$paths', ({ more, paths }) => {
    expect(claudeCode.settingsFiles(target(more)).map((file) => file.path)).toEqual(paths);
  });
});

describe('hooks', () => {
  test('each event has one command with a time-out; then nothing is missing', () => {
    const file = fileOf('hooks');
    expect(file.missing(null)).toHaveLength(11);
    const text = file.connect(null);
    expect(file.missing(text)).toEqual([]);
    expect(parse(text).hooks.SessionEnd).toEqual([
      {
        hooks: [
          {
            type: 'command',
            command:
              '[ ! -x "/home/me/.hivemind/bin/hook.sh" ] || "/home/me/.hivemind/bin/hook.sh" claude-code SessionEnd',
            timeout: 10,
          },
        ],
      },
    ]);
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('a program that moved is replaced where it stands, not added; duplicates and old events go', () => {
    const old = fileOf('hooks', { hookPath: '/old place/bin/hook.sh' }).connect(
      '{\n  "hooks": {\n    "Stop": [{ "hooks": [{ "type": "command", "command": "mine" }] }]\n  }\n}\n',
    );
    const own = '{ "type": "command", "command": "\\"/x/hook.sh\\" claude-code Stop" }';
    const doubled = old
      .replace('"command": "mine" }', `"command": "mine" }, ${own}`)
      .replace(
        '"SessionEnd": [',
        `"PreCompact": [{ "hooks": [${own.replace('Stop', 'PreCompact')}] }],\n    "SessionEnd": [`,
      );
    const file = fileOf('hooks');
    const { hooks } = parse(file.connect(doubled));
    expect(hooks.Stop?.flatMap((group) => group.hooks.map((hook) => hook.command))).toEqual([
      'mine',
      '[ ! -x "/home/me/.hivemind/bin/hook.sh" ] || "/home/me/.hivemind/bin/hook.sh" claude-code Stop',
    ]);
    expect(hooks.PreCompact).toBeUndefined();
    expect(
      Object.values(hooks)
        .flat()
        .flatMap((group) => group.hooks),
    ).toHaveLength(12);
    expect(file.missing(old)).toHaveLength(11);
  });

  test('hooks that are turned off are reported', () => {
    const file = fileOf('hooks');
    expect(file.missing(file.connect('{"disableAllHooks": true}'))).toEqual([
      'hooks are turned off by disableAllHooks',
    ]);
  });

  test('the shell runs the command, whatever is in path and environment', () => {
    const home = mkdtempSync(join(tmpdir(), 'hivemind hook $(touch x) `id` "q" \'s\' '));
    try {
      mkdirSync(join(home, 'bin'));
      const hookPath = join(home, 'bin/hook.sh');
      writeFileSync(hookPath, '#!/bin/sh\nprintf "%s|%s|%s" "$1" "$2" "$HIVEMIND_HOME"\n');
      chmodSync(hookPath, 0o755);
      const value = `it's "$HOME" \`id\``;
      const command =
        parse(fileOf('hooks', { hookPath, env: { HIVEMIND_HOME: value } }).connect(null)).hooks.Stop?.[0]
          ?.hooks[0]?.command ?? '';
      expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(`claude-code|Stop|${value}`);
      rmSync(hookPath);
      expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe('');
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  test('project settings name nothing of this machine and do nothing where Hivemind is not installed', () => {
    const text = fileOf('hooks', { scope: 'project', env: { HIVEMIND_HOME: '/here' } }).connect(null);
    expect(text).not.toContain('/home/me');
    expect(text).not.toContain('/here');
    const command = parse(text).hooks.Stop?.[0]?.hooks[0]?.command ?? '';
    expect(
      execFileSync('sh', ['-c', command], {
        encoding: 'utf8',
        env: { HOME: '/nowhere', PATH: process.env.PATH },
      }),
    ).toBe('');
  });

  test('what the agent reads', () => {
    expect(JSON.parse(claudeCode.hookReply('SessionStart', 'hello'))).toEqual({
      hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: 'hello' },
    });
    expect(claudeCode.hookReply('UserPromptSubmit', '')).toBe('');
    expect(claudeCode.hookReply('Stop', 'hello')).toBe('');
  });
});

describe('MCP server', () => {
  test('user scope: the program here, with its environment', () => {
    const more = { command: { command: 'node', args: ['/x/run.js'] }, env: { HIVEMIND_HOME: '/here' } };
    const file = fileOf('MCP server', more);
    const text = file.connect('{"mcpServers": {"other": {"type": "http", "url": "http://x"}}}');
    expect(parse(text).mcpServers).toEqual({
      other: { type: 'http', url: 'http://x' },
      hivemind: {
        type: 'stdio',
        command: 'node',
        args: ['/x/run.js', 'mcp'],
        env: { HIVEMIND_HOME: '/here' },
      },
    });
    expect(file.missing(text)).toEqual([]);
    expect(fileOf('MCP server').missing(text)).toEqual(['MCP server']);
  });

  test('what the user added to our entry stays', () => {
    const file = fileOf('MCP server');
    const text = file
      .connect(null)
      .replace(
        '"type": "stdio",',
        '"type": "stdio",\n      "alwaysLoad": true,\n      "env": { "DEBUG": "1", "HIVEMIND_HOME": "/old" },',
      );
    expect(parse(file.connect(text)).mcpServers.hivemind).toMatchObject({
      alwaysLoad: true,
      env: { DEBUG: '1' },
    });
  });

  test('project scope: a command that Claude expands', () => {
    const text = fileOf('MCP server', { scope: 'project', env: { HIVEMIND_HOME: '/here' } }).connect(null);
    expect(parse(text).mcpServers.hivemind?.command).toMatch(/^\$\{HOME\}\/\.hivemind\/bin\/hivemind$/);
    expect(text).not.toContain('/here');
  });

  test("another's server of that name is neither replaced nor removed", () => {
    const text = '{"mcpServers": {"hivemind": {"type": "http", "url": "http://x"}}}';
    expect(() => fileOf('MCP server').connect(text)).toThrow(AppError);
    expect(fileOf('MCP server').disconnect(text)).toBe(text);
  });
});

describe('texts that cannot be edited safely', () => {
  test.each([
    '{ // mine\n}',
    '{"a": 1,}',
    '{"a": ',
    '[]',
    '"text"',
    '{"hooks": []}',
    '{"hooks": {"Stop": {}}}',
    '{"hooks": {}, "hooks": {"Stop": []}}',
  ])('%s', (text) => {
    const file = fileOf('hooks');
    expect(() => file.connect(text)).toThrow(
      expect.objectContaining({
        code: 'FAILED_PRECONDITION',
        message: expect.stringContaining('/home/me/.claude/settings.json') as string,
      }),
    );
    expect(file.missing(text)).toHaveLength(11);
  });
});
