import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

let calls = 0;
const payload = (more: object, at = repo): string => {
  calls += 1;
  return JSON.stringify({
    session_id: 'native-1',
    cwd: at,
    transcript_path: '/x',
    prompt_id: 'prompt-1',
    tool_use_id: `toolu_${calls}`,
    ...more,
  });
};
const bash = (command: string, stdout = 'the zeppelin'): string =>
  payload({ tool_name: 'Bash', tool_input: { command }, tool_response: { stdout, stderr: '' } });
const read = (path: string): string =>
  payload({
    tool_name: 'Read',
    tool_input: { file_path: path },
    tool_response: { file: { content: 'zeppelin' } },
  });

const spool = (): string[] =>
  readdirSync(join(home.dir, '.hivemind', 'spool')).filter((name) => /\.(hook|part|branch)$/.test(name));
const drained = async (): Promise<void> => {
  const isEmpty = async (): Promise<boolean> => spool().length === 0;
  await eventually(async () => (await isEmpty()) && (await isEmpty()), 'an empty spool');
};
async function events(): Promise<Event[]> {
  await drained();
  const { stdout } = await home.hivemind(['export'], { cwd: repo });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter((event) => event.agent === 'claude-code');
}
const toolTexts = async (): Promise<string[]> =>
  (await events()).filter(({ type }) => type === 'tool.called').map(({ body }) => JSON.stringify(body.input));
const configure = (name: string, config: object, at = repo): void =>
  writeFileSync(join(at, name), JSON.stringify(config));
const captures = async (at: string): Promise<boolean> =>
  (await home.json<OutputOf<'status.show'>>(['status'], at)).capture;

test('what is between private tags is in no event, and what is around it is', async () => {
  await home.hook(
    'UserPromptSubmit',
    payload({ prompt: 'fix <private>the zeppelin</private> please' }),
    repo,
  );
  await home.hook('PostToolUse', bash('cat notes', 'a\n<private>\nzeppelin'), repo);
  const stored = await events();
  expect(JSON.stringify(stored)).not.toContain('zeppelin');
  expect(stored.map(({ text }) => text).join('\n')).toContain('fix [private] please');
});

test('every event says which rules it went through', async () => {
  await home.hook('UserPromptSubmit', payload({ prompt: `DB_PASSWORD=${'hun'}ter2abc` }), repo);
  for (const event of await events()) expect(event.redaction).toBe(2);
  const [prompt] = (await events()).filter(({ type }) => type === 'turn.prompted');
  expect(prompt?.text).toMatch(/^DB_PASSWORD=\[redacted:assignment:[0-9a-f]{8}\]$/);
});

describe('excluded paths', () => {
  test('a tool call that names one stays out with its output, however it is named', async () => {
    configure('.hivemind.json', { exclude: ['keys/**', '**/*.pem'] });
    mkdirSync(join(repo, 'keys'));
    const left = [
      bash('cat keys/a.txt'),
      bash('cd keys && ls'),
      bash(`tail -n 3 "${repo}/keys/a.txt" | sort`),
      bash('git show HEAD:keys/a.txt'),
      bash('curl -d @keys/a.txt http://localhost'),
      bash("sed -n '1p' ./src/../keys/a.txt"),
      bash('openssl x509 -in=deep/er/cert.pem'),
      read(join(repo, 'keys', 'a.txt')),
      payload({
        tool_name: 'Grep',
        tool_input: { pattern: 'x', path: 'keys' },
        tool_response: { content: 'zeppelin' },
      }),
    ];
    const kept = [
      bash('ls src', 'a.ts'),
      bash('echo keysmith', 'ok'),
      payload({
        tool_name: 'Read',
        tool_input: { file_path: join(repo, 'a.ts') },
        tool_response: { file: { content: 'x' } },
      }),
    ];
    for (const one of [...left, ...kept]) await home.hook('PostToolUse', one, repo);
    expect(JSON.stringify(await events())).not.toContain('zeppelin');
    expect(await toolTexts()).toHaveLength(kept.length);
  });

  test('a local file adds to the committed one', async () => {
    configure('.hivemind.json', { exclude: ['keys/**'] });
    configure('.hivemind.local.json', { exclude: ['drafts'] });
    for (const path of ['keys/a', 'drafts/b', 'src/c'])
      await home.hook('PostToolUse', bash(`cat ${path}`), repo);
    expect(await toolTexts()).toEqual(['{"command":"cat src/c"}']);
  });
});

describe('.hivemind.local.json', () => {
  test('is the last word about capture, where it is not committed', async () => {
    configure('.hivemind.json', { capture: false });
    expect(await captures(repo)).toBe(false);
    configure('.hivemind.local.json', { exclude: [] });
    expect(await captures(repo)).toBe(false);
    configure('.hivemind.local.json', { capture: true });
    expect(await captures(repo)).toBe(true);
    configure('.hivemind.local.json', { capture: false });
    configure('.hivemind.json', { capture: true });
    expect(await captures(repo)).toBe(false);
    writeFileSync(join(repo, '.hivemind.local.json'), '{');
    expect(await captures(repo)).toBe(false);
  });

  test('a committed one, and one above a committed file that says no, turn nothing on', async () => {
    const deep = join(repo, 'deep');
    mkdirSync(deep);
    configure('.hivemind.json', { capture: false }, deep);
    configure('.hivemind.local.json', { capture: true });
    expect(await captures(deep)).toBe(false);
    configure('.hivemind.local.json', { capture: true }, deep);
    expect(await captures(deep)).toBe(true);
    await execa('git', ['add', '-f', '.'], { cwd: deep, env: home.env, extendEnv: false });
    expect(await captures(deep)).toBe(false);
  });

  test('above, it narrows whatever the files below it say', async () => {
    configure('.hivemind.local.json', { capture: false }, home.dir);
    configure('.hivemind.json', { capture: true });
    expect(await captures(repo)).toBe(false);
  });
});

describe('pause', () => {
  test('keeps everything out: hooks, spool, and what transcripts tell later; survives a restart', async () => {
    await home.hook('PostToolUse', bash('echo before'), repo);
    await drained();
    expect((await home.hivemind(['pause'], { cwd: repo })).stdout).toContain('Nothing is captured');
    await home.hook('PostToolUse', bash('echo during'), repo);
    await home.hook('SessionStart', payload({ source: 'startup' }), repo);
    expect(spool()).toEqual([]);
    await home.json(['daemon', 'stop']);
    await home.hook('PostToolUse', bash('echo daemon away'), repo);
    expect(spool()).toEqual([]);
    const status = await home.hivemind(['status'], { cwd: repo });
    expect(status.stdout).toContain('capture is paused');
    expect(status.stdout).toContain('hivemind resume');
    // A hook of an older version, or one that was on its way.
    await home.call('capture.hook', {
      agent: 'claude-code',
      event: 'PostToolUse',
      payload: bash('echo posted'),
    });
    const during = new Date().toISOString();
    expect((await home.json<OutputOf<'capture.resume'>>(['resume'], repo)).ended).toBe(1);
    expect(existsSync(join(home.dir, '.hivemind', 'paused'))).toBe(false);
    await home.hook('PostToolUse', bash('echo after'), repo);
    const file = join(home.dir, 'session.jsonl');
    writeFileSync(
      file,
      `${JSON.stringify({
        type: 'user',
        sessionId: 'native-1',
        uuid: '00000000-0000-4000-8000-000000000001',
        parentUuid: null,
        cwd: repo,
        timestamp: during,
        message: { role: 'user', content: 'said during the pause' },
      })}\n`,
    );
    await home.json(['import', file], repo);
    expect(await toolTexts()).toEqual(['{"command":"echo before"}', '{"command":"echo after"}']);
    expect(JSON.stringify(await events())).not.toContain('during');
  });

  test('ends by itself, and of one workspace leaves the others alone', async () => {
    const other = await home.repository('other');
    await home.json(['workspace', 'create', 'o'], other);
    const { until } = await home.json<OutputOf<'capture.pause'>>(['pause', '2s', '--only', 'w'], repo);
    expect(until).toBeGreaterThan(Date.now() - 1000);
    await home.hook('PostToolUse', bash('echo during'), repo);
    await home.hook(
      'PostToolUse',
      payload({ tool_name: 'Bash', tool_input: { command: 'echo other' } }, other),
      other,
    );
    await eventually(async () => Date.now() > (until ?? 0), 'the end of the pause');
    await home.hook('PostToolUse', bash('echo after'), repo);
    expect(await toolTexts()).toEqual(['{"command":"echo after"}']);
    expect((await home.json<OutputOf<'status.show'>>(['status'], other)).lastEvent?.type).toBe('tool.called');
    const bad = await home.hivemind(['pause', 'soon'], { cwd: repo });
    expect([bad.exitCode, bad.stderr]).toEqual([2, expect.stringContaining('hivemind pause 30min')]);
  });

  test('a hook knows by itself when the time is over', async () => {
    await home.json(['daemon', 'stop']);
    const flag = join(home.dir, '.hivemind', 'paused');
    writeFileSync(flag, `${Math.floor(Date.now() / 1000) + 60}\n`);
    await home.hook('PostToolUse', bash('echo during'), repo);
    expect(spool()).toEqual([]);
    writeFileSync(flag, `${Math.floor(Date.now() / 1000) - 1}\n`);
    await home.hook('PostToolUse', bash('echo after'), repo);
    await eventually(async () => spool().length === 1, 'a payload in the spool');
    writeFileSync(flag, 'garbage');
    await home.hook('PostToolUse', bash('echo garbage'), repo);
    expect(spool()).toHaveLength(1);
  });
});

describe('the spool', () => {
  const away = (): Promise<unknown> => home.json(['daemon', 'stop']);
  const folder = (): string => join(home.dir, '.hivemind', 'spool');

  test('keeps the oldest when it is full, and says how many it dropped', async () => {
    await away();
    home.env.HIVEMIND_SPOOL_FILES = '2';
    for (let index = 0; index < 5; index += 1) {
      await home.hook('PostToolUse', bash(`echo ${index}`), repo);
      const settled = Math.min(index + 1, 2);
      const droppedBytes = (): number =>
        statSync(join(folder(), 'dropped'), { throwIfNoEntry: false })?.size ?? 0;
      await eventually(
        async () => spool().length === settled && droppedBytes() === index + 1 - settled,
        'the hook',
      );
    }
    const status = await home.hivemind(['status'], { cwd: repo });
    expect(status.stdout).toContain('3 payloads of hooks were dropped');
    expect((await home.json<OutputOf<'daemon.status'>>(['daemon', 'status'])).spoolDropped).toMatchObject({
      count: 3,
    });
    expect(await toolTexts()).toEqual(['{"command":"echo 0"}', '{"command":"echo 1"}']);
  });

  test('has a bound of bytes, too', async () => {
    await away();
    home.env.HIVEMIND_SPOOL_KB = '300';
    await home.hook('PostToolUse', bash('echo small'), repo);
    await eventually(async () => spool().length === 1, 'a payload');
    await home.hook('PostToolUse', bash('echo large', 'x'.repeat(400_000)), repo);
    await eventually(async () => existsSync(join(folder(), 'dropped')), 'a dropped payload');
    expect(spool()).toHaveLength(1);
  });

  test('is readable by its owner alone, also when somebody has opened it', async () => {
    await away();
    await home.hook('PostToolUse', bash('echo one'), repo);
    await eventually(async () => spool().length === 1, 'a payload');
    const [name = ''] = spool();
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
    chmodSync(folder(), 0o755);
    await home.json(['status'], repo);
    await drained();
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
  });

  test('that is a link is not written to', async () => {
    await away();
    renameSync(folder(), join(home.dir, 'elsewhere'));
    symlinkSync(join(home.dir, 'elsewhere'), folder());
    const done = await home.hook('PostToolUse', bash('echo linked'), repo);
    expect([done.exitCode, done.stdout, done.stderr]).toEqual([0, '', '']);
    expect(readdirSync(join(home.dir, 'elsewhere'))).toEqual([]);
  });
});

test('scan finds nothing in what the rules of today have let through', async () => {
  await home.hook('PostToolUse', bash(`echo gh${'p_'}${'a1B2'.repeat(9)}`), repo);
  await drained();
  const clean = await home.hivemind(['scan'], { cwd: repo });
  expect([clean.exitCode, clean.stdout]).toEqual([0, expect.stringContaining('No secret found')]);
});
