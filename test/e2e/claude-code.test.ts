import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { captureRow, guideRow } from '../world/capture-row.ts';
import { installClaude, runClaude } from '../world/claude.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';

const installed = await installClaude();

const failingCommand = 'echo "ParserError: unexpected token at line 7" >&2; exit 3';
const settings = `{\n    "model": "sonnet",\n    "hooks": { "Stop": [ { "hooks": [ { "type": "command", "command": "true" } ] } ] }\n}`;
type Shown = OutputOf<'session.show'>;

describe('the real Claude Code', () => {
  const claude = 'path' in installed ? installed.path : '';
  let home: Home;
  let repository: string;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let shown: Shown;
  let row: string[] = [];
  const read = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);
  const userSettings = (): string => join(home.dir, '.claude', 'settings.json');
  const run = (prompt: string): ReturnType<typeof runClaude> =>
    runClaude(claude, home, repository, model.url, [
      '-p',
      prompt,
      '--permission-mode',
      'bypassPermissions',
      '--allowedTools',
      'Bash Write Edit Read Agent mcp__hivemind__recall',
    ]);

  beforeEach((context) => {
    if ('reason' in installed) context.skip(installed.reason);
  });
  beforeAll(async () => {
    if ('reason' in installed) return;
    home = makeHome();
    repository = await home.repository('parser');
    mkdirSync(join(home.dir, '.claude'));
    writeFileSync(userSettings(), settings);
    const file = join(repository, 'util.ts');
    model = await startModelServer({
      work: [
        {
          text: 'I look around first.',
          tools: [{ name: 'Bash', input: { command: 'echo hello-from-bash', description: 'Say hello' } }],
        },
        {
          text: 'Writing.',
          tools: [
            {
              name: 'Write',
              input: { file_path: file, content: 'export const add = (a: number, b: number) => a - b;\n' },
            },
          ],
        },
        {
          text: 'Fixing.',
          tools: [{ name: 'Edit', input: { file_path: file, old_string: 'a - b', new_string: 'a + b' } }],
        },
        {
          text: 'Reading and testing.',
          tools: [
            { name: 'Read', input: { file_path: file } },
            { name: 'Bash', input: { command: failingCommand, description: 'Run the parser test' } },
          ],
        },
        {
          text: 'Delegating.',
          tools: [
            {
              name: 'Agent',
              input: {
                description: 'Explore',
                prompt: 'SCRIPT:explore please',
                subagent_type: 'general-purpose',
              },
            },
          ],
        },
        {
          text: 'Asking memory.',
          tools: [{ name: 'mcp__hivemind__recall', input: { query: 'hello from bash' } }],
        },
        { text: 'All done: add() adds now.' },
      ],
      explore: [
        {
          text: 'Looking.',
          tools: [{ name: 'Bash', input: { command: 'cat README.md', description: 'Read the readme' } }],
        },
        { text: 'Report: there is a readme.' },
      ],
    });
    await home.json(['workspace', 'create', 'parser'], repository);
    await home.json(['connect', 'claude-code', '--workspace', 'parser'], repository);
    const done = await run('SCRIPT:work please fix add()');
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    shown = await eventually(
      async () => {
        const found = await home.json<Shown>(['session', 'show'], repository).catch(() => null);
        return found?.session.endedAt && found.children[0]?.counts['tool.called'] ? found : null;
      },
      'the session to be captured to its end',
      30_000,
    );
  }, 420_000);
  afterAll(async () => {
    await model?.close();
    await home?.remove();
  });

  test('every prompt, call, edit, failure and the subagent are there with the right outcome', async () => {
    const calls = shown.events.map(({ type, status, body, paths }) => ({
      type,
      status,
      tool: body.tool,
      exitCode: body.exitCode,
      paths,
    }));
    const one = (wanted: object): void =>
      expect(
        calls.filter((call) =>
          Object.entries(wanted).every(
            ([key, value]) => JSON.stringify(call[key as 'tool']) === JSON.stringify(value),
          ),
        ),
      ).toHaveLength(1);
    one({ type: 'session.started' });
    one({ type: 'session.ended' });
    one({ type: 'tool.called', tool: 'Bash', status: 'ok' });
    one({ type: 'tool.called', tool: 'Bash', status: 'failed', exitCode: 3 });
    one({ type: 'file.edited', tool: 'Write', status: 'ok', paths: ['util.ts'] });
    one({ type: 'file.edited', tool: 'Edit', status: 'ok', paths: ['util.ts'] });
    one({ type: 'tool.called', tool: 'Read', status: 'ok' });
    one({ type: 'tool.called', tool: 'Agent', status: 'ok' });
    one({ type: 'tool.called', tool: 'mcp__hivemind__recall', status: 'ok' });
    const prompts = shown.events.filter(
      ({ type, actor }) => type === 'turn.prompted' && actor.kind === 'human',
    );
    expect(prompts.map(({ text }) => text)).toEqual(['SCRIPT:work please fix add()']);
    expect(
      shown.events.some(({ type, text }) => type === 'turn.replied' && text.includes('add() adds now')),
    ).toBe(true);
    expect(shown.children).toHaveLength(1);
    const child = await home.json<Shown>(['session', 'show', shown.children[0]?.id ?? ''], repository);
    expect(
      child.events
        .filter(({ type }) => type === 'tool.called')
        .map(({ body, status }) => [body.tool, status]),
    ).toEqual([['Bash', 'ok']]);
    expect(child.session).toMatchObject({ parent: shown.session.id, role: 'general-purpose' });
    expect(new Set([...shown.events, ...child.events].map(({ trace }) => trace)).size).toBe(1);
  });

  test('recall finds the failing command and its error', async () => {
    const { cards } = await home.json<OutputOf<'recall.search'>>(
      ['recall', 'why did the parser test fail'],
      repository,
    );
    expect(cards[0]?.why).toContain('ParserError: unexpected token at line 7');
    expect(cards[0]?.hits.some(({ text }) => text.includes('exit 3'))).toBe(true);
  });

  test('importing the transcript of the same session adds no call, edit, prompt or reply twice', async () => {
    // Hooks hand over in the background: what is still on its way is no doing of the import.
    await eventually(
      async () => (await home.json<{ spooled: number }>(['daemon', 'status'])).spooled === 0,
      'the spool to be empty',
    );
    const before = await home.json<Shown>(['session', 'show', shown.session.id], repository);
    const live = (await home.call('event.export', { workspace: 'parser', limit: 10_000 })).events;
    const first = await home.json<OutputOf<'import.run'>>(['import'], repository);
    expect(first.duplicates).toBeGreaterThanOrEqual(10);
    const all = (await home.call('event.export', { workspace: 'parser', limit: 10_000 })).events;
    row = captureRow(live, all);
    const after = await home.json<Shown>(['session', 'show', shown.session.id], repository);
    const callIds = after.events.flatMap(({ body }) =>
      typeof body.callId === 'string' ? [body.callId] : [],
    );
    expect(callIds.length).toBe(new Set(callIds).size);
    for (const type of ['session.started', 'turn.prompted', 'tool.called', 'file.edited']) {
      expect(after.session.counts[type], type).toBe(before.session.counts[type]);
    }
    const replies = after.events
      .filter(({ type }) => type === 'turn.replied')
      .map(({ turn, text }) => `${turn} ${text}`);
    expect(replies.length).toBe(new Set(replies).size);
    expect(await home.json(['import'], repository)).toMatchObject({ appended: 0 });
  });

  test('the next session is told what happened', async () => {
    const { text } = await home.json<OutputOf<'brief.show'>>(['brief'], repository);
    expect(text).toContain('ParserError');
    expect(text.length).toBeLessThan(8000);
    const before = model.requests.length;
    expect((await run('SCRIPT:hello')).exitCode).toBe(0);
    const told = model.requests.slice(before).join('\n');
    expect(told).toContain('hivemind-record');
    expect(told).toContain('ParserError: unexpected token at line 7');
  });

  test('the guide says what was captured, and how', () => {
    const isBriefed = model.requests.some((request) => request.includes('hivemind-record'));
    const whole = [...row, isBriefed ? 'yes' : 'not possible'];
    expect(guideRow('Claude Code', whole)).toEqual(whole);
  });

  test('claude mcp list shows us connected', async () => {
    const { stdout } = await runClaude(claude, home, repository, model.url, ['mcp', 'list']);
    expect(stdout).toMatch(/hivemind.*Connected/);
  });

  test('disconnect gives the settings back byte for byte', async () => {
    expect(read(userSettings())).not.toBe(settings);
    await home.json(['disconnect', 'claude-code'], repository);
    expect(read(userSettings())).toBe(settings);
    expect(read(join(home.dir, '.claude.json')) ?? '{}').not.toContain('hivemind mcp');
    expect(Object.keys(JSON.parse(read(join(home.dir, '.claude.json')) ?? '{}').mcpServers ?? {})).toEqual(
      [],
    );
  });
});
