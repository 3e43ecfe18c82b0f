import { afterEach, beforeEach, expect, it } from 'vitest';
import { mainLine, scopeOf } from '../../../src/daemon/lines.ts';
import type { LiveWorkspace } from '../../../src/daemon/live-workspace.ts';
import { RecentWork } from '../../../src/daemon/recent-work.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../world/engine-room.ts';

let room: EngineRoom;
let live: LiveWorkspace;

beforeEach(async () => {
  room = await openEngineRoom();
  live = await room.workspaces.live(await room.workspaces.create('w'));
});
afterEach(() => room.remove());

const edits = (from: number, count: number, given: object = {}) =>
  numbered(from, count, { type: 'file.edited', paths: ['src/a.ts'], ...given });

it('knows what was done before it was opened as it knows what comes', async () => {
  const { open, appender } = live;
  const branch = mainLine(open).id;
  await appender.append(
    [
      ...edits(1, 3),
      ...numbered(10, 1, { type: 'tool.called', status: 'failed', text: 'npm test\nError: no' }),
      ...numbered(20, 1, { type: 'memory.noted', body: { content: 'a fact' } }),
      ...numbered(30, 2),
    ],
    { branch },
  );
  const scope = scopeOf(open, branch);
  const seen = await open.recent.seenFrom(open, scope);
  expect(seen.map(({ what }) => what).sort()).toEqual(['edit', 'edit', 'edit', 'failure', 'note']);
  const read = await new RecentWork().seenFrom(open, scope);
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  expect([...read].sort(byId)).toEqual([...seen].sort(byId));
});

it('sees no more than its scope, and keeps the latest by when they happened', async () => {
  const { open, appender } = live;
  const main = mainLine(open).id;
  await appender.append(edits(1, 1_600, { at: 2_000_000 }), { branch: main });
  await appender.append(edits(5_000, 50, { at: 1_000_000 }), { branch: main });
  const { branch } = await room.call('branch.create', { workspace: 'w', name: 'trial' });
  await appender.append(edits(9_000, 1, { at: 3_000_000, paths: ['src/b.ts'] }), { branch: branch.id });
  const here = await open.recent.seenFrom(open, scopeOf(open, main));
  expect(here.every(({ at, paths }) => at === 2_000_000 && paths[0] === 'src/a.ts')).toBe(true);
  expect(here.length).toBeGreaterThan(1_000);
  const there = await open.recent.seenFrom(open, scopeOf(open, branch.id));
  expect(there.some(({ paths }) => paths[0] === 'src/b.ts')).toBe(true);
});
