import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { captureRow, guideRow } from '../world/capture-row.ts';
import { geminiSettings, installGemini, runGemini } from '../world/gemini.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';

const installed = await installGemini();

const failingCommand = 'echo "ParserError: unexpected token at line 7" >&2; exit 3';
const settings = `{\n  // what the user has said\n${JSON.stringify(geminiSettings, null, 2).slice(2)}\n`;
type Shown = OutputOf<'session.show'>;

describe('the real Gemini CLI', () => {
  const gemini = 'path' in installed ? installed.path : '';
  let home: Home;
  let repository: string;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let shown: Shown;
  let row: string[] = [];
  const userSettings = (): string => join(home.dir, '.gemini', 'settings.json');
  const run = (prompt: string, ...more: string[]): ReturnType<typeof runGemini> =>
    runGemini(gemini, home, repository, model.url, ['-p', prompt, '--yolo', '--skip-trust', ...more]);

  beforeEach((context) => {
    if ('reason' in installed) context.skip(installed.reason);
  });
  beforeAll(async () => {
    if ('reason' in installed) return;
    home = makeHome();
    repository = await home.repository('parser');
    // Whoever has used Gemini before has this folder; one that is made later is found a while later.
    mkdirSync(join(home.dir, '.gemini', 'tmp'), { recursive: true });
    writeFileSync(userSettings(), settings);
    const file = join(repository, 'util.ts');
    const tool = (name: string, input: Record<string, unknown>) => ({ name, input });
    model = await startModelServer({
      work: [
        {
          text: 'I look around first.',
          tools: [tool('run_shell_command', { command: 'echo hello-from-shell' })],
        },
        {
          text: 'Writing.',
          tools: [
            tool('write_file', { file_path: file, content: 'export const add = (a: number) => a - 1;\n' }),
          ],
        },
        {
          text: 'Fixing.',
          tools: [
            tool('replace', {
              file_path: file,
              instruction: 'add',
              old_string: 'a - 1',
              new_string: 'a + 1',
            }),
          ],
        },
        {
          text: 'Reading and testing.',
          tools: [
            tool('read_file', { file_path: file }),
            tool('run_shell_command', { command: failingCommand, description: 'Run the parser test' }),
          ],
        },
        { tools: [tool('invoke_agent', { agent_name: 'generalist', prompt: 'SCRIPT:explore please' })] },
        { text: 'Asking memory.', tools: [tool('mcp_hivemind_recall', { query: 'hello from shell' })] },
        { text: 'All done: add() adds now.' },
      ],
      explore: [
        { text: 'Looking.', tools: [tool('read_file', { file_path: join(repository, 'README.md') })] },
        { tools: [tool('complete_task', { result: 'Report: there is a readme.' })] },
      ],
    });
    await home.json(['workspace', 'create', 'parser'], repository);
    await home.json(['connect', 'gemini-cli', '--workspace', 'parser'], repository);
    const done = await run('SCRIPT:work please fix add()');
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    shown = await eventually(
      async () => {
        const found = await home.json<Shown>(['session', 'show'], repository).catch(() => null);
        const isWhole = found?.events.some(({ text }) => text.includes('add() adds now'));
        return isWhole && found?.session.endedAt && found.children[0]?.counts['tool.called'] ? found : null;
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
    expect(replies.map(({ text }) => text)).toEqual([
      'I look around first.',
      'Writing.',
      'Fixing.',
      'Reading and testing.',
      'Asking memory.',
      'All done: add() adds now.',
    ]);
    expect(replies.every(({ body, actor }) => body.tokens !== undefined && actor.model !== undefined)).toBe(
      true,
    );
    expect(shown.children).toHaveLength(1);
    const child = await home.json<Shown>(['session', 'show', shown.children[0]?.id ?? ''], repository);
    expect(child.session.parent).toBe(shown.session.id);
    expect(child.events.filter(({ type }) => type === 'tool.called').map(({ body }) => body.tool)).toContain(
      'Read',
    );
    expect(new Set([...shown.events, ...child.events].map(({ trace }) => trace)).size).toBe(1);
  });

  test('recall finds the failing command and its error', async () => {
    const { cards } = await home.json<OutputOf<'recall.search'>>(
      ['recall', 'why did the parser test fail'],
      repository,
    );
    expect(cards[0]?.why).toContain('ParserError: unexpected token at line 7');
  });

  test('importing the transcripts of the same session adds nothing', async () => {
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

  test('a resumed session is told what happened, and goes on in the same session', async () => {
    const before = model.requests.length;
    expect((await run('SCRIPT:hello', '--resume', 'latest')).exitCode).toBe(0);
    const told = model.requests.slice(before);
    for (const text of ['hivemind-record', 'ParserError: unexpected token at line 7'])
      expect(
        told.some((request) => request.includes(text)),
        text,
      ).toBe(true);
    const again = await eventually(
      async () => {
        const found = await home.json<Shown>(['session', 'show', shown.session.id], repository);
        return found.session.counts['session.ended'] === 2 && found.session.counts['turn.prompted'] === 2
          ? found
          : null;
      },
      'the second turn',
      60_000,
    );
    const prompts = again.events.filter(({ type }) => type === 'turn.prompted');
    expect(prompts.map(({ text }) => text)).toEqual(['SCRIPT:work please fix add()', 'SCRIPT:hello']);
    // What we told Gemini stands in its transcript, and is not taken for something new.
    expect(
      again.events.filter(({ text, type }) => type !== 'tool.called' && text.includes('hivemind-record')),
    ).toEqual([]);
  });

  test('the guide says what was captured, and how', () => {
    const isBriefed = model.requests.some((request) => request.includes('hivemind-record'));
    const whole = [...row, isBriefed ? 'yes' : 'not possible'];
    expect(guideRow('Gemini CLI', whole)).toEqual(whole);
  });

  test('disconnect gives the settings back byte for byte, with their comment', async () => {
    expect(readFileSync(userSettings(), 'utf8')).not.toBe(settings);
    await home.json(['disconnect', 'gemini-cli'], repository);
    expect(readFileSync(userSettings(), 'utf8')).toBe(settings);
  });
});
