import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HookTarget } from '../../../../src/agents/agent.ts';
import { codex } from '../../../../src/agents/codex/index.ts';
import { applySettings } from '../../../../src/agents/config-files.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hivemind-codex-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const target = (more: Partial<HookTarget> = {}): HookTarget => ({
  scope: 'user',
  configDir: join(root, '.codex'),
  userHome: root,
  environment: {},
  projectDir: join(root, 'repo'),
  hookPath: '/opt/hivemind/bin/hook.sh',
  command: { command: '/opt/hivemind/bin/hivemind', args: [] },
  env: {},
  ...more,
});
const options = () => ({ dryRun: false, backupDir: join(root, 'backups') });
const connect = (more?: Partial<HookTarget>) =>
  applySettings(codex.settingsFiles(target(more)), 'connect', options());
const disconnect = async (more?: Partial<HookTarget>) =>
  applySettings((await codex.consent?.withdrawal(target(more))) ?? [], 'disconnect', options());
const put = (name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};
const get = (name: string): string | null =>
  existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : null;
const missing = (more?: Partial<HookTarget>): string[] =>
  codex.settingsFiles(target(more)).flatMap((file) => file.missing(get(file.path.slice(root.length + 1))));
const open = async (more?: Partial<HookTarget>) =>
  /runs (.*):/.exec((await codex.untrusted?.(target(more)))?.what ?? '')?.[1];

const ownHooks = '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"mine"}]}]}}';
const ownConfig = '# mine\nmodel = "gpt" # best\n\n[mcp_servers.other]\ncommand = "x"\n';

/** What Codex writes when a person trusts the hooks at these places. */
const trustedAs = (...places: string[]): string => {
  const tables = places.map(
    (key) => `[hooks.state."${join(root, '.codex/hooks.json')}:${key}"]\ntrusted_hash = "sha256:0"\n`,
  );
  return ['[hooks.state]\n', ...tables].join('\n');
};
const snakes = [
  'session_start',
  'user_prompt_submit',
  'pre_tool_use',
  'post_tool_use',
  'subagent_start',
  'subagent_stop',
  'post_compact',
  'interrupt',
  'stop',
  'session_end',
];

describe('hooks.json and config.toml', () => {
  test.each([
    ['none', null, null],
    ['own ones', ownHooks, ownConfig],
    ['with CRLF and no end', ownHooks.replaceAll(':', ':\r\n'), ownConfig.replaceAll('\n', '\r\n').trimEnd()],
  ])('%s: connected, connected again, disconnected', async (_name, hooks, config) => {
    if (hooks !== null) put('.codex/hooks.json', hooks);
    if (config !== null) put('.codex/config.toml', config);
    expect(missing()).toHaveLength(11);
    await connect();
    expect(missing()).toEqual([]);
    const written = [get('.codex/hooks.json'), get('.codex/config.toml')];
    expect((await connect()).map(({ action }) => action)).toEqual(['unchanged', 'unchanged']);
    if (config !== null) expect(written[1]).toContain('# mine');
    // Something else is in the files by then, so that our entries have to be taken out of them.
    rmSync(join(root, 'backups'), { recursive: true });
    await disconnect();
    expect(get('.codex/config.toml')).toBe(config);
    expect(get('.codex/hooks.json')).toBe(hooks);
  });

  test('time-outs that Codex takes, and an environment that it hands on', async () => {
    await connect({ env: { HIVEMIND_HOME: '/moved here' } });
    const { hooks } = JSON.parse(get('.codex/hooks.json') ?? '') as {
      hooks: Record<string, { hooks: { timeout: number; command: string }[] }[]>;
    };
    const of = (event: string) => hooks[event]?.[0]?.hooks[0];
    expect([of('SessionEnd')?.timeout, of('Interrupt')?.timeout, of('Stop')?.timeout]).toEqual([3, 3, 10]);
    expect(of('Stop')?.command).toContain("HIVEMIND_HOME='/moved here'");
    expect(get('.codex/config.toml')).toContain('env_vars = ["HIVEMIND_WORKSPACE", "HIVEMIND_BRANCH"]');
    expect(get('.codex/config.toml')).toContain('env = { HIVEMIND_HOME = "/moved here" }');
  });

  test('the project’s files hold nothing of this machine', async () => {
    await connect({ scope: 'project' });
    const written = `${get('repo/.codex/hooks.json')}${get('repo/.codex/config.toml')}`;
    expect(written).toContain('mcp');
    expect(written).not.toContain('/opt/');
    expect(written).not.toContain(root);
    expect(missing({ scope: 'project' })).toEqual([]);
    await disconnect({ scope: 'project' });
    expect(get('repo/.codex/config.toml')).toBe(null);
  });

  test('what keeps the hooks from running is missing, too', async () => {
    put('.codex/config.toml', '[features]\nhooks = false\n');
    put('.codex/hooks.json', '{"hooks":{},"note":"mine"}');
    await connect();
    expect(missing()).toEqual([
      'Codex refuses hooks.json for its key "note"',
      'hooks are turned off by features.hooks',
    ]);
  });

  test('another server of our name, and a file that is broken, are not touched', async () => {
    put('.codex/config.toml', '[mcp_servers.hivemind]\ncommand = "theirs"\n');
    await expect(connect()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      hint: expect.stringContaining('codex mcp remove'),
    });
    put('.codex/config.toml', 'model = \n');
    await expect(connect()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(get('.codex/hooks.json')).toBe(null);
    expect(missing()).toContain('MCP server');
  });
});

describe('trust', () => {
  test('is looked up by where the hooks stand, and is the user’s for a project as well', async () => {
    expect(await open()).toBe(undefined);
    put('.codex/hooks.json', ownHooks);
    await connect();
    expect(await open()).toBe('none of our hooks');
    const config = get('.codex/config.toml') ?? '';
    const at = (event: string): string => `${event}:${event === 'stop' ? 1 : 0}:0`;
    put('.codex/config.toml', `${config}\n${trustedAs(...snakes.map(at))}`);
    expect(await open()).toBe(undefined);
    // The place of Stop is that of the user's own hook.
    put('.codex/config.toml', `${config}\n${trustedAs(...snakes.map((event) => `${event}:0:0`))}`);
    expect(await open()).toBe('not our hooks Stop');
    put(
      '.codex/config.toml',
      `${config}\n${trustedAs(...snakes.map(at))}`.replaceAll('"sha256:0"', '"sha256:0"\nenabled = false'),
    );
    expect(await open()).toBe('none of our hooks');
    await connect({ scope: 'project' });
    expect(await open({ scope: 'project' })).toBe('none of our hooks');
  });

  test('goes with the hooks; that of others stays', async () => {
    put('.codex/config.toml', ownConfig);
    await connect();
    const theirs = '[hooks.state."/elsewhere/hooks.json:stop:0:0"]\ntrusted_hash = "sha256:1"\n';
    const connected = get('.codex/config.toml') ?? '';
    put(
      '.codex/config.toml',
      `${connected}\n${trustedAs(...snakes.map((event) => `${event}:0:0`))}\n${theirs}`,
    );
    await disconnect();
    expect(get('.codex/config.toml')).toContain(theirs);
    expect(get('.codex/config.toml')).not.toContain(root);
    put('.codex/config.toml', ownConfig);
    await connect();
    put(
      '.codex/config.toml',
      `${get('.codex/config.toml')}\n${trustedAs(...snakes.map((event) => `${event}:0:0`))}`,
    );
    await disconnect();
    expect(get('.codex/config.toml')).toBe(ownConfig);
  });

  test.each([
    ['there is no codex on the PATH', null],
    ['codex app-server ended', '#!/bin/sh\nexit 0\n'],
    ['codex app-server ended', '#!/bin/sh\nhead -c 100000 /dev/zero\n'],
    [
      'codex app-server refused: no such method',
      '#!/bin/sh\nread line\necho \'{"id":1,"error":{"message":"no such method"}}\'\nsleep 60\n',
    ],
    [
      'codex app-server lists no hooks',
      '#!/bin/sh\nwhile read line; do\n  n=$((n+1))\n  case $line in *initialized*) n=$((n-1));; *) echo "{\\"id\\":$n,\\"result\\":{}}";; esac\ndone\n',
    ],
  ])('a client that cannot take it: %s', async (message, program) => {
    await connect();
    const folder = join(root, 'programs');
    mkdirSync(folder);
    mkdirSync(join(root, 'repo'));
    if (program !== null) {
      writeFileSync(join(folder, 'codex'), program);
      chmodSync(join(folder, 'codex'), 0o755);
    }
    const environment = { PATH: program === null ? folder : `${folder}:/usr/bin:/bin` };
    const refused = expect.objectContaining({
      message,
      code: 'FAILED_PRECONDITION',
      hint: expect.any(String),
    });
    await expect(codex.consent?.grant(target({ environment }))).rejects.toEqual(refused);
    await expect(codex.consent?.verify(target({ environment }))).rejects.toEqual(refused);
  });
});
