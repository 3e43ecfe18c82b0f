import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HookTarget } from '../../../src/agents/agent.ts';
import { applySettings } from '../../../src/agents/config-files.ts';
import { agents } from '../../../src/agents/index.ts';
import { blockState, withBlock } from '../../../src/agents/instruction-block.ts';
import { instructionText } from '../../../src/agents/instruction-text.ts';

const block = withBlock(null);

const target = (root: string, scope: HookTarget['scope'], agent: string): HookTarget => ({
  scope,
  userHome: root,
  environment: {},
  configDir: agents[agent]?.configDir({ userHome: root, environment: {} }) ?? root,
  projectDir: join(root, 'ws'),
  hookPath: '/opt/hivemind/bin/hook.sh',
  command: { command: '/opt/hivemind/bin/hivemind', args: [] },
  env: {},
});

describe('in the folders of each agent', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hivemind-instruction-'));
    mkdirSync(join(root, 'ws'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const options = () => ({ dryRun: false, backupDir: join(root, 'backups') });
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const get = (path: string): string => readFileSync(join(root, path), 'utf8');
  const filesOf = (agent: string, scope: HookTarget['scope'] = 'user') =>
    agents[agent]?.instructionFiles?.(target(root, scope, agent)) ?? [];
  const places = (agent: string, scope?: HookTarget['scope']): string[] =>
    filesOf(agent, scope).map(({ path }) => path.slice(root.length + 1));

  test('where it stands', () => {
    expect(places('claude-code')).toEqual(['.claude/skills/hivemind/SKILL.md']);
    expect(places('claude-code', 'project')).toEqual(['ws/.claude/skills/hivemind/SKILL.md']);
    expect(places('codex')[0]).toBe('.codex/AGENTS.md');
    expect(places('codex', 'project')[0]).toBe('ws/AGENTS.md');
    expect(places('gemini-cli')).toEqual(['.gemini/GEMINI.md']);
    expect(places('gemini-cli', 'project')).toEqual(['ws/GEMINI.md']);
    expect(places('copilot-cli')).toEqual(['.copilot/instructions/hivemind.instructions.md']);
    expect(places('copilot-cli', 'project')).toEqual(['ws/.github/instructions/hivemind.instructions.md']);
    expect(places('cursor')).toEqual(['.cursor/skills/hivemind/SKILL.md']);
    expect(places('cursor', 'project')).toEqual(['ws/.cursor/rules/hivemind.mdc']);
  });

  test('Codex reads an override in place of AGENTS.md, unless it says nothing', () => {
    put('.codex/AGENTS.override.md', ' \n');
    expect(places('codex')[0]).toBe('.codex/AGENTS.md');
    put('.codex/AGENTS.override.md', 'mine\n');
    expect(places('codex')[0]).toBe('.codex/AGENTS.override.md');
    put('.codex/AGENTS.override.md', block);
    expect(places('codex')).toEqual(['.codex/AGENTS.md', '.codex/AGENTS.override.md']);
  });

  test.each([
    ['"AGENTS.md"', 'AGENTS.md'],
    ['["AGENTS.md", "GEMINI.md"]', 'GEMINI.md'],
    ['["NOTES.md", "AGENTS.md"]', 'NOTES.md'],
    ['["../../x.md", "settings.json", 7, "a/b.md"]', 'GEMINI.md'],
    ['7', 'GEMINI.md'],
  ])('Gemini names its file %s: it stands in %s', (said, name) => {
    put('.gemini/settings.json', `{ "context": { "fileName": ${said} } } // mine`);
    expect(places('gemini-cli')[0]).toBe(`.gemini/${name}`);
    expect(places('gemini-cli')).toContain('.gemini/GEMINI.md');
    expect(new Set(places('gemini-cli')).size).toBe(places('gemini-cli').length);
  });

  describe.each(['claude-code', 'codex', 'gemini-cli', 'copilot-cli', 'cursor'])('%s', (agent) => {
    test.each(['user', 'project'] as const)(
      '%s scope: written, seen, and gone with its folders',
      async (scope) => {
        const files = filesOf(agent, scope).slice(0, 1);
        const before = readdirSync(root, { recursive: true });
        await applySettings(files, 'connect', options());
        const [file] = files;
        const text = readFileSync(file?.path ?? '', 'utf8');
        expect(text).toContain(instructionText);
        expect(file?.instruction?.(text)).toBe('installed');
        expect(file?.missing(text)).toEqual([]);
        expect(file?.missing(null)).toEqual(['instruction']);
        expect(text).not.toContain('/opt/hivemind');
        await applySettings(files, 'disconnect', options());
        rmSync(join(root, 'backups'), { recursive: true });
        expect(readdirSync(root, { recursive: true })).toEqual(before);
      },
    );

    test('edited by hand: kept by connect, and a copy of it by disconnect', async () => {
      const files = filesOf(agent).slice(0, 1);
      const path = files[0]?.path ?? '';
      await applySettings(files, 'connect', options());
      const edited = readFileSync(path, 'utf8').replace('never secrets', 'never, ever secrets');
      writeFileSync(path, edited);
      expect(files[0]?.instruction?.(edited)).toBe('edited');
      await applySettings(files, 'connect', options());
      expect(readFileSync(path, 'utf8')).toBe(edited);
      await applySettings(files, 'disconnect', options());
      expect(existsSync(path)).toBe(false);
      const kept = readdirSync(join(root, 'backups')).filter((name) => name.endsWith('.edited'));
      expect(kept.map((name) => get(`backups/${name}`))).toEqual([edited]);
    });
  });

  test.each(['claude-code', 'copilot-cli', 'cursor'])(
    '%s: a file that is not ours is not touched',
    async (agent) => {
      const files = filesOf(agent);
      const path = files[0]?.path.slice(root.length + 1) ?? '';
      put(path, 'my own\n');
      expect(files[0]?.instruction?.('my own\n')).toBe('foreign');
      await expect(applySettings(files, 'connect', options())).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
        hint: expect.stringContaining('--no-instructions'),
      });
      await applySettings(files, 'disconnect', options());
      expect(get(path)).toBe('my own\n');
    },
  );

  test('text around the front matter of a file of ours is an edit too', () => {
    const [file] = filesOf('claude-code');
    const text = file?.connect(null) ?? '';
    expect(file?.instruction?.(text.replace('name: hivemind', 'name: other'))).toBe('edited');
    expect(file?.instruction?.(`${text}more\n`)).toBe('edited');
    expect(file?.instruction?.(text.replaceAll('\n', '\r\n'))).toBe('installed');
  });

  test('in a repository no link leads out of it', async () => {
    put('mine.md', 'mine\n');
    symlinkSync(join(root, 'mine.md'), join(root, 'ws/GEMINI.md'));
    await expect(applySettings(filesOf('gemini-cli', 'project'), 'connect', options())).rejects.toMatchObject(
      {
        code: 'FAILED_PRECONDITION',
        message: expect.stringContaining('leads out of'),
      },
    );
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'ws/.github'));
    await expect(
      applySettings(filesOf('copilot-cli', 'project'), 'connect', options()),
    ).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    // What is not to be written is nothing to take out either, whatever stands there.
    put('mine.md', `mine\n${block}`);
    await applySettings(filesOf('gemini-cli', 'project'), 'disconnect', options());
    expect(get('mine.md')).toBe(`mine\n${block}`);
    expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
    // Within it one file may stand for another.
    rmSync(join(root, 'ws/GEMINI.md'));
    put('ws/AGENTS.md', 'ours\n');
    symlinkSync('AGENTS.md', join(root, 'ws/GEMINI.md'));
    await applySettings(filesOf('gemini-cli', 'project'), 'connect', options());
    expect(blockState(get('ws/AGENTS.md'))).toBe('installed');
    await applySettings(filesOf('gemini-cli', 'project'), 'disconnect', options());
    expect(get('ws/AGENTS.md')).toBe('ours\n');
  });

  test('bytes that are no text are not touched', async () => {
    const bytes = Buffer.from([0x61, 0xff, 0x0a]);
    mkdirSync(join(root, '.gemini'));
    writeFileSync(join(root, '.gemini/GEMINI.md'), bytes);
    await expect(applySettings(filesOf('gemini-cli'), 'connect', options())).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    expect(readFileSync(join(root, '.gemini/GEMINI.md')).equals(bytes)).toBe(true);
    // A block that stands in them all the same comes out, and they stay as they are.
    writeFileSync(join(root, '.gemini/GEMINI.md'), Buffer.concat([bytes, Buffer.from(`\n${block}`)]));
    await applySettings(filesOf('gemini-cli'), 'disconnect', options());
    expect(readFileSync(join(root, '.gemini/GEMINI.md')).equals(bytes)).toBe(true);
  });
});
