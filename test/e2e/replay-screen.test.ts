import { afterEach, expect, test } from 'vitest';
import { type Home, makeHome } from '../world/home.ts';
import { noTerminal, openTerminal, type Terminal } from '../world/terminal.ts';

let home: Home;
const terminals: Terminal[] = [];
afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close();
  await home.remove();
});

const withTerminal = test.skipIf(noTerminal !== null);
if (noTerminal !== null) process.stdout.write(`skipped: ${noTerminal}\n`);

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

async function openReplay(cwd: string, columns: number): Promise<Terminal> {
  const terminal = await openTerminal(home, ['replay'], { cwd, columns });
  terminals.push(terminal);
  await terminal.shows(/^1\/3 /);
  return terminal;
}

withTerminal(
  'a replay whose terminal is resized is drawn as one that was so from the beginning',
  async () => {
    home = makeHome();
    const cwd = await home.repository('repo');
    await home.json(['workspace', 'create', 'demo'], cwd);
    for (const at of [1, 2, 3])
      expect((await home.hook('PostToolUse', calledIn(cwd, at), cwd)).exitCode).toBe(0);
    const resized = await openReplay(cwd, 80);
    await resized.resize(40, 24, /> 1 .*\n {2}2 .*\n/);
    const fresh = await openReplay(cwd, 40);
    const second = /^2\/3 .*\n {2}1 .*\n> 2 .*\n/;
    const expected = await fresh.press(['Right'], second);
    expect(await resized.press(['Right'], second)).toBe(expected);
    expect(await resized.press(['q'], /ended with/)).toContain('ended with 0');
  },
  120_000,
);
