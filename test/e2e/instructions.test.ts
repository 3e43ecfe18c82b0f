import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instructionSummary, instructionText } from '../../src/agents/instruction-text.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { installClaude, runClaude } from '../world/claude.ts';
import { installCodex, runCodex, writeCodexConfig } from '../world/codex.ts';
import { installCopilot, runCopilot } from '../world/copilot.ts';
import { geminiSettings, installGemini, runGemini } from '../world/gemini.ts';
import { type Home, makeHome, type Outcome } from '../world/home.ts';
import { type ModelServer, startModelServer } from '../world/model-server.ts';
import { installOpenCode, makeOpenCodeSettings, runOpenCode } from '../world/opencode.ts';

interface Client {
  agent: string;
  installed: { path: string } | { reason: string };
  /** Where connect writes the instruction, below HOME; and what the user has there before. */
  place: string;
  before: string | null;
  /** What the model is to see of it in the first request. */
  told: string;
  prepare(home: Home, url: string): void;
  run(path: string, home: Home, cwd: string, url: string, prompt: string): Promise<Outcome>;
}

const clients: Client[] = [
  {
    agent: 'claude-code',
    installed: await installClaude(),
    place: '.claude/skills/hivemind/SKILL.md',
    before: null,
    told: instructionSummary,
    prepare: () => undefined,
    run: (path, home, cwd, url, prompt) =>
      runClaude(path, home, cwd, url, ['-p', prompt, '--permission-mode', 'bypassPermissions']),
  },
  {
    agent: 'codex',
    installed: await installCodex(),
    place: '.codex/AGENTS.md',
    before: '# My rules\r\n\r\n- be kind\r\n<!-- hivemind:begin -->',
    told: instructionText,
    prepare: (home, url) => void writeCodexConfig(home, url),
    run: (path, home, cwd, _url, prompt) => runCodex(path, home, cwd, ['exec', prompt]),
  },
  {
    agent: 'gemini-cli',
    installed: await installGemini(),
    place: '.gemini/GEMINI.md',
    before: '# My rules\n\n- be kind',
    told: instructionText,
    prepare: (home) => {
      mkdirSync(join(home.dir, '.gemini'), { recursive: true });
      writeFileSync(join(home.dir, '.gemini/settings.json'), JSON.stringify(geminiSettings));
    },
    run: (path, home, cwd, url, prompt) =>
      runGemini(path, home, cwd, url, ['-p', prompt, '--yolo', '--skip-trust']),
  },
  {
    agent: 'copilot-cli',
    installed: await installCopilot(),
    place: '.copilot/instructions/hivemind.instructions.md',
    before: null,
    told: instructionText,
    prepare: () => undefined,
    run: (path, home, cwd, url, prompt) =>
      runCopilot(path, home, cwd, url, ['-p', prompt, '--allow-all-tools']),
  },
  {
    agent: 'opencode',
    installed: await installOpenCode(),
    place: '.config/opencode/plugin/hivemind.js',
    before: null,
    told: instructionText,
    prepare: (home, url) => void makeOpenCodeSettings(home, url),
    run: (path, home, cwd, _url, prompt) => runOpenCode(path, home, cwd, ['run', prompt]),
  },
];

/** As the line breaks of a text stand in the JSON of a request, whichever the file had. */
const inRequest = (text: string): string => JSON.stringify(text).slice(1, -1);
const plain = (request: string): string => request.replaceAll('\\r\\n', '\\n');

describe.each(clients)('the real $agent', { timeout: 120_000 }, (client) => {
  let home: Home;
  let repository = '';
  let model: ModelServer;
  const place = (): string => join(home.dir, client.place);
  const read = (): string | null => (existsSync(place()) ? readFileSync(place(), 'utf8') : null);
  const states = async () => {
    const { agents } = await home.json<OutputOf<'agent.list'>>(['agents'], repository);
    return agents
      .find(({ agent }) => agent === client.agent)
      ?.connections.map(({ scope, missing, instruction }) => ({ scope, missing, instruction }));
  };
  /** What the client sends to its model in a run: whether the instruction is in it. */
  const isTold = async (prompt = 'SCRIPT:hello'): Promise<boolean> => {
    const from = model.requests.length;
    const path = 'path' in client.installed ? client.installed.path : '';
    const done = await client.run(path, home, repository, model.url, prompt);
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    const requests = model.requests.slice(from).map(plain);
    expect(requests.length).toBeGreaterThan(0);
    return requests.some((request) => request.includes(inRequest(client.told)));
  };

  beforeEach(async (context) => {
    if ('reason' in client.installed) context.skip(client.installed.reason);
    home = makeHome();
    repository = await home.repository('parser');
    model = await startModelServer({});
    client.prepare(home, model.url);
    if (client.before !== null) {
      mkdirSync(dirname(place()), { recursive: true });
      writeFileSync(place(), client.before);
    }
    await home.json(['workspace', 'create', 'parser'], repository);
  });
  afterEach(async () => {
    await model?.close();
    await home?.remove();
  });

  test('tells its model after connect, and no more after disconnect', async () => {
    const dry = await home.hivemind(['connect', client.agent, '--dry-run'], { cwd: repository });
    expect(dry.stdout).toContain('Before you stop with work open');
    expect(read()).toBe(client.before);
    expect(await isTold()).toBe(false);

    await home.json(['connect', client.agent], repository);
    expect(await isTold()).toBe(true);
    expect(await states()).toContainEqual(
      expect.objectContaining({ scope: 'user', instruction: 'installed' }),
    );
    const connected = read();
    await home.json(['connect', client.agent], repository);
    expect(read()).toBe(connected);

    await home.json(['disconnect', client.agent], repository);
    expect(read()).toBe(client.before);
    expect(await isTold()).toBe(false);
  });

  test('--no-instructions is kept until it is taken back', async () => {
    await home.json(['connect', client.agent], repository);
    await home.json(['connect', client.agent, '--no-instructions'], repository);
    expect(await isTold()).toBe(false);
    await home.json(['connect', client.agent], repository);
    await home.hivemind(['doctor', '--fix'], { cwd: repository });
    const off = (await states())?.find(({ scope }) => scope === 'user');
    expect(off?.instruction).toBe('off');
    expect(off?.missing.filter((gap) => gap.startsWith('instruction'))).toEqual([]);
    const shown = await home.hivemind(['agents'], { cwd: repository });
    expect(shown.stdout).toContain('without instruction');
    expect(await isTold()).toBe(false);
    await home.json(['connect', client.agent, '--instructions'], repository);
    expect(await isTold()).toBe(true);
  });

  test('one that is gone is seen by status and mended by doctor', async () => {
    await home.json(['connect', client.agent], repository);
    const whole = read() ?? '';
    rmSync(place());
    if (client.before !== null) writeFileSync(place(), client.before);
    const status = await home.hivemind(['status'], { cwd: repository });
    expect(status.stdout).toMatch(/lacks (instruction|plugin)/);
    const doctor = await home.hivemind(['doctor', '--fix'], { cwd: repository });
    expect(doctor.stdout).toMatch(/lacks (instruction|plugin)/);
    expect(read()).toBe(whole);
    expect(await states()).toContainEqual(
      expect.objectContaining({ scope: 'user', instruction: 'installed' }),
    );
  });
});

describe('the real Claude Code', () => {
  test('reads the whole of it when its model opens the skill', async (context) => {
    const installed = clients[0]?.installed ?? { reason: 'not among the clients' };
    if ('reason' in installed) return context.skip(installed.reason);
    const home = makeHome();
    const model = await startModelServer({
      skill: [{ tools: [{ name: 'Skill', input: { skill: 'hivemind' } }] }, { text: 'read' }],
    });
    try {
      const repository = await home.repository('parser');
      await home.json(['workspace', 'create', 'parser'], repository);
      await home.json(['connect', 'claude-code'], repository);
      const args = ['-p', 'SCRIPT:skill please', '--permission-mode', 'bypassPermissions'];
      expect((await runClaude(installed.path, home, repository, model.url, args)).exitCode).toBe(0);
      const [first, ...later] = model.requests;
      expect(first).not.toContain(inRequest(instructionText));
      expect(later.some((request) => request.includes(inRequest(instructionText)))).toBe(true);
    } finally {
      await model.close();
      await home.remove();
    }
  });
});
