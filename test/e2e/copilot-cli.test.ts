import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { captureRow, guideRow } from '../world/capture-row.ts';
import { installCopilot, runCopilot } from '../world/copilot.ts';
import { eventually, type Home, makeHome, packageRoot } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';

const installed = await installCopilot();

const failingCommand = 'echo "ParserError: unexpected token at line 7" >&2; exit 3';
const refusedCommand = 'touch refused.txt';
type Shown = OutputOf<'session.show'>;

describe('the real Copilot CLI', () => {
  const copilot = 'path' in installed ? installed.path : '';
  let home: Home;
  let repository: string;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let shown: Shown;
  let row: string[] = [];
  const run = (prompt: string, ...more: string[]): ReturnType<typeof runCopilot> =>
    runCopilot(copilot, home, repository, model.url, ['-p', prompt, ...more]);

  beforeEach((context) => {
    if ('reason' in installed) context.skip(installed.reason);
  });
  beforeAll(async () => {
    if ('reason' in installed) return;
    home = makeHome();
    repository = await home.repository('parser');
    // Whoever has used Copilot before has this folder; one that is made later is found a while later.
    mkdirSync(join(home.dir, '.copilot', 'session-state'), { recursive: true });
    const file = join(repository, 'util.ts');
    const tool = (name: string, input: Record<string, unknown>) => ({ name, input });
    const bash = (command: string, description: string) =>
      tool('bash', { command, description, mode: 'sync', initial_wait: 10 });
    model = await startModelServer({
      work: [
        { text: 'I look around first.', tools: [bash('echo hello-from-bash', 'Say hello')] },
        { tools: [tool('create', { path: file, file_text: 'export const add = (a: number) => a - 1;\n' })] },
        { text: 'Fixing.', tools: [tool('edit', { path: file, old_str: 'a - 1', new_str: 'a + 1' })] },
        { tools: [tool('view', { path: file }), bash(failingCommand, 'Run the parser test')] },
        {
          tools: [
            tool('task', {
              agent_type: 'general-purpose',
              name: 'explorer',
              description: 'Explore',
              prompt: 'SCRIPT:explore please',
              mode: 'sync',
            }),
          ],
        },
        { text: 'Asking memory.', tools: [tool('hivemind-recall', { query: 'hello from bash' })] },
        { text: 'All done: add() adds now.' },
      ],
      explore: [
        { text: 'Looking.', tools: [bash('cat README.md', 'Read the readme')] },
        { text: 'Report: there is a readme.' },
      ],
      refused: [{ tools: [bash(refusedCommand, 'Make a file')] }, { text: 'It was refused.' }],
    });
    await home.json(['workspace', 'create', 'parser'], repository);
    await home.json(['connect', 'copilot-cli', '--workspace', 'parser'], repository);
    const done = await run('SCRIPT:work please fix add()', '--allow-all-tools');
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    shown = await eventually(
      async () => {
        const found = await home.json<Shown>(['session', 'show'], repository).catch(() => null);
        return found?.session.endedAt && found.children[0]?.counts['session.ended'] ? found : null;
      },
      'the session to be captured to its end',
      60_000,
    );
  }, 420_000);
  afterAll(async () => {
    await model?.close();
    await home?.remove();
  });

  test('every prompt, call, edit, failure and the subagent are there once, with the right outcome', async () => {
    const calls = shown.events.map(({ type, status, body, paths }) => ({
      type,
      status,
      tool: body.tool,
      exitCode: body.exitCode,
      paths,
    }));
    const one = (wanted: object): void =>
      expect(
        calls.filter((call) => expect.objectContaining(wanted).asymmetricMatch(call)),
        JSON.stringify(wanted),
      ).toHaveLength(1);
    one({ type: 'session.started' });
    one({ type: 'session.ended' });
    one({ type: 'tool.called', tool: 'Bash', status: 'ok', exitCode: 0 });
    one({ type: 'tool.called', tool: 'Bash', status: 'failed', exitCode: 3 });
    one({ type: 'file.edited', tool: 'Write', status: 'ok', paths: ['util.ts'] });
    one({ type: 'file.edited', tool: 'Edit', status: 'ok', paths: ['util.ts'] });
    one({ type: 'tool.called', tool: 'Read', status: 'ok' });
    one({ type: 'tool.called', tool: 'Agent', status: 'ok' });
    one({ type: 'tool.called', tool: 'mcp__hivemind__recall', status: 'ok' });
    const prompts = shown.events.filter(({ type }) => type === 'turn.prompted');
    expect(prompts.map(({ text, actor }) => [text, actor.kind])).toEqual([
      ['SCRIPT:work please fix add()', 'human'],
    ]);
    const replies = shown.events.filter(({ type }) => type === 'turn.replied');
    expect(replies.map(({ text, actor }) => [text, actor.model])).toEqual(
      ['I look around first.', 'Fixing.', 'Asking memory.', 'All done: add() adds now.'].map((text) => [
        text,
        'scripted',
      ]),
    );
    expect(replies[0]?.body.tokens).toEqual({ input: 30, output: 12, cacheRead: 90, cacheWrite: 0 });
    expect(shown.children).toHaveLength(1);
    const child = await home.json<Shown>(['session', 'show', shown.children[0]?.id ?? ''], repository);
    expect(child.session).toMatchObject({ parent: shown.session.id, role: 'general-purpose' });
    expect(
      child.events
        .filter(({ type }) => type === 'tool.called')
        .map(({ body, status }) => [body.tool, status]),
    ).toEqual([['Bash', 'ok']]);
    expect(new Set([...shown.events, ...child.events].map(({ trace }) => trace)).size).toBe(1);
  });

  test('recall finds the failing command and its error', async () => {
    const { cards } = await home.json<OutputOf<'recall.search'>>(
      ['recall', 'why did the parser test fail'],
      repository,
    );
    expect(cards[0]?.why).toContain('ParserError: unexpected token at line 7');
  });

  test('importing the transcript of the same session adds nothing', async () => {
    await eventually(
      async () => (await home.json<{ spooled: number }>(['daemon', 'status'])).spooled === 0,
      'the spool to be empty',
    );
    const live = (await home.call('event.export', { workspace: 'parser', limit: 10_000 })).events;
    const first = await home.json<OutputOf<'import.run'>>(['import'], repository);
    expect(first).toMatchObject({ appended: 0 });
    expect(first.duplicates).toBeGreaterThanOrEqual(15);
    const all = (await home.call('event.export', { workspace: 'parser', limit: 10_000 })).events;
    row = captureRow(live, all);
  });

  test('the next session is told what happened; a call that nobody permits stays refused, and is so recorded', async () => {
    const before = model.requests.length;
    expect((await run('SCRIPT:refused')).exitCode).toBe(0);
    const told = model.requests.slice(before);
    for (const text of ['hivemind-record', 'ParserError: unexpected token at line 7'])
      expect(
        told.some((request) => request.includes(text)),
        text,
      ).toBe(true);
    expect(existsSync(join(repository, 'refused.txt'))).toBe(false);
    const refused = await eventually(
      async () => {
        const { events } = await home.call('event.export', { workspace: 'parser', limit: 10_000 });
        const found = events.find(({ type, status }) => type === 'tool.called' && status === 'rejected');
        return found === undefined ? null : { found, events };
      },
      'the refusal',
      60_000,
    );
    expect(refused.found.body).toMatchObject({
      tool: 'Bash',
      input: { command: refusedCommand },
      refusedBy: 'rule',
    });
    // What we told Copilot stands in its transcript, and is not taken for something new.
    const ours = refused.events.filter(
      ({ text, type }) => type !== 'tool.called' && text.includes('hivemind-record'),
    );
    expect(ours).toEqual([]);
  });

  test("a project's settings hold nothing of this machine, and Copilot reads them where the folder is trusted", async () => {
    await home.json(['connect', 'copilot-cli', '--workspace', 'parser', '--scope', 'project'], repository);
    await home.json(['disconnect', 'copilot-cli'], repository);
    writeFileSync(
      join(home.dir, '.copilot', 'config.json'),
      JSON.stringify({ trustedFolders: [repository] }),
    );
    // As `install.sh` leaves it: what a repository names lies below the home of whoever works in it.
    const bin = join(home.dir, '.hivemind', 'bin');
    mkdirSync(bin);
    symlinkSync(join(packageRoot, 'bin', 'hook.sh'), join(bin, 'hook.sh'));
    const before = model.requests.length;
    expect((await run('SCRIPT:hello')).exitCode).toBe(0);
    const told = model.requests.slice(before);
    expect(told.some((request) => request.includes('hivemind-record'))).toBe(true);
    await home.json(['disconnect', 'copilot-cli', '--scope', 'project'], repository);
    expect(existsSync(join(repository, '.github'))).toBe(false);
    expect(existsSync(join(repository, '.mcp.json'))).toBe(false);
  });

  test('the guide says what was captured, and how', () => {
    const isBriefed = model.requests.some((request) => request.includes('hivemind-record'));
    const whole = [...row, isBriefed ? 'yes' : 'not possible'];
    expect(guideRow('Copilot CLI', whole)).toEqual(whole);
  });

  test('disconnect takes away what connect made', () => {
    expect(existsSync(join(home.dir, '.copilot', 'hooks'))).toBe(false);
    expect(existsSync(join(home.dir, '.copilot', 'mcp-config.json'))).toBe(false);
  });
});
