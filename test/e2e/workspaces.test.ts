import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { promptOf, session } from '../world/drafts.ts';
import { eventually, type Home, makeHome, type Outcome } from '../world/home.ts';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

type Created = OutputOf<'workspace.create'>;
type Shown = OutputOf<'workspace.show'>;

const remember = (workspace: string, text: string): Promise<OutputOf<'event.append'>> =>
  home.call('event.append', {
    workspace,
    events: promptOf(text),
  });

const names = async (): Promise<string[]> =>
  (await home.call('workspace.list', {})).workspaces.map(({ name }) => name);

/** What the workspaces are kept in, by the names of the folders. */
const folders = (): string[] =>
  readdirSync(join(home.dir, '.hivemind', 'data'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

describe('create, list, show, delete', () => {
  test('a workspace is made, listed, shown and deleted with everything in it', async () => {
    const cwd = await home.repository('repo');
    const { workspace, bound } = await home.json<Created>(['workspace', 'create', 'my repo'], cwd);
    expect(bound).toBe(cwd);
    const { appended } = await remember('my repo', 'the zeppelin leaks');
    expect(await names()).toEqual(['my repo']);
    for (const args of [[], ['my repo'], ['MY REPO'], [workspace.id]])
      expect(await home.json<Shown>(['workspace', 'show', ...args], cwd)).toMatchObject({
        workspace: { id: workspace.id, name: 'my repo' },
        sessions: 1,
      });

    const bare = await home.hivemind(['workspace', 'delete', 'my repo'], { cwd });
    expect([bare.exitCode, bare.stdout]).toEqual([2, '']);
    expect(bare.stderr).toContain('--confirm');
    const wrong = await home.hivemind(['workspace', 'delete', 'my repo', '--confirm', 'my'], { cwd });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toContain("--confirm 'my repo'");
    expect(await names()).toEqual(['my repo']);

    await home.json(['workspace', 'delete', 'my repo', '--confirm', 'my repo'], cwd);
    expect(await names()).toEqual([]);
    expect(folders()).toEqual([]);
    const gone = await home.hivemind(['recall', 'zeppelin', '--workspace', workspace.id], { cwd });
    expect(gone.exitCode).toBe(1);

    const again = await home.json<Created>(['workspace', 'create', 'my repo'], cwd);
    expect(again.workspace.id).not.toBe(workspace.id);
    expect((await home.call('recall.search', { workspace: 'my repo', query: 'zeppelin' })).cards).toEqual([]);
    expect((await home.call('session.list', { workspace: 'my repo' })).sessions).toEqual([]);
    await expect(
      home.call('event.show', { workspace: 'my repo', id: appended[0] ?? '' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // What was deleted may come again: its keys are gone with it.
    expect(await remember('my repo', 'the zeppelin leaks')).toMatchObject({ duplicates: 0 });
  });

  test('a deletion that a crash interrupted is finished at the next start', async () => {
    await home.json(['daemon', 'start']);
    await home.json(['daemon', 'stop']);
    const left = join(home.dir, '.hivemind', 'data', `ws_${'0'.repeat(32)}.deleted`);
    mkdirSync(left);
    writeFileSync(join(left, 'workspace.json'), '{}');
    await home.json(['daemon', 'start']);
    expect(existsSync(left)).toBe(false);
  });

  test('of many who want the same name or the same checkout at once, one gets it', async () => {
    const cwd = await home.repository('repo');
    await home.json(['daemon', 'start']);
    const outcomes = async (calls: Promise<unknown>[]): Promise<string[]> =>
      (await Promise.allSettled(calls)).map(({ status }) => status).sort();
    const sameName = Array.from({ length: 5 }, () =>
      home.call('workspace.create', { name: 'same', bind: false }),
    );
    expect(await outcomes(sameName)).toEqual(['fulfilled', ...Array(4).fill('rejected')]);
    const sameCheckout = Array.from({ length: 5 }, (_, index) =>
      home.call('workspace.create', { name: `w${index}`, cwd }),
    );
    expect(await outcomes(sameCheckout)).toEqual(['fulfilled', ...Array(4).fill('rejected')]);
    expect(await names()).toHaveLength(2);
  });
});

describe('which workspace', () => {
  test('a flag outranks the environment, the environment outranks the checkout', async () => {
    const cwd = await home.repository('repo');
    await home.json(['workspace', 'create', 'bound'], cwd);
    for (const name of ['flag', 'environment']) await home.json(['workspace', 'create', name, '--no-bind']);
    const asked = async (args: string[], env: Record<string, string> = {}): Promise<string> => {
      const { stdout } = await home.hivemind(['session', 'list', '--json', ...args], { cwd, env });
      return (JSON.parse(stdout) as { workspace: string }).workspace;
    };
    expect(await asked([])).toBe('bound');
    expect(await asked([], { HIVEMIND_WORKSPACE: 'environment' })).toBe('environment');
    expect(await asked(['--workspace', 'flag'], { HIVEMIND_WORKSPACE: 'environment' })).toBe('flag');
    expect(await asked([], { HIVEMIND_WORKSPACE: '' })).toBe('bound');
  });

  test('an unknown one is an error with the nearest name', async () => {
    await home.json(['workspace', 'create', 'zeppelin', '--no-bind']);
    const asked: [string[], Record<string, string>][] = [
      [['recall', 'x', '--workspace', 'zepelin'], {}],
      [['session', 'list'], { HIVEMIND_WORKSPACE: 'zepelin' }],
      [['workspace', 'show', 'zepelin'], {}],
      [['workspace', 'delete', 'zepelin', '--confirm', 'zepelin'], {}],
      [['connect', 'claude-code', '--workspace', 'zepelin'], {}],
    ];
    for (const [args, env] of asked) {
      const { exitCode, stderr, stdout } = await home.hivemind(args, { env });
      expect([exitCode, stdout], args.join(' ')).toEqual([1, '']);
      expect(stderr).toContain('"zeppelin"');
    }
    const { stdout, exitCode } = await home.hivemind(['recall', 'x', '--workspace', 'zepelin', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  test('a directory that belongs to none is told what to type', async () => {
    await home.json(['workspace', 'create', 'other'], await home.repository('repo'));
    for (const args of [['recall', 'x'], ['session', 'list'], ['replay'], ['brief'], ['show', 'abcdef']]) {
      const { exitCode, stderr, stdout } = await home.hivemind(args);
      expect([exitCode, stdout], args.join(' ')).toEqual([1, '']);
      expect(stderr).toContain('hivemind workspace create');
    }
    expect(await home.json<OutputOf<'status.show'>>(['status'])).toMatchObject({ workspace: null });
  });
});

describe('hostile names', () => {
  const acceptable = [
    '..',
    '.',
    '../../x',
    '/etc/passwd',
    'a/b',
    'a\\b',
    '"quoted"',
    "it's",
    "'; DROP TABLE events; --",
    '$(touch pwned)',
    '%00',
    '__proto__',
    'constructor',
    '👩‍💻 team',
    '日本語',
    'x'.repeat(100),
  ];
  const refused: [string, string][] = [
    ['x'.repeat(300), '1 to 100 characters'],
    ['👩'.repeat(150), '1 to 100 characters'],
    ['', '1 to 100 characters'],
    ['   ', '1 to 100 characters'],
    ['a\nb', 'control or invisible'],
    ['a\u001b[31mb', 'control or invisible'],
    ['a\u202eb', 'control or invisible'],
    ['a\u200bb', 'control or invisible'],
    ['\u200d', 'visible character'],
    ['\ufe0f', 'visible character'],
    ['\u3164', 'visible character'],
  ];

  test('are names, and never a path', async () => {
    for (const name of acceptable) {
      const { workspace } = await home.json<Created>(['workspace', 'create', '--no-bind', '--', name]);
      expect(workspace.name).toBe(name);
      await remember(name, `the zeppelin of ${workspace.id}`);
      const found = await home.call('recall.search', { workspace: name, query: 'zeppelin' });
      expect(found.cards.map(({ asked }) => asked)).toEqual([`the zeppelin of ${workspace.id}`]);
    }
    expect((await names()).sort()).toEqual([...acceptable].sort());
    const listed = await home.hivemind(['workspace', 'list']);
    expect(listed.exitCode).toBe(0);
    expect(folders()).toHaveLength(acceptable.length);
    for (const folder of folders()) expect(folder).toMatch(/^ws_[0-9a-f]{32}$/);
    expect(readdirSync(home.dir)).toEqual(['.hivemind']);
    for (const name of acceptable.slice(0, 10))
      await home.json(['workspace', 'delete', '--confirm', name, '--', name]);
    expect(folders()).toHaveLength(acceptable.length - 10);
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  test('are refused with the rule', async () => {
    for (const [name, rule] of refused) {
      const { exitCode, stderr } = await home.hivemind(['workspace', 'create', '--no-bind', '--', name]);
      expect(exitCode, JSON.stringify(name)).toBe(2);
      expect(stderr, JSON.stringify(name)).toContain(rule);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
    }
    // A program can send what a command line cannot.
    for (const name of ['a\u0000b', '\ud800', 'a\u2028b'])
      await expect(home.call('workspace.create', { name, bind: false })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    expect(await names()).toEqual([]);
  });

  test('that look the same are the same', async () => {
    const create = (name: string): Promise<Outcome> =>
      home.hivemind(['workspace', 'create', '--no-bind', '--', name]);
    expect((await create('  Café  ')).exitCode).toBe(0);
    expect(await names()).toEqual(['Café']);
    const twins = ['Café', 'café', 'CAFÉ', 'Cafe\u0301', ' Café', 'Ca\u200dfé', 'Café\ufe0f'];
    for (const twin of twins) expect([twin, (await create(twin)).exitCode]).toEqual([twin, 1]);
    expect(await names()).toEqual(['Café']);
    for (const twin of twins)
      expect(await home.call('workspace.show', { workspace: twin })).toMatchObject({
        workspace: { name: 'Café' },
      });
    expect((await create('Cafe')).exitCode).toBe(0);
  });
});

test('what was captured in a workspace is still there when everything was written and the daemon is new', async () => {
  const cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], cwd);
  await remember('w', 'the zeppelin leaks');
  await home.call('event.append', {
    workspace: 'w',
    events: [
      {
        type: 'turn.replied',
        agent: 'claude-code',
        session,
        identity: { content: 'reply' },
        actor: { kind: 'agent', name: 'claude-code', model: 'some-model-9' },
        text: 'patched',
        body: { message: 'patched' },
      },
    ],
  });
  const before = await home.json<OutputOf<'session.list'>>(['session', 'list'], cwd);
  expect(before.sessions[0]).toMatchObject({ model: 'some-model-9', title: 'the zeppelin leaks', events: 2 });
  await eventually(
    async () => (await home.call('workspace.show', { workspace: 'w' })).tail === 0,
    'everything to be in LanceDB',
  );
  await home.json(['daemon', 'stop']);
  expect(await home.json(['session', 'list'], cwd)).toEqual(before);
});

test('the last event is the one that happened last, not the one that came last', async () => {
  await home.json(['workspace', 'create', 'w', '--no-bind']);
  const at = Date.parse('2026-01-02T03:04:05Z');
  for (const [text, when] of [
    ['later', at],
    ['earlier', at - 86_400_000],
  ] as const) {
    await home.call('event.append', {
      workspace: 'w',
      events: promptOf(text).map((draft) => ({ ...draft, at: when })),
    });
  }
  expect((await home.json<Shown>(['workspace', 'show', 'w'])).lastEventAt).toBe(at);
  expect(await home.json(['status', '--workspace', 'w'])).toMatchObject({ lastEvent: { at } });
});
