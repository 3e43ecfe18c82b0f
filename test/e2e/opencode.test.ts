import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCode as openCodeAgent } from '../../src/agents/opencode/index.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { captureRow, guideRow } from '../world/capture-row.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';
import { installOpenCode, makeOpenCodeSettings, openCodeConfig, runOpenCode } from '../world/opencode.ts';

const installed = await installOpenCode();

const failingCommand = 'echo "ParserError: unexpected token at line 7" >&2; exit 3';
type Shown = OutputOf<'session.show'>;

describe('the real OpenCode', () => {
  const openCode = 'path' in installed ? installed.path : '';
  let home: Home;
  let repository: string;
  let config: string;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let shown: Shown;
  const run = (prompt: string): ReturnType<typeof runOpenCode> =>
    runOpenCode(openCode, home, repository, ['run', prompt]);

  beforeEach((context) => {
    if ('reason' in installed) context.skip(installed.reason);
  });
  beforeAll(async () => {
    if ('reason' in installed) return;
    home = makeHome();
    repository = await home.repository('parser');
    const file = join(repository, 'util.ts');
    const bash = (command: string) => ({ name: 'bash', input: { command, description: 'Run it' } });
    model = await startModelServer({
      work: [
        { text: 'I look around first.', tools: [bash('echo hello-from-bash')] },
        {
          tools: [
            { name: 'write', input: { filePath: file, content: 'export const add = (a, b) => a - b;\n' } },
          ],
        },
        {
          text: 'Fixing.',
          tools: [{ name: 'edit', input: { filePath: file, oldString: 'a - b', newString: 'a + b' } }],
        },
        {
          text: 'Reading and testing.',
          tools: [
            { name: 'read', input: { filePath: join(repository, 'absent.ts') } },
            bash(failingCommand),
            bash('rm -rf build'),
          ],
        },
        {
          text: 'Delegating.',
          tools: [
            {
              name: 'task',
              input: { description: 'Explore', prompt: 'SCRIPT:explore please', subagent_type: 'general' },
            },
          ],
        },
        {
          text: 'Asking memory.',
          tools: [{ name: 'hivemind_recall', input: { query: 'hello from bash' } }],
        },
        { text: 'All done: add() adds now.' },
      ],
      explore: [{ text: 'Looking.', tools: [bash('cat README.md')] }, { text: 'Report: there is a readme.' }],
    });
    config = makeOpenCodeSettings(home, model.url);
    await home.json(['workspace', 'create', 'parser'], repository);
    await home.json(['connect', 'opencode', '--workspace', 'parser'], repository);
    const done = await run('SCRIPT:work please fix add()');
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    shown = await eventually(
      async () => {
        const found = await home.json<Shown>(['session', 'show'], repository).catch(() => null);
        return found?.events.some(({ text }) => text.includes('add() adds now')) &&
          found.children[0]?.counts['turn.replied'] === 2
          ? found
          : null;
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
      refusedBy: body.refusedBy,
      paths,
    }));
    const one = (wanted: Record<string, unknown>): void =>
      expect(
        calls.filter((call) =>
          Object.entries(wanted).every(
            ([key, value]) => JSON.stringify(call[key as 'tool']) === JSON.stringify(value),
          ),
        ),
        JSON.stringify(wanted),
      ).toHaveLength(1);
    one({ type: 'session.started' });
    one({ type: 'tool.called', tool: 'Bash', status: 'ok', exitCode: 0 });
    one({ type: 'tool.called', tool: 'Bash', status: 'failed', exitCode: 3 });
    one({ type: 'tool.called', tool: 'Bash', status: 'rejected', refusedBy: 'rule' });
    one({ type: 'file.edited', tool: 'Write', status: 'ok', paths: ['util.ts'] });
    one({ type: 'file.edited', tool: 'Edit', status: 'ok', paths: ['util.ts'] });
    one({ type: 'tool.called', tool: 'Read', status: 'failed', paths: ['absent.ts'] });
    one({ type: 'tool.called', tool: 'Agent', status: 'ok' });
    one({ type: 'tool.called', tool: 'mcp__hivemind__recall', status: 'ok' });
    const prompts = shown.events.filter(
      ({ type, actor }) => type === 'turn.prompted' && actor.kind === 'human',
    );
    expect(prompts.map(({ text }) => text)).toEqual(['"SCRIPT:work please fix add()"']);
    const replies = shown.events.filter(({ type }) => type === 'turn.replied');
    expect(replies.at(-1)).toMatchObject({
      text: 'All done: add() adds now.',
      actor: { kind: 'agent', name: 'opencode', model: 'gpt-4o' },
      body: { final: true, tokens: { output: 12, cacheRead: 90 } },
    });
    // The message that only wrote a file said nothing.
    const measured = shown.events.filter(({ type }) => type === 'turn.measured');
    expect(measured.map(({ body }) => body.tokens)).toMatchObject([{ output: 12 }]);
    expect(replies.every(({ body }) => Number(body.costUsd) > 0)).toBe(true);
    expect(shown.children).toHaveLength(1);
    const child = await home.json<Shown>(['session', 'show', shown.children[0]?.id ?? ''], repository);
    expect(
      child.events
        .filter(({ type }) => type === 'tool.called')
        .map(({ body, status }) => [body.tool, status]),
    ).toEqual([['Bash', 'ok']]);
    expect(child.session).toMatchObject({ parent: shown.session.id, role: 'general' });
    expect(new Set([...shown.events, ...child.events].map(({ trace }) => trace)).size).toBe(1);
    const task = shown.events.find(({ body }) => body.tool === 'Agent');
    expect(task?.body.childSession).toBe(child.session.id);
    expect(child.events.find(({ type }) => type === 'session.started')?.body.startedByCall).toBe(
      task?.body.callId,
    );
  });

  test('recall finds the failing command and its error', async () => {
    const { cards } = await home.json<OutputOf<'recall.search'>>(
      ['recall', 'why did the parser test fail'],
      repository,
    );
    expect(cards[0]?.why).toContain('ParserError: unexpected token at line 7');
    expect(cards[0]?.hits.some(({ text }) => text.includes('exit 3'))).toBe(true);
  });

  // OpenCode itself sometimes ends at once when another one has just ended.
  test('the next session is told what happened, and what fits the prompt', {
    retry: 1,
    timeout: 120_000,
  }, async () => {
    const before = model.requests.length;
    const { exitCode, stdout, stderr } = await run('SCRIPT:hello why does util.ts fail with a ParserError');
    expect(exitCode, `${stdout}${stderr}`).toBe(0);
    const told = model.requests.slice(before).filter((body) => body.includes('"tools"'));
    expect(told.join('\n')).toContain('hivemind-record');
    expect(told.join('\n')).toContain('ParserError: unexpected token at line 7');
    const prompts = await eventually(async () => {
      const { session, events } = await home.json<Shown>(['session', 'show'], repository);
      const asked = events.filter(({ type }) => type === 'turn.prompted');
      return session.id !== shown.session.id && asked.length > 0 ? asked : null;
    }, 'the prompt of the second session');
    expect(prompts.map(({ text }) => text)).toEqual([
      '"SCRIPT:hello why does util.ts fail with a ParserError"',
    ]);
  });

  test('the database of the same sessions says the same, and nothing twice', async () => {
    await eventually(
      async () => (await home.json<{ spooled: number }>(['daemon', 'status'])).spooled === 0,
      'the spool to be empty',
    );
    const path = join(home.dir, '.local', 'share', 'opencode', 'opencode.db');
    const document = openCodeAgent.transcripts.document?.(path);
    const parts = [...(document?.parts(0) ?? [])];
    expect(document?.unknown?.()).toEqual({});
    expect(parts.map(({ directory }) => directory)).toEqual([repository, repository, repository]);
    const events = parts.flatMap(({ drafts }) => drafts);
    expect(events.length).toBeGreaterThan(25);
    const first = await home.call('event.append', { workspace: 'parser', events });
    const news = await Promise.all(
      first.appended.map((id) => home.call('event.show', { workspace: 'parser', id })),
    );
    expect(news.map(({ event }) => [event.type, event.text])).toEqual([]);
    expect(first.duplicates).toBe(events.length);
  });

  test('the guide says what was captured, and how', async () => {
    const { events } = await home.call('event.export', { workspace: 'parser', limit: 10_000 });
    const isBriefed = model.requests.some((request) => request.includes('hivemind-record'));
    const whole = [...captureRow(events, events), isBriefed ? 'yes' : 'not possible'];
    expect(guideRow('OpenCode', whole)).toEqual(whole);
  });

  test('a session ends when OpenCode is left', async () => {
    const { events } = await home.json<Shown>(['session', 'show', shown.session.id], repository);
    expect(events.filter(({ type }) => type === 'session.ended')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'hook.unreadable')).toEqual([]);
  });

  test('opencode mcp list shows us connected', async () => {
    const { stdout, stderr } = await runOpenCode(openCode, home, repository, ['mcp', 'list']);
    expect(stdout + stderr).toMatch(/hivemind[\s\S]*connected/);
  }, 120_000);

  test('disconnect gives the settings back byte for byte, and takes the plugin away', async () => {
    const plugin = join(home.dir, '.config', 'opencode', 'plugin', 'hivemind.js');
    expect(existsSync(plugin)).toBe(true);
    expect(readFileSync(config, 'utf8')).toContain('hivemind');
    await home.json(['disconnect', 'opencode'], repository);
    expect(readFileSync(config, 'utf8')).toBe(openCodeConfig(model.url));
    expect(existsSync(plugin)).toBe(false);
  });
});
