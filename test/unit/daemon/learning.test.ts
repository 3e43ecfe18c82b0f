import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callOf } from '../../../src/core/warnings/call.ts';
import { isShown } from '../../../src/core/warnings/quota.ts';
import { createLine } from '../../../src/daemon/branching.ts';
import { mainLine } from '../../../src/daemon/lines.ts';
import type { LiveWorkspace } from '../../../src/daemon/workspaces.ts';
import { Draft } from '../../../src/schema/event.ts';
import { sessionId } from '../../../src/schema/ids.ts';
import type { Workspace } from '../../../src/schema/records.ts';
import { type EngineRoom, openEngineRoom } from '../../world/engine-room.ts';

let room: EngineRoom;
let workspace: Workspace;
let live: LiveWorkspace;
let calls = 0;

beforeEach(async () => {
  room = await openEngineRoom();
  workspace = await room.workspaces.create('w');
  live = await room.workspaces.live(workspace);
});
afterEach(() => room.remove());

const tool = 'mcp__tracker__create';
const draft = (session: string, given: object): Draft => {
  calls += 1;
  return Draft.parse({
    type: 'tool.called',
    agent: 'claude-code',
    session: sessionId('claude-code', session),
    identity: { nativeId: `call-${calls}`, phase: 'call' },
    actor: { kind: 'agent', name: 'claude-code' },
    at: 1_700_000_000_000 + calls * 1_000,
    ...given,
  });
};
const failed = (session: string, nth: number): Draft =>
  draft(session, {
    status: 'failed',
    text: `create issue ${nth}`,
    body: { tool, input: { title: `issue ${nth}` }, error: 'no such parent' },
  });
const command = (session: string, line: string, status = 'ok'): Draft =>
  draft(session, {
    status,
    text: line,
    body: { tool: 'Bash', input: { command: line }, ...(status === 'ok' ? {} : { error: 'AssertionError' }) },
  });
const edit = (session: string, before: string, after: string): Draft =>
  draft(session, {
    type: 'file.edited',
    paths: ['a.ts'],
    body: { tool: 'Edit', hunks: [{ lines: [`-${before}`, `+${after}`] }] },
  });

async function append(drafts: Draft[], branch = mainLine(live.open).id): Promise<string[]> {
  const { ids } = await live.appender.append(drafts, { branch });
  await live.learner.settled();
  return ids;
}
const attempts = () => live.open.store.find({ spans: everywhere(), types: ['memory.attempted'] });
const everywhere = () =>
  [...live.open.branches.keys()].map((branch) => ({ branch, writer: null, upTo: null }));

/** A session whose call of this number would be shown a warning. */
const sessionShown = (nth: number): string =>
  Array.from({ length: 50 }, (_, at) => `s${at}`).find((name) => {
    const session = sessionId('claude-code', name);
    return isShown(session, callOf(tool, { title: `issue ${nth}` }, { session, base: null }).key);
  }) ?? '';
const ask = (native: string, nth: number, branch: string): Promise<string> => {
  const session = sessionId('claude-code', native);
  const call = {
    tool,
    input: { title: `issue ${nth}` },
    callId: `c${nth}`,
    rootSession: session,
    base: null,
  };
  return live.learner.warnings.judge({ call: { kind: 'warning', ...call }, session, branch });
};

describe('warnings', () => {
  test('rest on what the branch sees, and on nothing else', async () => {
    const session = sessionShown(3);
    const side = await createLine(live, { name: 'side' });
    await append([failed(session, 1), failed(session, 2)], side.id);
    expect(await ask(session, 3, mainLine(live.open).id)).toBe('');
    expect(await live.open.store.find({ spans: everywhere(), types: ['recall.warned'] })).toEqual([]);
    const told = await ask(session, 3, side.id);
    expect(told).toContain('no such parent');
    expect(await ask(session, 3, side.id)).toBe('');
    await expect
      .poll(() => live.open.store.find({ spans: everywhere(), types: ['recall.warned'] }))
      .toMatchObject([{ branch: side.id, body: { tool, callId: 'c3', shown: true, cross: false } }]);
  });

  test.each(['kept', 'lost', 'broken'])(
    'are as they were after a restart, with the saved file %s',
    async (file) => {
      const session = sessionShown(3);
      const ids = await append([failed(session, 1), failed('another', 7), failed('another', 8)]);
      const path = join(live.open.directory, 'learned.json');
      await room.workspaces.reopen(workspace, {
        meanwhile: async () => {
          expect(JSON.parse(readFileSync(path, 'utf8')).seq).toBeGreaterThanOrEqual(ids.length);
          if (file === 'lost') rmSync(path);
          if (file === 'broken') writeFileSync(path, '{"version":1,');
        },
      });
      live = await room.workspaces.live(workspace);
      await live.learner.settled();
      const saved = live.learner.warnings.save();
      expect(saved.calls.flatMap(({ failures }) => failures.map(({ event }) => event)).sort()).toEqual(
        ids.sort(),
      );
      expect(existsSync(path)).toBe(true);
      expect(room.errors).toEqual([]);
    },
  );
});

describe('attempts', () => {
  const story = (session: string): Draft[] => [
    command(session, 'npm test', 'failed'),
    edit(session, 'one thing', 'another thing'),
    command(session, 'npm test', 'failed'),
    command(session, 'npm test', 'failed'),
    edit(session, 'another thing', 'the right thing'),
    command(session, 'npm test'),
  ];

  test('a story that a restart cuts in two is one attempt, and told again it is not another', async () => {
    const [first, second] = [story('s').slice(0, 4), story('s').slice(4)];
    await append(first);
    live = await room.workspaces.reopen(workspace);
    await append(second);
    const found = await attempts();
    expect(found).toMatchObject([
      { actor: { kind: 'daemon' }, body: { derived: 'retries', outcome: 'worked' } },
    ]);
    rmSync(join(live.open.directory, 'learned.json'));
    live = await room.workspaces.reopen(workspace, {
      meanwhile: async ({ open }) => rmSync(join(open.directory, 'learned.json')),
    });
    await live.learner.settled();
    expect((await attempts()).map(({ id }) => id)).toEqual(found.map(({ id }) => id));
  });

  test('stay on the branch of their evidence, and do not rest on edits that are not seen from there', async () => {
    const [a, b] = [await createLine(live, { name: 'a' }), await createLine(live, { name: 'b' })];
    await append([edit('s1', 'return a + b;', 'return add(a, b);')], a.id);
    await append([edit('s2', 'return add(a, b);', 'return a + b;')], b.id);
    expect(await attempts()).toEqual([]);
    await append([edit('s3', 'return add(a, b);', 'return a + b;')], a.id);
    expect(await attempts()).toMatchObject([{ branch: a.id, body: { derived: 'revert' } }]);
  });

  test('a big import is learnt from in pieces, to its end', async () => {
    const drafts = Array.from({ length: 150 }, (_, nth) => story(`i${nth}`)).flat();
    await live.appender.append(drafts, { branch: mainLine(live.open).id });
    await live.learner.settled();
    expect(await attempts()).toHaveLength(150);
    const { attempts: listed, matched } = await room.call('attempt.list', {
      workspace: 'w',
      about: 'right thing',
      limit: 3,
    });
    expect([listed.length, matched]).toEqual([3, 150]);
    expect(listed[0]?.holds).toEqual({ files: 'unknown', commit: 'unknown' });
  });

  test('a moment that is none is refused with what can be typed', async () => {
    await expect(room.call('attempt.list', { workspace: 'w', since: 'yesterday' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      hint: expect.stringContaining('--since 3d'),
    });
  });
});
