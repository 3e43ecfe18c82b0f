import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
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

const json = <T>(...args: string[]): Promise<T> => home.json<T>(args, cwd);
const run = (...args: string[]) => home.hivemind(args, { cwd });
const titles = async (...args: string[]): Promise<string[]> =>
  (await json<OutputOf<'plan.show'>>('plan', 'show', ...args)).items.map(({ title }) => title);

test('a plan is made, worked off and looked back at', async () => {
  expect((await run('plan')).stdout).toContain('Nothing is planned');
  const { item: redis } = await json<OutputOf<'plan.add'>>('plan', 'add', 'Set up Redis', '--priority', '1');
  const { item: move } = await json<OutputOf<'plan.add'>>(
    ...['plan', 'add', 'Move sessions', '--depends-on', redis.id, '--question', 'Which region, EU or US?'],
  );
  await json('plan', 'add', 'Switch over', '--parent', 'Move sessions', '--link', 'abc1234');
  const ring = await run('plan', 'set', redis.id.slice(-6), '--depends-on', 'Switch over');
  expect(ring.exitCode).toBe(1);
  expect(ring.stderr).toMatch(/wait for itself: "Set up Redis" .*"Switch over"/);
  const first = await json<OutputOf<'plan.next'>>('plan', 'next', '--take');
  expect(first.taken).toMatchObject({
    item: { id: redis.id, state: 'doing' },
    claim: { standing: 'confirmed' },
  });
  const blocked = await run('plan', 'next');
  expect(blocked.stdout).toContain('Nothing of 3 open items on main can be begun');
  expect(await titles('--mine')).toEqual(['Set up Redis']);
  const done = await run('plan', 'set', 'Set up Redis', '--state', 'done');
  expect(done.stdout).toContain('nothing that they depend on is open any more: "Move sessions"');
  expect((await run('plan', 'next')).stdout).toMatch(/Switch over[\s\S]*ready/);
  const [asked] = move.questions;
  await json(
    'plan',
    'set',
    'Move sessions',
    '--answer',
    `${asked?.id}=EU, for now`,
    '--no-depends-on',
    '--blocker',
    'no quota',
  );
  const shown = (await run('plan', 'show', 'Move sessions')).stdout;
  for (const part of [
    'answer: EU, for now',
    'blocked by no quota',
    'parts      [ ] Switch over',
    '2 changes',
  ])
    expect(shown).toContain(part);
  const history = (await run('plan', 'history', 'Move sessions')).stdout;
  expect(history).toMatch(/Which region, EU or US\? → Which region, EU or US\? — EU, for now/);
  const diff = await json<OutputOf<'plan.diff'>>('plan', 'diff', '--since', move.event);
  expect(diff.changes.map(({ kind, title }) => [kind, title])).toEqual([
    ['added', 'Switch over'],
    ['done', 'Set up Redis'],
    ['owner', 'Set up Redis'],
    ['ties', 'Move sessions'],
    ['ties', 'Move sessions'],
    ['ties', 'Move sessions'],
  ]);
  expect((await run('plan', 'graph', '--ascii')).stdout).toContain('`- [ ]*Switch over');
  expect((await run('plan', 'graph', '--mermaid')).stdout).toContain('n1["Move sessions"]:::todo');
  expect((await run('plan', 'graph', '--dot')).stdout).toMatch(/^digraph plan \{[\s\S]*\}$/);
  expect((await run('plan', 'graph', '--dot', '--mermaid')).exitCode).toBe(2);
  expect((await run('plan')).stdout).toContain('[x] Set up Redis');
});

test('of two commands at once that take what is next each gets another item', async () => {
  for (const title of ['a', 'b', 'c']) await json('plan', 'add', title);
  const sessions = [1, 2, 3, 4].map((at) => ({ CLAUDE_CODE_SESSION_ID: `session-${at}` }));
  const all = await Promise.all(
    sessions.map((env) => home.hivemind(['plan', 'next', '--take', '--json'], { cwd, env })),
  );
  const taken = all.map(
    ({ stdout }) => (JSON.parse(stdout) as OutputOf<'plan.next'>).taken?.item.title ?? null,
  );
  expect(taken.filter((title) => title !== null).sort()).toEqual(['a', 'b', 'c']);
});

test('a list in a file becomes the plan; what is broken is told, and without a terminal nobody is asked', async () => {
  const file = join(cwd, 'plan.md');
  writeFileSync(file, '# Week\n\n- [ ] Move sessions\n  - [x] Set up Redis\n  - needs: Set up Redis\n');
  expect((await run('plan', 'edit', '--file', file, '--dry-run')).stdout).toContain('2 items would change');
  expect(await titles()).toEqual([]);
  await json('plan', 'edit', '--file', file);
  expect(await titles()).toEqual(['Move sessions', 'Set up Redis']);
  const { text } = await json<OutputOf<'plan.edit'>>('plan', 'edit');
  const edited = await home.hivemind(['plan', 'edit', '--file', '-'], {
    cwd,
    input: text.replace('- [ ] Move', '- [~] Move'),
  });
  expect([edited.exitCode, edited.stdout]).toEqual([0, expect.stringContaining('state: todo → doing')]);
  writeFileSync(file, '- [?] Move sessions\n');
  const broken = await run('plan', 'edit', '--file', file);
  expect([broken.exitCode, broken.stderr]).toEqual([2, expect.stringContaining('line 1: [?] is no state')]);
  const nobody = await run('plan', 'edit');
  expect([nobody.exitCode, nobody.stderr]).toEqual([1, expect.stringContaining('hivemind plan edit --file')]);
  expect((await run('plan', 'edit', '--file', join(cwd, 'none.md'))).exitCode).toBe(1);
});

/** An editor: a script that is given the file, and says where it is. */
function editorOf(name: string, script: string): string {
  const path = join(home.dir, name);
  writeFileSync(
    path,
    `#!/bin/sh\nprintf %s "$#" > "${home.dir}/count"\nfor file; do :; done\nprintf %s "$file" > "${home.dir}/where"\n${script}\n`,
    { mode: 0o755 },
  );
  return path;
}

async function edit(editor: string): Promise<Terminal> {
  const terminal = await openTerminal(home, ['plan', 'edit'], { cwd, columns: 100, env: { EDITOR: editor } });
  terminals.push(terminal);
  return terminal;
}

withTerminal(
  'a plan is edited in an editor of one’s own, shown, and written when one says so',
  async () => {
    await json('plan', 'add', 'Move sessions');
    const editor = editorOf(
      'an editor',
      'sed -i "s/Move sessions/Move all sessions/" "$file"; echo "- [ ] Tell them" >> "$file"',
    );
    // A command line of the user's own, as git takes it: with arguments, and a path that has to be quoted.
    const quoted = `'${editor}'`;
    const terminal = await edit(`${quoted} --wait "two words"`);
    await terminal.shows(/title: Move sessions → Move all sessions[\s\S]*Write this\?/);
    expect(readFileSync(join(home.dir, 'count'), 'utf8')).toBe('3');
    expect(await titles()).toEqual(['Move sessions']);
    await terminal.press(['y', 'Enter'], /ended with 0/);
    expect(await titles()).toEqual(['Move all sessions', 'Tell them']);
    const given = readFileSync(join(home.dir, 'where'), 'utf8');
    expect(existsSync(given)).toBe(false);
    const refused = await edit(quoted);
    await refused.shows(/Write this\?/);
    await refused.press(['n', 'Enter'], /what you typed is in .*plan\.md/);
    expect(readFileSync(readFileSync(join(home.dir, 'where'), 'utf8'), 'utf8')).toContain('Tell them');
    expect(await titles()).toEqual(['Move all sessions', 'Tell them']);
  },
  60_000,
);

withTerminal(
  'what is broken is opened again, and what others changed meanwhile is not written over',
  async () => {
    await json('plan', 'add', 'Move sessions');
    const twice = editorOf(
      'twice',
      'if grep -q "q. Broken" "$file"; then sed -i "s/.q. Broken/[ ] Mended/" "$file"; else echo "- [q] Broken" >> "$file"; fi',
    );
    const terminal = await edit(twice);
    await terminal.shows(/\[q\] is no state[\s\S]*\[e\]dit again/);
    await terminal.press(['e', 'Enter'], /\+ Mended[\s\S]*Write this\?/);
    await terminal.press(['y', 'Enter'], /ended with 0/);
    expect(await titles()).toEqual(['Move sessions', 'Mended']);
    const slow = editorOf(
      'slow',
      `sed -i "s/Move sessions/Move ours/" "$file"; touch "${home.dir}/open"; until [ -e "${home.dir}/go" ]; do sleep 0.1; done`,
    );
    const other = await edit(slow);
    await eventually(async () => existsSync(join(home.dir, 'open')), 'the editor');
    await json('plan', 'set', 'Move sessions', '--title', 'Move theirs');
    writeFileSync(join(home.dir, 'go'), '');
    await other.shows(/title has become "Move theirs"\s+meanwhile[\s\S]*\[e\]dit again/);
    await other.press(['n', 'Enter'], /what you typed is in/);
    expect(await titles()).toEqual(['Move theirs', 'Mended']);
    const failing = await edit('false');
    await failing.shows(/the editor "false" ended with code 1[\s\S]*ended with 1/);
  },
  90_000,
);
