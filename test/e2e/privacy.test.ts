import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Captured, makeCaptured } from '../world/captured.ts';
import { type Home, makeHome } from '../world/home.ts';

let home: Home;
let repo: string;
let made: Captured;
beforeEach(async () => {
  home = makeHome();
  made = await makeCaptured(home);
  ({ repo } = made);
});
afterEach(() => home.remove());

const payload: Captured['payload'] = (more, at) => made.payload(more, at);
const bash: Captured['bash'] = (command, stdout) => made.bash(command, stdout);
const drained = (): Promise<void> => made.drained();
const inputs = (): Promise<string[]> => made.inputs();
const events: Captured['events'] = () => made.events();
const configure: Captured['configure'] = (name, config, at) => made.configure(name, config, at);
const read = (path: string): string =>
  payload({
    tool_name: 'Read',
    tool_input: { file_path: path },
    tool_response: { file: { content: 'zeppelin' } },
  });
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
    expect(await inputs()).toHaveLength(kept.length);
  });

  test('a local file adds to the committed one', async () => {
    configure('.hivemind.json', { exclude: ['keys/**'] });
    configure('.hivemind.local.json', { exclude: ['drafts'] });
    for (const path of ['keys/a', 'drafts/b', 'src/c'])
      await home.hook('PostToolUse', bash(`cat ${path}`), repo);
    expect(await inputs()).toEqual(['{"command":"cat src/c"}']);
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

test('scan finds nothing in what the rules of today have let through', async () => {
  await home.hook('PostToolUse', bash(`echo gh${'p_'}${'a1B2'.repeat(9)}`), repo);
  await drained();
  const clean = await home.hivemind(['scan'], { cwd: repo });
  expect([clean.exitCode, clean.stdout]).toEqual([0, expect.stringContaining('No secret found')]);
});
