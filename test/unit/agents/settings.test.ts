import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Agent, HookTarget, SettingsFile } from '../../../src/agents/agent.ts';
import { applySettings } from '../../../src/agents/config-files.ts';
import { cursor } from '../../../src/agents/cursor/index.ts';
import { generic } from '../../../src/agents/generic/index.ts';
import { openCode } from '../../../src/agents/opencode/index.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hivemind-settings-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const targetOf = (agent: Agent, more: Partial<HookTarget> = {}): HookTarget => {
  const place = { userHome: root, environment: {} };
  return {
    ...place,
    scope: 'user',
    configDir: agent.configDir(place),
    projectDir: join(root, 'ws'),
    hookPath: '/opt/hive mind/bin/hook.sh',
    command: { command: '/opt/hive mind/bin/hivemind', args: [] },
    env: { HIVEMIND_HOME: '/moved' },
    ...more,
  };
};
const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const get = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);
const apply = (files: readonly SettingsFile[], mode: 'connect' | 'disconnect') =>
  applySettings(files, mode, { dryRun: false, backupDir: join(root, 'backups') });

const own = { command: './mine.sh' };
const originals: Readonly<Record<string, readonly string[]>> = {
  '.cursor/hooks.json': [
    '',
    '{}\n',
    `{\n  "version": 1,\n  "hooks": {\n    "stop": [${JSON.stringify(own)}]\n  }\n}\n`,
    `{"version":1,"hooks":{"stop":[${JSON.stringify(own)}]}}`,
  ],
  '.cursor/mcp.json': ['', '{\r\n\t"mcpServers": {\r\n\t\t"a": { "url": "http://x" }\r\n\t}\r\n}\r\n'],
  '.config/opencode/opencode.json': [
    '',
    '{\n  // mine\n  "mcp": {\n    "a": { "type": "remote", "url": "http://x" }, // last\n  },\n  "model": "x/y",\n}\n',
    '{"mcp":{}}',
  ],
};

describe.each([cursor, openCode])('$title', (agent) => {
  const files = (more?: Partial<HookTarget>): SettingsFile[] => agent.settingsFiles(targetOf(agent, more));
  const mine = Object.entries(originals).filter(([path]) => path.includes(agent.name));
  const cases = mine.flatMap(([path, texts]) => texts.map((text) => ({ path, text })));

  test.each(cases)(
    '$path: connecting twice changes nothing, disconnecting gives the bytes back: $text',
    async ({ path, text }) => {
      put(join(root, path), text);
      await apply(files(), 'connect');
      const connected = get(join(root, path));
      expect(connected).toContain('hive');
      for (const file of files())
        expect([file.purpose, file.missing(get(file.path))]).toEqual([file.purpose, []]);
      expect((await apply(files(), 'connect')).every(({ action }) => action === 'unchanged')).toBe(true);
      await apply(files(), 'disconnect');
      expect(get(join(root, path))).toBe(text);
      expect((await apply(files(), 'disconnect')).every(({ action }) => action === 'unchanged')).toBe(true);
    },
  );

  test.each(cases)(
    '$path: taken out entry by entry, what was there is as before: $text',
    async ({ path, text }) => {
      put(join(root, path), text);
      const file = files().find((one) => one.path === join(root, path));
      const back = file?.disconnect(file.connect(text)) ?? '';
      const bare = (value: string): string =>
        value
          .replace(/\s/g, '')
          .replace(/"version":1,?|"hooks":\{\},?|"mcp":\{\}/g, '')
          .replace(/^\{\}$/, '');
      expect(bare(back)).toBe(bare(text));
    },
  );

  test('files that connect made go again, with their folders', async () => {
    await apply(files(), 'connect');
    await apply(files(), 'disconnect');
    for (const { path } of files()) expect(get(path)).toBeNull();
    expect(existsSync(agent.configDir({ userHome: root, environment: {} }))).toBe(false);
  });

  test("a project's files hold nothing of this machine", async () => {
    const project = files({ scope: 'project' });
    await apply(project, 'connect');
    for (const { path } of project) {
      expect(path.startsWith(join(root, 'ws'))).toBe(true);
      expect(get(path)).not.toMatch(/\/opt|\/moved/);
      expect(get(path)).not.toContain(root);
    }
    for (const file of project) expect(file.missing(get(file.path))).toEqual([]);
  });

  test('what is missing is named; garbage is not touched', () => {
    for (const file of files()) {
      expect(file.missing(null).length).toBeGreaterThan(0);
      expect(file.missing('garbage').length).toBeGreaterThan(0);
      expect(() => file.connect('{ "a": ')).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
    }
  });
});

test('OpenCode: the configuration that is there is edited; a second one loses our entry', async () => {
  const jsonc = join(root, '.config/opencode/opencode.jsonc');
  const json = join(root, '.config/opencode/opencode.json');
  const files = (): SettingsFile[] => openCode.settingsFiles(targetOf(openCode));
  put(json, '{\n  "model": "a/b"\n}\n');
  await apply(files(), 'connect');
  expect(get(json)).toContain('hivemind');
  put(jsonc, '{\n  // newer\n  "share": "disabled"\n}\n');
  await apply(files(), 'connect');
  expect(get(jsonc)).toContain('hivemind');
  expect(JSON.parse(get(json) ?? '')).toEqual({ model: 'a/b' });
  await apply(files(), 'disconnect');
  expect(get(jsonc)).toBe('{\n  // newer\n  "share": "disabled"\n}\n');
});

test('OpenCode: a plugin of that name that is not ours stays', async () => {
  put(join(root, '.config/opencode/plugin/hivemind.js'), 'export const mine = 1;\n');
  await expect(apply(openCode.settingsFiles(targetOf(openCode)), 'connect')).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
  });
});

test('Cursor: a file of another version is not touched', () => {
  const [hooks] = cursor.settingsFiles(targetOf(cursor));
  expect(() => hooks?.connect('{"version":2}')).toThrow(
    expect.objectContaining({ code: 'FAILED_PRECONDITION' }),
  );
});

test('generic has no files, and says what to configure', () => {
  expect(generic.settingsFiles(targetOf(generic))).toEqual([]);
  expect(generic.notes?.(targetOf(generic)).join('\n')).toContain('"mcpServers"');
});
