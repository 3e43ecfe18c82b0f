import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome, packageRoot } from '../world/home.ts';
import { openTerminal, type Terminal, withTerminal } from '../world/terminal.ts';

let home: Home;
let cwd: string;
const terminals: Terminal[] = [];
beforeEach(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  await home.json(['workspace', 'create', 'demo'], cwd);
});
afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close();
  await home.remove();
});

/** An agent's hook, as it comes. */
async function hook(event: string, session: string, payload: object): Promise<void> {
  const text = JSON.stringify({ session_id: session, cwd, hook_event_name: event, ...payload });
  expect((await home.hook(event, text, cwd)).exitCode).toBe(0);
}

const prompt = (session: string, text: string) => hook('UserPromptSubmit', session, { prompt: text });
const edit = (session: string, path: string) =>
  hook('PostToolUse', session, {
    tool_name: 'Edit',
    tool_input: { file_path: join(cwd, path), old_string: 'a', new_string: 'b' },
    tool_response: { filePath: join(cwd, path), structuredPatch: [] },
    tool_use_id: `edit ${path}`,
  });
const fail = (session: string, command: string) =>
  hook('PostToolUseFailure', session, {
    tool_name: 'Bash',
    tool_input: { command },
    error: 'Exit code 1',
    tool_use_id: command,
  });

const watchOnce = (args: string[] = []) =>
  home.json<OutputOf<'live.show'>>(['watch', '--once', ...args], cwd);

test('--once says who does what now: the prompt, the last call and how it ended, the files', async () => {
  await prompt('s1', 'Fix the login page');
  await edit('s1', 'src/login.ts');
  await fail('s1', 'npm test');
  await prompt('s2', 'Write the guide');
  await edit('s2', 'docs/guide.md');
  const all = await eventually(async () => {
    const shown = await watchOnce();
    return shown.sessions.every(({ last }) => last !== null) && shown.sessions.length === 2 ? shown : null;
  }, 'two sessions');
  const of = (prompt: string) => all.sessions.find((session) => session.prompt === prompt);
  expect(of('Fix the login page')).toMatchObject({
    agent: 'claude-code',
    branch: 'main',
    editing: ['src/login.ts'],
    last: { status: 'failed' },
  });
  expect(of('Fix the login page')?.last?.what).toContain('npm test');
  expect(of('Write the guide')).toMatchObject({ editing: ['docs/guide.md'] });
  expect((await watchOnce(['--path', 'docs/**'])).sessions).toHaveLength(1);
  expect((await watchOnce(['--agent', 'codex'])).sessions).toEqual([]);
  const kinds = (await watchOnce(['--kind', 'file.edited'])).recent.map(({ type }) => type);
  expect(kinds).toEqual(['file.edited', 'file.edited']);
  const text = (await home.hivemind(['watch', '--once'], { cwd })).stdout;
  expect(text).toContain('2 sessions at work');
  expect(text).toContain('edits    src/login.ts');
});

test('what is on a branch is not seen from main, only that somebody is there', async () => {
  await home.json(['branch', 'create', 'side'], cwd);
  await home.json(['remember', 'a secret of side', '--branch', 'side', '--subject', 'x'], cwd);
  const shown = await watchOnce(['--branch', 'main']);
  expect(JSON.stringify({ ...shown, elsewhere: [] })).not.toContain('secret of side');
  expect(shown.elsewhere).toMatchObject([{ branch: 'side', agent: 'cli' }]);
  expect((await watchOnce(['--branch', 'side'])).recent.map(({ type }) => type)).toContain('memory.decided');
});

/** `hivemind watch` without a terminal, and what it has printed. */
function follow(...args: string[]) {
  const watching = execa(process.execPath, [join(packageRoot, 'bin', 'run.js'), 'watch', ...args], {
    cwd,
    env: home.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  let text = '';
  watching.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return {
    has: (expected: RegExp) =>
      eventually(async () => (expected.test(text) ? text : null), `${expected} in ${text}`),
    text: () => text,
    stop: async () => {
      watching.kill('SIGINT');
      return (await watching).exitCode;
    },
  };
}

/** Until a watcher is there, what is written is not for it. */
const isFollowed = (count: number) =>
  eventually(async () => (await home.call('daemon.status', {})).connections >= count, `${count} followers`);

test('without a terminal it is a line for every event, or its JSON, also of a daemon that was killed', async () => {
  const [plain, json] = [follow('--kind', 'plan,memory'), follow('--json', '--kind', 'plan.added')];
  await isFollowed(2);
  await home.json(['plan', 'add', 'Move sessions to Redis'], cwd);
  await json.has(/\n/);
  await plain.has(/plan\.added Move sessions to Redis/);
  await home.kill();
  await home.json(['plan', 'add', 'Second item'], cwd);
  await json.has(/Second item/);
  await plain.has(/Second item/);
  const events = json
    .text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  expect(events.map(({ type }) => type)).toEqual(['plan.added', 'plan.added']);
  expect(plain.text().trim().split('\n')).toHaveLength(2);
  expect(await json.stop()).toBe(130);
  await plain.stop();
});

async function openWatch(columns: number, rows: number, env: Record<string, string> = {}): Promise<Terminal> {
  const terminal = await openTerminal(home, ['watch'], { cwd, columns, rows, env });
  terminals.push(terminal);
  await terminal.shows(/demo · main · 1 at work/);
  return terminal;
}

for (const [columns, rows] of [
  [80, 24],
  [200, 50],
] as const) {
  withTerminal(
    `the screen of ${columns} by ${rows} follows the work`,
    async () => {
      await prompt('s1', 'Fix the login page');
      await eventually(async () => (await watchOnce()).sessions.length === 1, 'a session');
      const terminal = await openWatch(columns, rows, { NO_COLOR: '1' });
      await edit('s1', 'src/login.ts');
      await terminal.shows(/edits src\/login\.ts[\s\S]*Edit updated src\/login\.ts/);
      await fail('s1', 'npm run broken');
      await terminal.shows(/✗ claude-code {2}Bash npm run broken/);
      await terminal.press(['Space'], /paused, 0 more/);
      await edit('s1', 'src/late.ts');
      await terminal.shows(/paused, [12] more/);
      expect(await terminal.screen()).not.toContain('late.ts');
      await terminal.press(['Space'], /late\.ts/);
      await terminal.press(['?'], /only the events of this session/);
      await terminal.press(['x'], /npm run broken/);
      await terminal.resize(60, 20, /demo · main · 1 at work/);
      const lines = (await terminal.screen()).split('\n');
      expect(lines.length).toBeLessThanOrEqual(20);
      expect(await terminal.press(['q'], /ended with/)).toContain('ended with 0');
    },
    120_000,
  );
}
