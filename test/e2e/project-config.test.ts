import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../src/schema/event.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

let home: Home;
let repo: string;
beforeEach(async () => {
  home = makeHome();
  repo = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], repo);
});
afterEach(() => home.remove());

const configure = (directory: string, config: unknown): void =>
  writeFileSync(
    join(directory, '.hivemind.json'),
    typeof config === 'string' ? config : JSON.stringify(config),
  );

const directory = (...parts: string[]): string => {
  const path = join(repo, ...parts);
  mkdirSync(path, { recursive: true });
  return path;
};

let calls = 0;
const editOf = (cwd: string, path: string): string => {
  calls += 1;
  return JSON.stringify({
    session_id: 'native-1',
    cwd,
    prompt_id: 'prompt-1',
    transcript_path: '/x',
    tool_name: 'Edit',
    tool_use_id: `toolu_${calls}`,
    tool_input: { file_path: join(cwd, path), old_string: 'old', new_string: 'the zeppelin' },
    tool_response: { filePath: join(cwd, path), structuredPatch: [] },
  });
};

/** Runs the hook for an edit of each path; resolves, when all have arrived, with what the workspace holds. */
async function captured(cwd: string, paths: string[]): Promise<Event[]> {
  for (const path of paths) {
    const { exitCode, stdout, stderr } = await home.hook('PostToolUse', editOf(cwd, path), cwd);
    expect([exitCode, stdout, stderr]).toEqual([0, '', '']);
  }
  // A payload leaves the spool once the daemon has taken it. Asked twice: it is renamed on its way.
  const isEmpty = async (): Promise<boolean> => (await home.call('daemon.status', {})).spooled === 0;
  await eventually(async () => (await isEmpty()) && (await isEmpty()), 'an empty spool');
  const { sessions } = await home.call('session.list', { workspace: 'w' });
  const shown = await Promise.all(
    sessions.map(({ id }) => home.call('session.show', { workspace: 'w', session: id })),
  );
  return shown.flatMap(({ events }) => events);
}

const pathsOf = (events: Event[]): string[] => events.flatMap(({ paths }) => paths).sort();

const statusIn = (cwd: string): Promise<OutputOf<'status.show'>> => home.json(['status'], cwd);

test('capture: false keeps everything below it out', async () => {
  configure(directory('private'), { capture: false });
  expect(await captured(directory('private', 'deep'), ['a.ts'])).toEqual([]);
  expect(pathsOf(await captured(repo, ['b.ts']))).toEqual(['b.ts']);
  expect(await statusIn(directory('private', 'deep'))).toMatchObject({ capture: false });
  expect(await statusIn(repo)).toMatchObject({ capture: true });
  expect((await home.hivemind(['status'], { cwd: directory('private') })).stdout).toContain('capture is off');
  expect((await home.call('recall.search', { workspace: 'w', query: 'a.ts' })).cards).toEqual([]);
});

test('exclude keeps events about matching paths and folders out', async () => {
  configure(repo, { exclude: ['secret/**', './keys', '/private/', '**/*.{pem,key}', 'it[s].txt'] });
  const kept = ['src/a.ts', 'secrets.ts', 'src/secret/a.ts', 'keys.ts', 'pem'];
  const left = ['secret/a.ts', 'secret/b/.c', 'keys', 'keys/x', 'private/a', 'a.pem', 'b/c.key', 'its.txt'];
  expect(pathsOf(await captured(repo, [...left, ...kept]))).toEqual([...kept].sort());
  expect(await statusIn(repo)).toMatchObject({ capture: true });
});

test('exclude is about the file, wherever the agent was started', async () => {
  configure(repo, { exclude: ['secret/**'] });
  expect(pathsOf(await captured(directory('secret'), ['a.ts']))).toEqual([]);
  expect(pathsOf(await captured(directory('src'), ['../secret/b.ts', 'c.ts']))).toEqual(['c.ts']);
});

test('the nearest file above counts, and only that one', async () => {
  configure(home.dir, { capture: false });
  expect(await captured(repo, ['a.ts'])).toEqual([]);
  configure(directory('open'), { exclude: ['b.ts'] });
  expect(pathsOf(await captured(directory('open', 'src'), ['../a.ts', '../b.ts']))).toEqual([
    join(repo, 'open', 'a.ts'),
  ]);
});

test.each([
  ['broken JSON', '{ "capture": true, '],
  ['an empty file', ''],
  ['another type', '{ "capture": "no" }'],
  ['globs that are none', '{ "exclude": "secret/**" }'],
  ['an empty glob', '{ "exclude": [""] }'],
  ['a list', '[]'],
  ['null', 'null'],
  ['more than anybody writes', `{ "capture": true, "x": "${'x'.repeat(2_000_000)}" }`],
])('%s means that nothing is captured, and status says so', async (_, text) => {
  configure(repo, text);
  expect(await captured(repo, ['a.ts'])).toEqual([]);
  const status = await home.hivemind(['status'], { cwd: repo });
  expect(status.exitCode).toBe(0);
  expect(status.stdout).toContain('capture is off');
});

test('what stands there and is no file means the same', async () => {
  mkdirSync(join(repo, '.hivemind.json'));
  symlinkSync('/dev/zero', join(directory('endless'), '.hivemind.json'));
  symlinkSync('nowhere', join(directory('dangling'), '.hivemind.json'));
  for (const cwd of [repo, directory('endless'), directory('dangling')]) {
    expect(await captured(cwd, ['a.ts']), cwd).toEqual([]);
    expect(await statusIn(cwd), cwd).toMatchObject({ capture: false });
  }
});

test('a glob that never ends stops nobody, and lets nothing through', async () => {
  configure(repo, { exclude: [`${'*a'.repeat(20)}*b`] });
  expect(await captured(repo, [`${'a'.repeat(200)}`])).toEqual([]);
  expect(await statusIn(repo)).toMatchObject({ capture: true });
});

test('import keeps to it as well', async () => {
  configure(repo, { exclude: ['secret/**'] });
  const off = directory('off');
  configure(off, { capture: false });
  const transcripts = join(home.dir, '.claude', 'projects', 'x');
  mkdirSync(transcripts, { recursive: true });
  const lineOf = (cwd: string, index: number, path: string): string =>
    [
      {
        type: 'assistant',
        message: {
          role: 'assistant',
          content: [
            {
              type: 'tool_use',
              id: `toolu_i${index}`,
              name: 'Write',
              input: { file_path: join(cwd, path), content: 'the zeppelin' },
            },
          ],
        },
      },
      {
        type: 'user',
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: `toolu_i${index}`, content: 'written' }],
        },
        toolUseResult: { type: 'create', filePath: join(cwd, path), content: 'the zeppelin' },
      },
    ]
      .map((line, part) =>
        JSON.stringify({
          ...line,
          sessionId: `native-${index}`,
          uuid: `00000000-0000-4000-8000-00000000${index}${part}00`,
          parentUuid: null,
          cwd,
          timestamp: '2026-01-01T00:00:00.000Z',
        }),
      )
      .join('\n');
  for (const [index, [cwd, path]] of (
    [
      [repo, 'secret/a.ts'],
      [repo, 'src/b.ts'],
      [off, 'c.ts'],
    ] as const
  ).entries())
    writeFileSync(join(transcripts, `s${index}.jsonl`), `${lineOf(cwd, index + 1, path)}\n`);
  const report = await home.json<OutputOf<'import.run'>>(['import'], repo);
  expect(report.files).toBe(3);
  expect(pathsOf(await captured(repo, []))).toEqual(['src/b.ts']);
});

test('a payload that cannot be read may be about an excluded path: only that it came is kept', async () => {
  configure(repo, { exclude: ['secret/**'] });
  const broken = editOf(repo, 'secret/a.ts').slice(0, -20);
  expect((await home.hook('PostToolUse', broken, repo)).exitCode).toBe(0);
  const [event] = await eventually(async () => {
    const events = await captured(repo, ['open.ts']);
    const unreadable = events.filter(({ type }) => type === 'hook.unreadable');
    return unreadable.length > 0 && unreadable;
  }, 'the unreadable payload');
  expect(event).toMatchObject({ body: { raw: '', bytes: broken.length } });
  expect(JSON.stringify(event)).not.toContain('zeppelin');
});

test('an import that finds nothing says where it looked', async () => {
  const nowhere = await home.hivemind(['import', 'not-there'], { cwd: repo });
  expect(nowhere).toMatchObject({ exitCode: 1, stdout: '' });
  expect(nowhere.stderr).toContain(`no transcripts at ${join(repo, 'not-there')}`);
  const none = await home.hivemind(['import'], { cwd: repo });
  expect(none.exitCode).toBe(1);
  expect(none.stderr).toContain(`of this workspace below ${join(home.dir, '.claude', 'projects')}`);
});
