import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCode } from '../../../../src/agents/opencode/index.ts';
import { pluginText } from '../../../../src/agents/opencode/plugin-text.ts';
import type { DraftInput } from '../../../../src/schema/event.ts';
import { eventually, packageRoot } from '../../../world/home.ts';
import { expectValid, fuzzPayload } from '../fuzz.ts';
import { busLines, fakeHook, type Line, loadPlugin, makeDatabase, type Plugin, toldIn } from './world.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hivemind-opencode-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function play(plugin: Plugin, lines: readonly Line[]): Promise<void> {
  for (const line of lines) {
    if (line.hook === 'event') await plugin.event({ event: line.event });
    else await plugin['chat.message']({}, structuredClone(line.output));
  }
}

const translated = (): DraftInput[] =>
  toldIn(dir).flatMap(
    ({ event, payload }) => openCode.translate({ event, payload, at: 1_795_313_600_000 }).drafts,
  );

const factOf = ({ session, type, identity, status, body, paths, text }: DraftInput): string =>
  JSON.stringify([
    session,
    type,
    identity,
    status,
    paths,
    // Whether it was imported it says as well.
    type === 'session.started' ? '' : text,
    body?.exitCode,
    body?.tool,
    body?.change,
  ]);

describe('one run, told by the plugin and by the database', () => {
  const lines = busLines();

  test('both say the same facts, with the same identities, once each', async () => {
    const plugin = await loadPlugin(dir, 'one', fakeHook(dir));
    await play(plugin, lines);
    await plugin.dispose();
    const live = translated().filter(({ type }) => type !== 'session.ended');
    const path = join(dir, 'opencode.db');
    makeDatabase(path, lines);
    const document = openCode.transcripts.document?.(path);
    const stored = [...(document?.parts(0) ?? [])].flatMap(({ drafts }) => drafts);
    expectValid([...live, ...stored]);
    expect(document?.unknown?.()).toEqual({});
    expect(live.map(factOf).sort()).toEqual(stored.map(factOf).sort());
    expect(new Set(live.map(({ session, identity }) => JSON.stringify([session, identity]))).size).toBe(
      live.length,
    );
    const brief = stored.map(({ type, status, body, paths }) =>
      [type.split('.')[1], body?.tool ?? '', status, paths?.join(' ') ?? '', body?.change ?? '']
        .join(' ')
        .trim(),
    );
    expect(brief).toEqual(
      expect.arrayContaining([
        'called Bash failed',
        'called Bash rejected',
        'called Read failed nothere.ts',
        'called Agent ok',
        'called WebFetch failed',
        'edited apply_patch ok n.txt created',
        'edited apply_patch ok util.ts updated',
        'edited apply_patch ok mv.txt deleted',
        'edited apply_patch ok moved.txt created',
        'edited apply_patch ok del.txt deleted',
      ]),
    );
    const child = stored.find(({ body }) => body?.source === 'import' && body.role === 'general');
    const task = stored.find(({ body }) => body?.tool === 'Agent');
    expect(task?.body?.childSession).toBe(child?.session);
    expect(child?.rootSession).toBe(task?.session);
  });

  test('the database says what changed since, and is only read', () => {
    const path = join(dir, 'opencode.db');
    makeDatabase(path, lines);
    const parts = (since: number): number =>
      [...(openCode.transcripts.document?.(path)?.parts(since) ?? [])].length;
    expect(parts(0)).toBe(2);
    expect(parts(Date.now())).toBe(0);
  });

  test('two copies of the plugin are one', async () => {
    const hook = fakeHook(dir);
    const first = await loadPlugin(dir, 'user', hook);
    const second = await loadPlugin(dir, 'project', hook);
    expect(Object.keys(second)).toEqual([]);
    expect(Object.keys(first)).toContain('chat.message');
  });

  test('context goes beside the prompt, marked as not said by the user; the brief to the system prompt', async () => {
    const plugin = await loadPlugin(dir, 'one', fakeHook(dir, 'what we know'));
    const created = lines.find((line) => line.hook === 'event' && line.event.type === 'session.created');
    const asked = lines.find((line) => line.hook === 'chat.message');
    if (created?.hook !== 'event' || asked?.hook !== 'chat.message') throw new Error('no prompt');
    await plugin.event({ event: created.event });
    const output = structuredClone(asked.output);
    await plugin['chat.message']({}, output);
    const [said, added] = output.parts;
    expect(added).toMatchObject({
      type: 'text',
      synthetic: true,
      text: 'what we know',
      messageID: said?.messageID,
    });
    expect(String(added?.id) > String(said?.id)).toBe(true);
    const system = ['You are an agent.'];
    await plugin['experimental.chat.system.transform']({ sessionID: said?.sessionID }, { system });
    expect(system).toEqual(['You are an agent.', 'what we know']);
    await eventually(async () => toldIn(dir).length === 2, 'the prompt to be told');
    const prompts = translated().filter(({ type }) => type === 'turn.prompted');
    expect(prompts.map(({ text }) => text)).toEqual([said?.text]);
  });
});

describe('whatever comes', () => {
  test('the plugin throws at nothing that the bus could say', async () => {
    const plugin = await loadPlugin(dir, 'one', fakeHook(dir));
    for (const odd of [
      undefined,
      null,
      {},
      { type: 'message.part.updated' },
      { type: 'session.created', properties: {} },
    ])
      await expect(plugin.event({ event: odd })).resolves.toBeUndefined();
    await expect(plugin['chat.message']({}, {})).resolves.toBeUndefined();
    await expect(
      plugin['chat.message']({}, { message: { sessionID: 1 }, parts: [] }),
    ).resolves.toBeUndefined();
    await plugin.dispose();
  });

  test('a hook that is gone hurts nobody', async () => {
    const plugin = await loadPlugin(dir, 'one', join(dir, 'absent.sh'));
    expect(Object.keys(plugin)).toEqual([]);
  });

  test('no payload throws, every draft fits', async () => {
    const plugin = await loadPlugin(dir, 'one', fakeHook(dir));
    await play(plugin, busLines().slice(0, 60));
    await plugin.dispose();
    const byEvent = new Map(toldIn(dir).map(({ event, payload }) => [event, payload]));
    let count = 0;
    for (const [event, payload] of byEvent) count += fuzzPayload(openCode, event, JSON.parse(payload));
    expect(count).toBeGreaterThan(500);
    for (const payload of ['', '{"sessionID":"s","part":{"type', '[]', '"x"'])
      expectValid(openCode.translate({ event: 'ToolEnded', payload, at: 1 }).drafts);
  });

  test('a file that is no database of OpenCode is a SyntaxError', () => {
    const path = join(dir, 'opencode.db');
    writeFileSync(path, 'SQLite format 3\u0000 but not really');
    const document = openCode.transcripts.document?.(path);
    expect(() => [...(document?.parts(0) ?? [])]).toThrow(SyntaxError);
  });

  test('which files are its own', () => {
    const { accepts, roots, sourceOf, recognises } = openCode.transcripts;
    const paths = ['opencode.db', 'opencode-dev.db', 'opencode.db-wal', 'auth.json', 'log/x.log'];
    const tree = ['storage/message/ses_1/msg_1.json', 'storage/part/msg_1/prt_1.json'];
    expect([...paths, ...tree].filter(accepts)).toEqual(['opencode.db', 'opencode-dev.db', tree[0]]);
    expect(sourceOf?.('/x/opencode.db-wal')).toBe('/x/opencode.db');
    expect(roots({ userHome: '/h', environment: { XDG_DATA_HOME: '/d' } })).toEqual(['/d/opencode']);
    expect(recognises('SQLite format 3\u0000', '/x/opencode.db')).toBe(true);
    expect(recognises('SQLite format 3\u0000', '/x/other.db')).toBe(false);
  });
});

const places = [
  { hookPath: "/opt/it's/$& hook.sh", env: { HIVEMIND_HOME: '/x' } },
  { hookPath: null, env: {} },
];

test.each(places)('the plugin passes our own lint, and names no other package', async (place) => {
  const text = pluginText(place);
  // Biome looks at nothing outside of its own project: this folder becomes one, with our rules.
  const { linter } = JSON.parse(readFileSync(join(packageRoot, 'biome.json'), 'utf8'));
  writeFileSync(join(dir, 'biome.json'), JSON.stringify({ linter }));
  writeFileSync(join(dir, 'hivemind.js'), text);
  const biome = join(packageRoot, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--error-on-warnings', 'hivemind.js'];
  const linted = await execa(process.execPath, args, { cwd: dir, reject: false });
  const said = linted.stdout + linted.stderr;
  expect(said).toContain('Checked 1 file');
  expect(linted.exitCode, said).toBe(0);
  const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name);
  expect(imports.every((name) => name?.startsWith('node:'))).toBe(true);
  expect(text).toContain(place.hookPath === null ? 'HIVEMIND_HOME' : JSON.stringify(place.hookPath));
});
