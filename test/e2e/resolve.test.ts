import { afterEach, expect, test } from 'vitest';
import { displayWidth } from '../../src/core/display-width.ts';
import { type Home, makeHome } from '../world/home.ts';
import { openTerminal, type Terminal, type TerminalOptions, withTerminal } from '../world/terminal.ts';

const BRANCH = 'run-42/日本語の枝';
const onBranch = { HIVEMIND_BRANCH: BRANCH };

let home: Home;
const terminals: Terminal[] = [];
afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close();
  await home.remove();
});

interface Plan {
  items: { title: string; state: string; note: string }[];
}

/** A workspace where main and a branch have changed the same decision and the same plan item. */
async function makeConflicts(): Promise<string> {
  home = makeHome();
  const cwd = await home.repository('repo');
  const run = async (args: string[], env: Record<string, string> = {}): Promise<void> => {
    const { exitCode, stderr } = await home.hivemind(args, { cwd, env });
    expect([exitCode, stderr]).toEqual([0, '']);
  };
  await run(['workspace', 'create', 'demo']);
  await run(['plan', 'add', 'Move sessions']);
  await run(['branch', 'create', BRANCH]);
  await run(['plan', 'set', 'Move sessions', '--state', 'done', '--note', 'rewritten'], onBranch);
  await run(
    ['remember', 'Redis keeps them', '--subject', 'session store', '--reason', 'it expires'],
    onBranch,
  );
  await run(['plan', 'set', 'Move sessions', '--state', 'blocked', '--note', 'waits']);
  await run(['remember', 'SQLite keeps them', '--subject', 'session store']);
  return cwd;
}

async function openResolve(cwd: string, more: Partial<TerminalOptions> = {}): Promise<Terminal> {
  const terminal = await openTerminal(home, ['merge', 'resolve', BRANCH], { cwd, ...more });
  terminals.push(terminal);
  return terminal;
}

withTerminal(
  'conflicts are settled in a terminal and merged',
  async () => {
    const cwd = await makeConflicts();
    const terminal = await openResolve(cwd);
    const first = await terminal.shows(/conflict 1 of 3 · 0 settled/);
    for (const part of ['SQLite keeps them', 'Redis keeps them', 'because it expires', 'not settled'])
      expect(first).toContain(part);
    await terminal.press(['Right'], /✓ theirs is taken/);
    await terminal.press(['m'], /2 not settled yet/);
    await terminal.press(['j', 'e'], /value: waits█/);
    await terminal.press(['-l', ' for quota'], /value: waits for quota█/);
    await terminal.press(['Enter'], /✓ another value: waits for quota/);
    await terminal.press(['n', 'e'], /\[blocked\]/);
    await terminal.press(['Left', 'Enter'], /✓ another value: doing/);
    // Somebody goes on while the screen is open: what is settled of the rest is not lost.
    const more = await home.hivemind(['plan', 'set', 'Move sessions', '--state', 'dropped'], { cwd });
    expect(more.exitCode).toBe(0);
    await terminal.press(['m'], /conflict 3 of 3 · 2 settled[\s\S]*1 new/);
    await terminal.press(['L'], /1 settled by latest/);
    const merged = await terminal.press(['m'], /ended with/);
    expect(merged).toMatch(/Merged run-42\/日本語の枝 into main[\s\S]*ended with 0/);
    const { items } = await home.json<Plan>(['plan', 'show'], cwd);
    expect(items).toMatchObject([{ title: 'Move sessions', state: 'dropped', note: 'waits for quota' }]);
    const { decisions } = await home.json<{ decisions: { choice: string }[] }>(['memory', 'list'], cwd);
    expect(decisions).toMatchObject([{ choice: 'Redis keeps them' }]);
    const again = await openResolve(cwd);
    expect(await again.shows(/ended with/)).toMatch(
      /sees everything on run-42\/日本語の枝 already[\s\S]*ended with 0/,
    );
  },
  120_000,
);

withTerminal(
  'whoever quits changes nothing, and a screen that is resized is drawn anew',
  async () => {
    const cwd = await makeConflicts();
    const terminal = await openResolve(cwd, { columns: 120, rows: 30, env: { NO_COLOR: '1' } });
    await terminal.shows(/conflict 1 of 3/);
    await terminal.press(['o'], /✓ ours is taken/);
    const narrow = await terminal.resize(40, 20, /1\/3 · 1 settled/);
    expect(narrow.split('\n').filter((line) => displayWidth(line) > 40)).toEqual([]);
    const settled = await terminal.shows(/^✓ ours is taken\n.*merge/m);
    expect(settled.match(/ours is taken/g)).toHaveLength(1);
    const left = await terminal.press(['q'], /ended with/);
    expect(left).toMatch(/not merged[\s\S]*ended with 3/);
    const { items } = await home.json<Plan>(['plan', 'show'], cwd);
    expect(items).toMatchObject([{ state: 'blocked', note: 'waits' }]);
  },
  120_000,
);

withTerminal(
  'a rule that says no is heard after the conflicts are settled',
  async () => {
    const cwd = await makeConflicts();
    const set = await home.hivemind(['workspace', 'set', 'rules', 'no-conflicts,fresh-base'], { cwd });
    expect([set.exitCode, set.stderr]).toEqual([0, '']);
    const terminal = await openResolve(cwd);
    await terminal.shows(/conflict 1 of 3/);
    await terminal.press(['L'], /3 settled by latest/);
    expect(await terminal.press(['m'], /ended with/)).toMatch(/fresh-base fails[\s\S]*ended with 4/);
  },
  120_000,
);

test('without a terminal one is told of --file; as JSON the conflicts are the answer', async () => {
  const cwd = await makeConflicts();
  const asked = await home.hivemind(['merge', 'resolve', BRANCH], { cwd });
  expect(asked.exitCode).toBe(2);
  expect(asked.stderr).toMatch(/--file[\s\S]*--dry-run --json/);
  const json = await home.hivemind(['merge', 'resolve', BRANCH, '--json'], { cwd });
  expect(json.exitCode).toBe(3);
  const { conflicts } = JSON.parse(json.stdout) as { conflicts: { id: string; latest: string }[] };
  expect(conflicts.map(({ latest }) => latest)).toEqual(['ours', 'ours', 'ours']);
  const resolutions = Object.fromEntries(conflicts.map(({ id }) => [id, { take: 'theirs' }]));
  const resolve = (given: object) =>
    home.hivemind(['merge', 'resolve', BRANCH, '--file', '-'], { cwd, input: JSON.stringify(given) });
  const state = conflicts.find(({ id }) => id.includes('/state@'))?.id ?? '';
  for (const wrong of [{ value: 'finished' }, { take: 'both' }, { take: 'mine' }]) {
    const refused = await resolve({ ...resolutions, [state]: wrong });
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('resolutions')]);
  }
  const merged = await resolve(resolutions);
  expect([merged.exitCode, merged.stdout]).toEqual([0, expect.stringContaining('Merged')]);
});
