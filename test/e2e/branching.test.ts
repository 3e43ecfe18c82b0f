import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { callTool, openLegacy, startMcp } from '../world/mcp.ts';

vi.setConfig({ testTimeout: 60_000 });

let home: Home;
let repository: string;

beforeEach(async () => {
  home = makeHome();
  repository = await home.repository('shop');
  await home.json(['workspace', 'create', 'shop'], repository);
});
afterEach(() => home.remove());

const workspace = 'shop';
type Branches = OutputOf<'branch.list'>['branches'];

const branches = async (): Promise<Branches> =>
  (await home.call('branch.list', { workspace, limit: 1000 })).branches;

const named = async (name: string): Promise<Branches[number] | undefined> =>
  (await branches()).find((branch) => branch.name === name);

/** A prompt of a Claude Code session, as its hook reports it. */
const prompt = (session: string, text: string, cwd: string): string =>
  JSON.stringify({
    session_id: session,
    cwd,
    hook_event_name: 'UserPromptSubmit',
    prompt: text,
    prompt_id: text,
  });

/** Runs the shim with a payload of a session, as Claude Code does, and waits until it is stored. */
async function say(
  session: string,
  text: string,
  options: { cwd?: string; branch?: string } = {},
): Promise<void> {
  const { cwd = repository, branch } = options;
  await execa('/bin/sh', [hookPath(), 'claude-code', 'UserPromptSubmit'], {
    cwd,
    env: { ...home.env, ...(branch === undefined ? {} : { HIVEMIND_BRANCH: branch }) },
    extendEnv: false,
    input: prompt(session, text, cwd),
  });
}

const hookPath = (): string => join(import.meta.dirname, '..', '..', 'bin', 'hook.sh');

/** Whether a branch shows a text; the ids and cards around it do not count. */
const knows = async (branch: string, text: string): Promise<boolean> => {
  const { events } = await home.call('event.export', { workspace, branch, limit: 10_000 });
  return events.some((event) => event.text.includes(text));
};

const soon = (branch: string, text: string) =>
  eventually(() => knows(branch, text), `"${text}" on ${branch}`);

async function worktree(name: string): Promise<string> {
  const path = join(home.dir, name);
  await execa('git', ['worktree', 'add', '-q', path, '-b', name], {
    cwd: repository,
    env: home.env,
    extendEnv: false,
  });
  return path;
}

describe('the branch of a hook', () => {
  it('is main, unless something says another', async () => {
    await say('s1', 'build the cart');
    await soon('main', 'build the cart');
    expect((await branches()).map(({ name }) => name)).toEqual(['main']);
  });

  it('is what HIVEMIND_BRANCH says, made when it is not there, also by way of the spool', async () => {
    await say('s1', 'live words', { branch: 'run-1/Plänner ☂' });
    await soon('run-1/Plänner ☂', 'live words');
    expect(await knows('main', 'live words')).toBe(false);
    await home.json(['daemon', 'stop']);
    await say('s1', 'spooled words', { branch: 'run-1/Plänner ☂' });
    await home.json(['daemon', 'start']);
    await soon('run-1/Plänner ☂', 'spooled words');
    expect(await knows('main', 'spooled words')).toBe(false);
    expect(await named('run-1/Plänner ☂')).toMatchObject({ parent: 'main', agent: 'claude-code' });
  });

  it('stays the deleted one: late words are kept, and seen again when it is taken back', async () => {
    await say('s1', 'early', { branch: 'doomed' });
    await soon('doomed', 'early');
    await home.json(['branch', 'delete', 'doomed'], repository);
    await say('s1', 'late', { branch: 'doomed' });
    await eventually(async () => {
      const { branches: gone } = await home.call('branch.list', { workspace, deleted: true });
      return gone.find(({ name, events }) => name === 'doomed' && events >= 2) !== undefined;
    }, 'the late words on the deleted branch');
    expect((await branches()).map(({ name }) => name)).toEqual(['main']);
    expect(await knows('main', 'late')).toBe(false);
    await home.json(['branch', 'restore', 'doomed'], repository);
    expect(await knows('doomed', 'late')).toBe(true);
  });
});

describe('branching worktree', () => {
  it('gives each linked worktree a branch of its own, with nothing typed; the first checkout stays on main', async () => {
    await home.json(['workspace', 'set', 'branching', 'worktree'], repository);
    // One after the other: git does not make two at once.
    const trees: string[] = [];
    for (const name of ['red', 'green', 'blue']) trees.push(await worktree(name));
    await Promise.all(trees.map((cwd, at) => say(`s${at}`, `words of tree ${at}`, { cwd })));
    await say('s9', 'words of the trunk');
    await soon('main', 'words of the trunk');
    for (const [at, name] of ['red', 'green', 'blue'].entries()) {
      await soon(`worktree/${name}`, `words of tree ${at}`);
      for (const other of ['main', 'worktree/red', 'worktree/green', 'worktree/blue'])
        expect(await knows(other, `words of tree ${at}`), other).toBe(other === `worktree/${name}`);
    }
    // Commands in the worktree are on its branch as well.
    const [red = ''] = trees;
    await home.json(['remember', 'use Redis', '--subject', 'sessions'], red);
    const { decisions } = await home.json<OutputOf<'memory.list'>>(['memory', 'list'], red);
    expect(decisions.map(({ choice }) => choice)).toEqual(['use Redis']);
    expect((await home.json<OutputOf<'memory.list'>>(['memory', 'list'], repository)).decisions).toEqual([]);
    // What a branch of a worktree has is merged as any other.
    await home.json(['merge', 'worktree/red'], repository);
    expect(await knows('main', 'words of tree 0')).toBe(true);
    expect(await knows('main', 'words of tree 1')).toBe(false);
  });

  it('is overruled by a switch, and by --branch', async () => {
    await home.json(['workspace', 'set', 'branching', 'worktree'], repository);
    const tree = await worktree('tree');
    await home.json(['branch', 'create', 'mine'], repository);
    await home.json(['branch', 'switch', 'mine'], tree);
    await say('s1', 'after the switch', { cwd: tree });
    await soon('mine', 'after the switch');
    await home.json(['plan', 'add', 'elsewhere', '--branch', 'main'], tree);
    expect((await home.json<OutputOf<'plan.show'>>(['plan', 'show'], tree)).items).toEqual([]);
    await home.json(['branch', 'switch', '--auto'], tree);
    await say('s1', 'back on its own', { cwd: tree });
    await soon('worktree/tree', 'back on its own');
    await home.json(['branch', 'switch', 'mine'], tree);
    await home.json(['branch', 'delete', 'mine'], repository);
    const { exitCode, stderr } = await home.hivemind(['plan', 'show'], { cwd: tree });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/"mine" that you are on was deleted/);
    expect(stderr).toMatch(/branch switch main/);
    const listed = await home.json<OutputOf<'branch.list'>>(['branch', 'list'], tree);
    expect(listed.branches.map(({ name }) => name)).toContain('main');
  });
});

describe('branching session', () => {
  it('gives each session a branch, also what it asks and remembers through MCP; an import brings it where it belongs', async () => {
    await home.json(['workspace', 'set', 'branching', 'session'], repository);
    await say('native-1', 'first session words');
    await say('native-2', 'second session words');
    const [one = '', two = ''] = ['native-1', 'native-2'].map(
      (native) => `claude-code/${sessionId('claude-code', native).slice(4, 12)}`,
    );
    await soon(one, 'first session words');
    await soon(two, 'second session words');
    for (const branch of [two, 'main']) expect(await knows(branch, 'first session words')).toBe(false);
    const mcp = startMcp(home, repository, [], { CLAUDE_CODE_SESSION_ID: 'native-1' });
    await openLegacy(mcp);
    expect((await callTool(mcp, 'recall', { query: 'words of the first' })).text).toContain('first');
    expect((await callTool(mcp, 'recall', { query: 'words of the second' })).text).not.toContain(
      'second session',
    );
    await callTool(mcp, 'remember', { text: 'quote every path', convention: 'shell' });
    expect(await knows(one, 'quote every path')).toBe(true);
    expect(await knows('main', 'quote every path')).toBe(false);
    mcp.end();
    await mcp.ended;
    const transcripts = join(home.dir, 'transcripts');
    mkdirSync(transcripts);
    for (const native of ['native-1', 'old-3'])
      writeFileSync(
        join(transcripts, `${native}.jsonl`),
        transcriptOf(native, `imported words of ${native}`),
      );
    await home.json(['import', transcripts], repository);
    expect(await knows(one, 'imported words of native-1')).toBe(true);
    expect(await knows('main', 'imported words of native-1')).toBe(false);
    // A session that is over is given no branch of its own.
    expect(await knows('main', 'imported words of old-3')).toBe(true);
    expect((await branches()).map(({ name }) => name).sort()).toEqual([one, two, 'main'].sort());
  });
});

const transcriptOf = (native: string, text: string): string =>
  `${JSON.stringify({
    type: 'user',
    uuid: `00000000-0000-4000-8000-${native.padStart(12, '0').slice(-12)}`,
    sessionId: native,
    cwd: repository,
    timestamp: '2026-01-01T00:00:00.000Z',
    promptId: `p-${native}`,
    message: { role: 'user', content: text },
  })}\n`;

it('an environment and a flag that name no branch are refused, with the nearest', async () => {
  await home.json(['branch', 'create', 'run-42/planner'], repository);
  const wrong = await home.hivemind(['recall', 'x', '--branch', 'run-42/planer'], { cwd: repository });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stderr).toMatch(/did you mean "run-42\/planner"/);
  const env = { HIVEMIND_BRANCH: 'nowhere' };
  expect((await home.hivemind(['plan', 'show'], { cwd: repository, env })).exitCode).toBe(1);
});

it('the board is seen from every branch, and nobody merges it', async () => {
  await home.json(['branch', 'create', 'a'], repository);
  await home.json(['branch', 'create', 'b'], repository);
  await home.call('event.append', {
    workspace,
    branch: 'a',
    events: [
      {
        type: 'claim.taken',
        agent: 'claude-code',
        session: sessionId('claude-code', 'x'),
        identity: { content: 'claim' },
        actor: { kind: 'agent', name: 'claude-code' },
        paths: ['src/cart.ts'],
        text: 'src/cart.ts',
        body: { key: 'clm_1', set: { paths: ['src/cart.ts'], holder: 'x', state: 'held' } },
      },
    ],
  });
  for (const branch of ['a', 'b', 'main']) {
    const { claims } = await home.call('memory.list', { workspace, branch });
    expect(claims.map(({ paths }) => paths)).toEqual([['src/cart.ts']]);
  }
  expect(await home.call('merge.run', { workspace, name: 'a' })).toMatchObject({ outcome: 'up-to-date' });
});
