import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open } from '../../src/sdk/index.ts';
import { searchDisk } from '../world/disk-search.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { startMcp } from '../world/mcp.ts';
import { plantSecrets } from '../world/secrets.ts';
import { post } from '../world/upload.ts';

let home: Home;
let repo: string;
const planted: { name: string; secret: string }[] = [];
let doors = 0;

/** The corpus anew for one door, as one text or in pieces of some lines. */
function linesFor(door: string): string[] {
  doors += 1;
  const secrets = plantSecrets(doors * 1000);
  planted.push(...secrets.map(({ kind, secret }) => ({ name: `${kind} by ${door}`, secret })));
  return secrets.map(({ line }) => line);
}
const textFor = (door: string): string => linesFor(door).join('\n');
const inPieces = (lines: string[], size: number): string[] =>
  Array.from({ length: Math.ceil(lines.length / size) }, (_, at) =>
    lines.slice(at * size, (at + 1) * size).join('\n'),
  );

beforeAll(async () => {
  home = makeHome();
  repo = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], repo);
});
afterAll(() => home.remove());

let calls = 0;
const about = (more: object): string => {
  calls += 1;
  return JSON.stringify({
    session_id: 'native-1',
    cwd: repo,
    transcript_path: '/x',
    prompt_id: 'prompt-1',
    tool_use_id: `toolu_${calls}`,
    ...more,
  });
};

/** Every kind of payload that a hook brings, each with secrets of its own. */
const payloads = (by: string): [event: string, payload: string][] => [
  ['UserPromptSubmit', about({ prompt: textFor(`${by}: prompt`) })],
  [
    'PostToolUse',
    about({
      tool_name: 'Bash',
      tool_input: { command: textFor(`${by}: tool input`) },
      tool_response: { stdout: textFor(`${by}: tool output`), stderr: textFor(`${by}: stderr`) },
    }),
  ],
  [
    'PostToolUseFailure',
    about({
      tool_name: 'Bash',
      tool_input: { command: 'make' },
      error: `Exit code 2\n${textFor(`${by}: error`)}`,
    }),
  ],
  [
    'PostToolUse',
    about({
      tool_name: 'Edit',
      tool_input: { file_path: join(repo, 'a.env'), old_string: textFor(`${by}: old`), new_string: 'x' },
      tool_response: {
        filePath: join(repo, 'a.env'),
        structuredPatch: [
          {
            oldStart: 1,
            oldLines: 1,
            newStart: 1,
            newLines: 90,
            lines: textFor(`${by}: edit`)
              .split('\n')
              .map((line) => `+${line}`),
          },
        ],
      },
    }),
  ],
  ['Stop', about({ last_assistant_message: textFor(`${by}: reply`) })],
  [
    'PostToolUse',
    `${about({ tool_name: 'Bash', tool_input: textFor(`${by}: broken payload`) }).slice(0, -3)}`,
  ],
];

const drained = (): Promise<unknown> =>
  eventually(async () => (await home.call('daemon.status', {})).spooled === 0, 'an empty spool', 60_000);

const transcript = (lines: string[]): string =>
  lines
    .map((text, index) => {
      const id = (part: number): string =>
        `00000000-0000-4000-8000-0000000${String(index).padStart(3, '0')}${part}0`;
      const more = { sessionId: 'native-2', cwd: repo, timestamp: '2026-01-01T00:00:00.000Z' };
      return [
        { ...more, type: 'user', uuid: id(0), parentUuid: null, message: { role: 'user', content: text } },
        {
          ...more,
          type: 'assistant',
          uuid: id(1),
          parentUuid: id(0),
          message: {
            role: 'assistant',
            id: `msg_${index}`,
            content: [
              { type: 'text', text },
              { type: 'tool_use', id: `toolu_t${index}`, name: 'Bash', input: { command: text } },
            ],
          },
        },
        {
          ...more,
          type: 'user',
          uuid: id(2),
          parentUuid: id(1),
          message: {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: `toolu_t${index}`, content: text }],
          },
          toolUseResult: { stdout: text, stderr: '' },
        },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n');
    })
    .join('\n');

test('hooks, with the daemon there and with it away', async () => {
  for (const [event, payload] of payloads('hook')) await home.hook(event, payload, repo);
  await drained();
  await home.json(['daemon', 'stop']);
  for (const [event, payload] of payloads('spool')) await home.hook(event, payload, repo);
  const spool = join(home.dir, '.hivemind', 'spool');
  await eventually(
    async () => readdirSync(spool).filter((name) => name.endsWith('.hook')).length >= 6,
    'six payloads in the spool',
  );
  // The one place where payloads stand as they came.
  expect((await searchDisk(spool, planted)).found.length).toBeGreaterThan(100);
  await home.json(['status'], repo);
  await drained();
  expect(readdirSync(spool).filter((name) => !['refused', 'unplaced'].includes(name))).toEqual([]);
}, 90_000);

test('an import, and whatever programs append', async () => {
  const file = join(home.dir, 'session.jsonl');
  writeFileSync(file, transcript(inPieces(linesFor('import'), 1)));
  await home.json(['import', file], repo);
  const session = `ses_${'0'.repeat(32)}`;
  const draft = (text: string, id: string) => ({
    type: 'turn.replied',
    agent: 'scripted',
    session,
    identity: { nativeId: id, phase: 'x' },
    actor: { kind: 'agent' as const, name: 'scripted' },
    text,
    paths: [`notes/${text.split('\n')[0]}`.slice(0, 4000)],
    body: { message: text, list: [text], deep: { [text.slice(0, 200)]: text } },
  });
  const [keyed = ''] = linesFor('delivery').filter((line) => line.length < 100);
  const events = linesFor('event.append').map((line, index) => draft(line, `a${index}`));
  await home.call('event.append', { workspace: 'w', events, delivery: keyed });
  const upload = linesFor('NDJSON').map((line, index) => JSON.stringify(draft(line, `n${index}`)));
  expect((await post(home.socket, '/v1/events?workspace=w', `${upload.join('\n')}\n`)).status).toBe(200);
  const before = process.env.HIVEMIND_HOME;
  process.env.HIVEMIND_HOME = join(home.dir, '.hivemind');
  const memory = await open('w', { agent: linesFor('SDK agent')[0] ?? 'a' });
  for (const content of linesFor('SDK')) await memory.append({ content, metadata: { said: content } });
  if (before === undefined) delete process.env.HIVEMIND_HOME;
  else process.env.HIVEMIND_HOME = before;
});

test('people and agents who write on purpose, names and titles', async () => {
  for (const text of inPieces(linesFor('remember'), 25)) await home.json(['remember', '--', text], repo);
  for (const text of inPieces(linesFor('reason'), 25))
    await home.json(['remember', '--subject', 'the store', '--reason', text, '--', 'use it'], repo);
  for (const [at, title] of linesFor('plan add').entries())
    if (at % 9 === 0) await home.call('plan.add', { workspace: 'w', title: title.split('\n')[0] ?? '' });
  await home.json(['plan', 'add', '--', `buy ${linesFor('plan title')[0]}`], repo);
  for (const [at, name] of linesFor('branch name').entries()) {
    if (at % 9 !== 0 || name.includes('\n')) continue;
    const made = await home.hivemind(['branch', 'create', '--', name], { cwd: repo });
    expect([0, 2], made.stderr).toContain(made.exitCode);
    home.env.HIVEMIND_BRANCH = name.slice(0, 200);
    await home.hook('Stop', about({ last_assistant_message: 'on a branch' }), repo);
    delete home.env.HIVEMIND_BRANCH;
  }
  await drained();
  const mcp = startMcp(home, repo);
  await mcp.ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '0' },
  });
  mcp.tell('notifications/initialized');
  for (const text of inPieces(linesFor('MCP'), 25))
    expect((await mcp.ask('tools/call', { name: 'remember', arguments: { text } })).result?.isError).not.toBe(
      true,
    );
  for (const query of linesFor('recall').slice(0, 20))
    await mcp.ask('tools/call', { name: 'recall', arguments: { query } });
  mcp.end();
  await mcp.ended;
}, 60_000);

test('errors that quote what they failed on', async () => {
  const [text = ''] = inPieces(linesFor('broken settings'), 200);
  writeFileSync(join(repo, '.hivemind.json'), text);
  await home.hivemind(['status'], { cwd: repo });
  writeFileSync(join(repo, '.hivemind.json'), '{}');
  for (const line of linesFor('wrong words'))
    if (!line.includes('\n'))
      await home.call('workspace.show', { workspace: line.slice(0, 300) }).catch(() => null);
});

test('nothing of any secret is in any file, whatever its form', async () => {
  const data = join(home.dir, '.hivemind');
  // Enough for segments of the journal that are full, and compressed.
  const filler = Array.from({ length: 75 }, (_, index) =>
    JSON.stringify({
      type: 'turn.replied',
      agent: 'scripted',
      session: `ses_${'1'.repeat(32)}`,
      identity: { nativeId: `f${index}`, phase: 'x' },
      actor: { kind: 'agent', name: 'scripted' },
      text: `${index} the quick brown fox jumps over the lazy dog; `.repeat(2_500),
    }),
  );
  // The last segment is never compressed: so several, one after the other.
  for (let from = 0; from < filler.length; from += 15)
    await post(home.socket, '/v1/events?workspace=w', `${filler.slice(from, from + 15).join('\n')}\n`);
  // What a workspace has to tidy up it does when it is closed, or once a minute.
  await home.json(['daemon', 'stop']);
  await home.json(['status'], repo);
  await eventually(
    async () => (await home.call('store.stats', { workspace: 'w' })).journal.compressed > 0,
    'a compressed segment',
    60_000,
  );
  const scan = await home.hivemind(['scan', '--all', '--json'], { cwd: repo });
  expect(JSON.parse(scan.stdout)).toMatchObject({ found: 0 });
  expect(scan.exitCode).toBe(0);
  await home.json(['backup', join(data, 'backups', 'w.hmb')], repo).catch(async () => {
    mkdirSync(join(data, 'backups'), { recursive: true });
    await home.json(['backup', join(data, 'backups', 'w.hmb')], repo);
  });
  const exported = await home.hivemind(['export'], { cwd: repo });
  expect(exported.exitCode).toBe(0);
  writeFileSync(join(data, 'exported'), exported.stdout);
  // Every door has brought something in, and left marks instead of secrets.
  const types = new Set([...exported.stdout.matchAll(/"type":"([a-z.]+)"/g)].map(([, type]) => type));
  for (const type of ['turn.prompted', 'turn.replied', 'tool.called', 'file.edited', 'hook.unreadable'])
    expect(types).toContain(type);
  expect([...types].filter((type) => /^(memory|plan|branch)\./.test(type ?? '')).length).toBeGreaterThan(2);
  expect(exported.stdout.split('[redacted:').length).toBeGreaterThan(1500);
  await home.json(['daemon', 'stop']);
  expect(planted.length).toBeGreaterThan(1000);
  const { found, bytes, files } = await searchDisk(data, planted);
  expect(found).toEqual([]);
  expect(files).toBeGreaterThan(30);
  expect(bytes).toBeGreaterThan(10_000_000);
  for (const what of ['logs/daemon.log', 'backups/w.hmb', 'exported'])
    expect(existsSync(join(data, what)), what).toBe(true);
  // The search finds what is there: one secret in each form, behind and beside what is stored.
  const [one] = planted;
  if (one === undefined) throw new Error('nothing was planted');
  appendFileSync(join(data, 'exported'), `x${Buffer.from(`ab${one.secret}c`).toString('base64')}`);
  expect((await searchDisk(data, planted)).found).toEqual([`${one.name} in exported`]);
}, 120_000);
