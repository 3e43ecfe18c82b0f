import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Drafts } from '../world/drafts.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { longLines, longSession, longSteps, stepMs } from '../world/long-replay.ts';
import { noTerminal, openTerminal, type Terminal, withTerminal } from '../world/terminal.ts';
import { post } from '../world/upload.ts';

/** One world for all: a session of a hundred thousand steps takes its time to be taken in. */
const steps = 100_000;
let home: Home;
let cwd: string;
const terminals: Terminal[] = [];

beforeAll(async () => {
  home = makeHome();
  cwd = await home.repository('repo');
  if (noTerminal !== null) return;
  await home.json(['workspace', 'create', 'demo'], cwd);
  const { status } = await post(home.socket, '/v1/events?workspace=demo', longLines('long', steps));
  expect(status).toBe(200);
}, 300_000);

afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close();
});
afterAll(() => home.remove());

const calledIn = (cwd: string, at: number): string =>
  JSON.stringify({
    session_id: 's1',
    cwd,
    hook_event_name: 'PostToolUse',
    tool_name: 'Bash',
    tool_input: { command: `echo number ${at} ${'and more words '.repeat(8)}` },
    tool_response: { stdout: 'word '.repeat(90), stderr: '', interrupted: false },
    tool_use_id: `t${at}`,
  });

async function openReplay(
  args: readonly string[],
  { columns = 80, rows = 24, expected = /^1\/\d+ /, env = {} }: Partial<Opening> = {},
): Promise<Terminal> {
  const terminal = await openTerminal(home, ['replay', ...args], { cwd, columns, rows, env });
  terminals.push(terminal);
  await terminal.shows(expected);
  return terminal;
}

interface Opening {
  columns: number;
  rows: number;
  expected: RegExp;
  env: Record<string, string>;
}

const append = (events: Drafts, branch = 'main') =>
  home.call('event.append', { workspace: 'demo', branch, events });

withTerminal(
  'a replay whose terminal is resized is drawn as one that was so from the beginning',
  async () => {
    for (const at of [1, 2, 3])
      expect((await home.hook('PostToolUse', calledIn(cwd, at), cwd)).exitCode).toBe(0);
    const session = await eventually(async () => {
      const { sessions } = await home.call('session.list', { workspace: 'demo', agent: 'claude-code' });
      return sessions[0]?.events === 3 ? sessions[0].id : null;
    }, 'what the hooks told is stored');
    const args = [session];
    const resized = await openReplay(args);
    await resized.resize(40, 24, /> 1 .*\n {2}2 .*\n/);
    const fresh = await openReplay(args, { columns: 40 });
    const second = /^2\/3 (?:.*\n){3} {2}1 .*\n> 2 .*\n/;
    const expected = await fresh.press(['Right'], second);
    expect(await resized.press(['Right'], second)).toBe(expected);
    await resized.resize(40, 10, /^2\/3 .*\n(?:.*\n){8}.*$/);
    await resized.press(['Left'], /^1\/3 .*\n> 1 /);
    expect(await resized.press(['q'], /ended with/)).toContain('ended with 0');
  },
  120_000,
);

withTerminal(
  'a session of a hundred thousand steps is gone through by every key',
  async () => {
    const at = (step: number): RegExp => new RegExp(`^${step}/${steps} `);
    const screen = await openReplay([longSession('long')]);
    await screen.press(['Right', 'Right'], at(3));
    await screen.press(['f'], /^34\/[\s\S]*✗ Bash npm test -- 33[\s\S]*exit 1[\s\S]*boom 33/);
    await screen.press(['f'], at(78));
    await screen.press(['F'], at(34));
    await screen.press(['e'], /^36\/[\s\S]*-const depth = 35;\n\+const depth: number = 36; \/\/ deeper/);
    await screen.press(['d'], at(51));
    await screen.press(['p'], at(101));
    await screen.press(['P'], at(1));
    await screen.press(['End'], at(steps));
    await screen.press(['f'], /no later failure/);
    await screen.press([':', '5', '0', '0', '0', '1', 'Enter'], /^50001\/[\s\S]*make part 50000 work/);
    await screen.press(['PageDown'], /^50007\//);
    await screen.press(['PageUp'], at(50_001));
    // A quarter past ten is an hour after its beginning.
    await screen.press(['@', '1', '0', ':', '1', '5', 'Enter'], at(3_600_000 / stepMs + 1));
    await screen.press(['@', '+', '4', 's', 'Enter'], at(3_600_000 / stepMs + 11));
    await screen.press(['/', ...'--', 'Space', ...'77778', 'Enter'], /^77779\/[\s\S]*npm test -- 77778/);
    await screen.press(['s'], /decisions[\s\S]*depth \d+: a stack/);
    await screen.press(['s'], /npm test -- 77778/);
    await screen.press(['g'], at(1));
    await screen.press(['|', '1', '3', 'Enter'], /^1\/3000 {2}only failure, decision/);
    await screen.press(['Right'], /^2\/3000 [\s\S]*> +2 .*memory\.decided/);
    await screen.press(['t', '0', 'Enter'], at(51));
    await screen.press(['+', '+', '+', '+'], /16 ×/);
    await screen.press(['Space'], /^\d+\/100000 {2}▶ 16 ×/);
    await screen.shows(/^1\d\d\/100000 {2}▶ 16 ×/);
    await screen.press(['Space'], /^\d+\/100000 {2}codex/);
    await screen.press(['?'], /make a branch from this step/);
    await screen.press(['x'], /^\d+\/100000/);
    expect(await screen.press(['q'], /ended with/)).toContain('ended with 0');
  },
  180_000,
);

withTerminal(
  'a branch is made from a step, its id is copied, its file opened in the editor, and the viewer goes on',
  async () => {
    const file = join(cwd, 'README.md');
    const [draft] = longSteps('file', 5, 1);
    const session = longSession('file');
    const started = { ...draft, type: 'session.started', paths: [], body: { nativeId: 'file', cwd } };
    const edits = [file, '/etc/hostname', join(cwd, '..', 'gone')].map((path, place) => ({
      ...draft,
      identity: { nativeId: `file-${place}`, phase: 'done' },
      paths: [path],
    }));
    const events = [{ ...started, identity: { nativeId: 'file', phase: 'began' } }, ...edits] as Drafts;
    const { appended } = await append(events);
    const script = join(home.dir, 'editor.sh');
    const opened = join(home.dir, 'opened');
    writeFileSync(script, `#!/bin/sh\nprintf '%s\\n' "$@" >> '${opened}'\n`, { mode: 0o755 });
    const screen = await openReplay([session], { env: { EDITOR: `${script} -w` } });
    await screen.press(['b', ...'run-42/try', 'Enter'], /the branch run-42\/try begins here/);
    const { branches } = await home.json<{ branches: { name: string }[] }>(['branch', 'list'], cwd);
    expect(branches.map(({ name }) => name)).toContain('run-42/try');
    await screen.press(['Right', 'c'], new RegExp(`${appended[1]} was given to the terminal's clipboard`));
    expect(await screen.clipboard()).toBe(appended[1]);
    await screen.press(['o'], /^2\/4 /);
    const said = await eventually(
      async () => (existsSync(opened) ? readFileSync(opened, 'utf8') : null),
      'the editor is started',
    );
    expect(said).toBe(`-w\n${file}\n`);
    await screen.press(['Right', 'o'], /^3\/4 [\s\S]*not in the checkout of this session/);
    await screen.press(['Right', 'o'], /^4\/4 [\s\S]*not there any more/);
    expect(readFileSync(opened, 'utf8')).toBe(`-w\n${file}\n`);
    await screen.press(['q'], /ended with 0/);
    writeFileSync(script, '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    const args = [session, '--with', 'main'];
    const pair = await openReplay(args, { columns: 120, expected: /^▌1\/4 /, env: { EDITOR: script } });
    await pair.press([':', '2', 'Enter'], /^▌2\/4 /);
    await pair.press(['o'], /^▌2\/4 [\s\S]*editor\.sh ended with 3/);
  },
  120_000,
);

withTerminal(
  'an open replay stays at its step when older ones come in',
  async () => {
    await home.call('branch.create', { workspace: 'demo', name: 'late' });
    await append(longSteps('here', 0, 40), 'late');
    const screen = await openReplay(['--whole', 'run', '--branch', 'late']);
    await screen.press([':', '8', 'Enter'], /^8\/40 [\s\S]*npm test -- 7\n/);
    const older = longSteps('older', 0, 3).map((draft) => ({ ...draft, at: (draft.at ?? 0) - 3_600_000 }));
    await append(older, 'late');
    // What is asked next tells that the numbers are others.
    await screen.press(['s'], /^11\/43 [\s\S]*> +11 .*npm test -- 7\n/);
    await screen.press(['s'], /^11\/43 [\s\S]*ok 7/);
    await screen.press(['g'], /^1\/43 [\s\S]*make part 0 work/);
  },
  120_000,
);

withTerminal(
  'a run of several agents is one time line, two sessions are compared, others chosen',
  async () => {
    for (const name of ['run-9', 'run-9/tester'])
      await home.call('branch.create', { workspace: 'demo', name });
    await append(longSteps('planner', 0, 40), 'run-9');
    const tester = longSteps('tester', 20, 40).map((draft) => ({ ...draft, agent: 'gemini-cli' }));
    await append(tester, 'run-9/tester');
    const run = await openReplay(['--whole', 'run', '--branch', 'run-9'], { columns: 200, rows: 50 });
    const first = await run.shows(/^1\/80 {2}run run-9/);
    expect(first).toMatch(/▼─+\n *codex·[0-9a-f]{4} +[▁-█░▒▓][\s\S]*gemini-cli·[0-9a-f]{4}/);
    // Both agents' steps stand by time: the tester began in the middle of the planner's work.
    const tail = longSession('tester').slice(-4);
    await run.press([':', '2', '2', 'Enter'], new RegExp(`gemini-cli·${tail} Bash npm test -- 2\\d`));
    await run.press(['|', 'b', 'Enter'], /^1\/40 {2}only gemini-cli/);
    await run.press(['q'], /ended with 0/);
    const args = [longSession('planner'), '--branch', 'run-9', '--with', 'run-9/tester'];
    const pair = await openReplay(args, {
      columns: 120,
      rows: 30,
      expected: /^▌1\/40 .*1\/\d+ {2}branch run-9\/tester/,
    });
    await pair.press(['f'], /^▌34\/40 /);
    await pair.shows(/both, by the clock/);
    await pair.press(['Tab', 'g'], /^ 1\/40 .*▌1\//);
    await pair.press(['Right'], /^ 2\/40 /);
    const places = /^ 2\/40 .*▌1\//;
    await pair.press(['l'], /What is to be replayed/);
    await pair.press(['Escape'], places);
    await pair.press(['?'], /compare with another session/);
    await pair.press(['x'], places);
    await pair.press(['q'], /ended with 0/);
    const list = await openReplay(['--choose'], { expected: /What is to be replayed\?[\s\S]*branch run-9/ });
    await list.press([...'tester'], /> .*branch run-9\/tester/);
    await list.press(['Enter'], /^1\/\d+ {2}branch run-9\/tester/);
    await list.press(['l'], /What is to be replayed/);
    await list.press(['Escape'], /^1\/\d+ {2}branch run-9\/tester/);
    await list.press(['v'], /compared with/);
    await list.press([...'planner'], /There is none/);
    await list.press(
      [...Array.from({ length: 7 }, () => 'BSpace'), ...'run-9', 'Space'],
      /> .*branch run-9 /,
    );
    await list.press(['Enter'], /^▌1\/\d+ {2}branch run-9\/tester .*1\/\d+ {2}branch run-9/);
  },
  180_000,
);

withTerminal(
  'what a hostile trace says moves nothing, is not drawn in colours with NO_COLOR, and is not too long to be shown',
  async () => {
    const evil = '\u001b[2J\u001b]52;c;ZXZpbA==\u0007\u202egnp.exe\u0000\u009b31m';
    const session = longSession('evil');
    const [draft] = longSteps('evil', 1, 1);
    const line = 'x'.repeat(3_000_000);
    const bodies = [
      { tool: `Bash${evil}`, input: { command: `echo ${evil}` }, output: evil },
      { tool: 'Bash', output: line },
      { tool: 'Edit', path: `${evil}.ts`, hunks: [{ lines: [`+${line.slice(0, 1_000_000)}`, `-${evil}`] }] },
    ];
    await append(
      bodies.map((body, place) => ({
        ...draft,
        type: place === 2 ? 'file.edited' : 'tool.called',
        agent: `codex${evil}`,
        identity: { nativeId: `evil-${place}`, phase: 'done' },
        paths: [`src/${evil}.ts`],
        text: `says ${evil}`,
        body,
      })) as Drafts,
    );
    const screen = await openReplay([session], { env: { NO_COLOR: '1' }, expected: /^1\/3 {2}codex/ });
    const shown = await screen.shows(/echo gnp\.exe/);
    expect(shown).toMatch(/^1\/3 {2}codex.*\n[\s\S]*\? help/);
    expect(await screen.clipboard()).not.toContain('evil');
    expect(await screen.coloured()).not.toMatch(/\p{Cc}\[[0-9;]*(?:3[0-7]|9[0-7])m/u);
    await screen.press(['Right'], /^2\/3 [\s\S]*xxxxxxxxxx/);
    await screen.press(['Right'], /^3\/3 [\s\S]*\+xxxxxxxxxx/);
    await screen.press([']', ']', 'Left'], /^2\/3 /);
    await screen.press(['q'], /ended with 0/);
    const text = await home.hivemind(['replay', session, '--text'], { cwd });
    expect(text.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  },
  120_000,
);
