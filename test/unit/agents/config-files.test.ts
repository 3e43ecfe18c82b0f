import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HookTarget, SettingsFile } from '../../../src/agents/agent.ts';
import { claudeCode } from '../../../src/agents/claude-code/index.ts';
import { applySettings } from '../../../src/agents/config-files.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hivemind-settings-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const files = (more: Partial<HookTarget> = {}): SettingsFile[] =>
  claudeCode.settingsFiles({
    scope: 'user',
    configDir: join(root, '.claude'),
    userHome: root,
    environment: {},
    projectDir: join(root, 'ws'),
    hookPath: '/opt/hivemind/bin/hook.sh',
    command: { command: '/opt/hivemind/bin/hivemind', args: [] },
    env: {},
    ...more,
  });
const options = () => ({ dryRun: false, backupDir: join(root, 'backups') });
const connect = (more?: Partial<HookTarget>) => applySettings(files(more), 'connect', options());
const disconnect = (more?: Partial<HookTarget>) => applySettings(files(more), 'disconnect', options());
const settings = (): string => join(root, '.claude/settings.json');
const put = (path: string, text: string | Buffer): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const get = (path: string): string => readFileSync(path, 'utf8');
const actions = (changes: { action: string }[]): string[] => changes.map((change) => change.action);

const own = '{"hooks":[{"type":"command","command":"echo mine"}]}';
const originals: { name: string; text: string }[] = [
  { name: 'an empty file', text: '' },
  { name: 'white space', text: ' \n' },
  { name: '{}', text: '{}' },
  { name: '{} with a newline', text: '{}\n' },
  { name: 'no hooks', text: '{\n  "model": "opus",\n  "permissions": {"allow": ["Bash"]}\n}\n' },
  { name: 'no newline at the end', text: '{\n  "model": "opus"\n}' },
  {
    name: 'own hooks on the same events',
    text: `{\n  "hooks": {\n    "Stop": [${own}],\n    "SessionStart": [${own}, ${own}]\n  },\n  "z": [1, 2]\n}\n`,
  },
  { name: 'empty hooks', text: '{\n  "hooks": {},\n  "a": 1\n}\n' },
  { name: 'tabs', text: `{\n\t"hooks": {\n\t\t"Stop": [\n\t\t\t${own}\n\t\t]\n\t}\n}\n` },
  { name: 'CRLF', text: `{\r\n    "hooks": {\r\n        "Stop": [${own}]\r\n    }\r\n}\r\n` },
  { name: 'one line', text: `{"a":1,"hooks":{"Stop":[${own}]},"b":"é"}` },
  { name: 'a byte order mark', text: '\uFEFF{\n  "a": 1\n}\n' },
];

describe('connect and disconnect', () => {
  test.each(originals)(
    '$name: connecting twice changes nothing, disconnecting gives back the bytes',
    async ({ text }) => {
      put(settings(), text);
      put(join(root, '.claude.json'), text);
      expect(actions(await connect())).toEqual(['updated', 'updated']);
      const connected = [get(settings()), get(join(root, '.claude.json'))];
      for (const file of files()) expect(file.missing(get(file.path))).toEqual([]);
      expect(actions(await connect())).toEqual(['unchanged', 'unchanged']);
      expect([get(settings()), get(join(root, '.claude.json'))]).toEqual(connected);
      expect(actions(await disconnect())).toEqual(['restored', 'restored']);
      expect([get(settings()), get(join(root, '.claude.json'))]).toEqual([text, text]);
      expect(actions(await disconnect())).toEqual(['unchanged', 'unchanged']);
    },
  );

  test('no files: they are made, private, and go again with their folder', async () => {
    const changes = await connect();
    expect(actions(changes)).toEqual(['created', 'created']);
    expect(changes[0]?.diff).toContain('+++ ');
    expect(statSync(settings()).mode & 0o777).toBe(0o600);
    expect(actions(await disconnect())).toEqual(['deleted', 'deleted']);
    expect(existsSync(join(root, '.claude'))).toBe(false);
    expect(existsSync(join(root, '.claude.json'))).toBe(false);
  });

  test('what was added since stays when our entries go', async () => {
    put(settings(), '{\n  "model": "opus"\n}\n');
    await connect();
    put(
      settings(),
      get(settings()).replace('"model": "opus"', '"model": "sonnet",\n  "theme": {"dark": true}'),
    );
    expect(actions(await disconnect())).toEqual(['updated', 'deleted']);
    expect(get(settings())).toBe('{\n  "model": "sonnet",\n  "theme": {"dark": true}\n}\n');
  });

  test('foreign lines keep their formatting while connected', async () => {
    const text = '{\n  "permissions": {"allow":["Bash"] ,"deny":[]},\n  "x": [ 1,2 ]\n}\n';
    put(settings(), text);
    await connect();
    for (const line of ['  "permissions": {"allow":["Bash"] ,"deny":[]},', '  "x": [ 1,2 ],'])
      expect(get(settings())).toContain(`\n${line}\n`);
  });

  test('an upgrade that moved the program can still be undone exactly', async () => {
    put(settings(), '{"a": 1}\n');
    await connect();
    expect(actions(await connect({ hookPath: '/opt/new/bin/hook.sh' }))).toEqual(['updated', 'unchanged']);
    expect(actions(await disconnect())).toEqual(['restored', 'deleted']);
    expect(get(settings())).toBe('{"a": 1}\n');
  });

  test("an upgrade after a change of the user's own does not bring back what was before it", async () => {
    put(settings(), '{\n  "a": 1\n}\n');
    await connect();
    put(settings(), get(settings()).replace('"a": 1', '"a": 2'));
    await connect({ hookPath: '/opt/new/bin/hook.sh' });
    expect(actions(await disconnect())).toEqual(['updated', 'deleted']);
    expect(get(settings())).toBe('{\n  "a": 2\n}\n');
  });

  test('a dry run shows the difference and writes nothing', async () => {
    put(settings(), '{\n  "a": 1\n}\n');
    const [change] = await applySettings(files(), 'connect', { ...options(), dryRun: true });
    expect(change?.diff).toContain('+    "SessionStart": [');
    expect(get(settings())).toBe('{\n  "a": 1\n}\n');
    expect(readdirSync(root)).toEqual(['.claude']);
  });

  test('one file that cannot be edited: none is', async () => {
    put(settings(), '{}');
    put(join(root, '.claude.json'), '{ // note\n}');
    await expect(connect()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(get(settings())).toBe('{}');
    expect(existsSync(join(root, 'backups'))).toBe(false);
  });

  test.each([
    { name: 'not UTF-8', make: (path: string) => put(path, Buffer.from([0x7b, 0xff, 0x7d])) },
    { name: 'a folder', make: (path: string) => mkdirSync(path, { recursive: true }) },
    {
      name: 'a link to itself',
      make: (path: string) => {
        mkdirSync(dirname(path));
        symlinkSync(path, path);
      },
    },
  ])('$name is refused', async ({ make }) => {
    make(settings());
    await expect(connect()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  test('mode and link are kept; the bytes go to where the link leads', async () => {
    const dotfile = join(root, 'dotfiles/claude.json');
    put(dotfile, '{}\n');
    chmodSync(dotfile, 0o640);
    mkdirSync(join(root, '.claude'));
    symlinkSync('../dotfiles/claude.json', settings());
    await connect();
    expect(readlinkSync(settings())).toBe('../dotfiles/claude.json');
    expect(lstatSync(settings()).isSymbolicLink()).toBe(true);
    expect(get(dotfile)).toContain('hook.sh');
    expect(statSync(dotfile).mode & 0o777).toBe(0o640);
    await disconnect();
    expect(get(dotfile)).toBe('{}\n');
  });

  test('the backup is private', async () => {
    put(settings(), '{"a": 1}');
    await connect();
    expect(statSync(join(root, 'backups')).mode & 0o777).toBe(0o700);
    const backups = readdirSync(join(root, 'backups'));
    expect(backups.some((name) => get(join(root, 'backups', name)) === '{"a": 1}')).toBe(true);
    for (const name of backups) expect(statSync(join(root, 'backups', name)).mode & 0o777).toBe(0o600);
  });
});

describe('any settings', () => {
  const hook = fc.record({ type: fc.constant('command'), command: fc.string() });
  const group = fc.record(
    { hooks: fc.array(hook, { minLength: 1, maxLength: 2 }) },
    { requiredKeys: ['hooks'] },
  );
  const event = fc.constantFrom('Stop', 'SessionStart', 'PreToolUse', 'Notification');
  const document = fc.record(
    {
      hooks: fc.dictionary(event, fc.array(group, { minLength: 1, maxLength: 2 }), { minKeys: 1 }),
      mcpServers: fc.dictionary(fc.constantFrom('a', 'b'), fc.constant({ command: 'x' }), { minKeys: 1 }),
      env: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
      z: fc.jsonValue(),
    },
    { requiredKeys: ['z'] },
  );
  const layout = fc.record({
    indent: fc.constantFrom(0, 1, 2, 4, '\t'),
    crlf: fc.boolean(),
    newline: fc.boolean(),
  });
  const render = (
    value: unknown,
    { indent, crlf, newline }: { indent: number | string; crlf: boolean; newline: boolean },
  ): string => {
    const text = JSON.stringify(value, null, indent) + (newline ? '\n' : '');
    return crlf ? text.replaceAll('\n', '\r\n') : text;
  };

  test('each function takes back what the other did, byte for byte, and touches no other value', () => {
    fc.assert(
      fc.property(document, layout, (value, style) => {
        const text = render(value, style);
        for (const file of files()) {
          const connected = file.connect(text);
          expect(file.connect(connected)).toBe(connected);
          expect(file.missing(connected)).toEqual([]);
          expect(connected.includes('\r\n')).toBe(text.includes('\r\n'));
          expect(file.disconnect(connected)).toBe(text);
        }
      }),
    );
  });
});
