import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCapture } from '../../../src/daemon/capture.ts';
import { openPauses } from '../../../src/daemon/pauses.ts';
import { createSpoolDrainer, type SpoolDrainer } from '../../../src/daemon/workers/spool-drainer.ts';
import type { LiveWorkspace } from '../../../src/daemon/workspaces.ts';
import { type EngineRoom, openEngineRoom } from '../../world/engine-room.ts';

let room: EngineRoom;
let live: LiveWorkspace;
let spool: string;
let repo: string;
let drainer: SpoolDrainer;
beforeEach(async () => {
  room = await openEngineRoom();
  spool = join(room.directory, 'spool');
  repo = join(room.directory, 'repo');
  for (const path of [spool, repo]) mkdirSync(path);
  const { workspaces, log } = room;
  const workspace = await workspaces.create('w');
  await workspaces.registry.bind(workspace, repo);
  live = await workspaces.live(workspace);
  const pauses = await openPauses({ home: room.directory, now: Date.now, log });
  const capture = createCapture({ workspaces, pauses, now: Date.now, log, brief: async () => '' });
  drainer = createSpoolDrainer(spool, capture, log);
});
afterEach(async () => {
  await drainer.close();
  await room.remove();
});

const longAgo = Date.now() / 1000 - 3600;
function put(name: string, payload: string, mtime = longAgo): void {
  writeFileSync(join(spool, name), payload);
  utimesSync(join(spool, name), mtime, mtime);
}
const payload = (id: string): string =>
  JSON.stringify({
    session_id: 's',
    cwd: repo,
    tool_name: 'Bash',
    tool_use_id: id,
    tool_input: { command: id },
  });
const names = (path: string): string[] => readdirSync(path).sort();
/** Without the birth of its main branch. */
const stored = async (): Promise<number> => (await live.open.store.count()) - 1;

test('what cannot be taken in stands in nobody’s way and is not lost', async () => {
  put('1000000000001.no-such-agent.X.n1.hook', '{}');
  mkdirSync(join(spool, '1000000000002.claude-code.PostToolUse.n2.hook'));
  symlinkSync('/nowhere/at/all', join(spool, '1000000000003.claude-code.PostToolUse.n3.hook'));
  put('1000000000004.claude-code.PostToolUse.n4.hook', payload('good'));
  put('9999999999999999.claude-code.PostToolUse.n5.hook', payload('a name from the far future'));
  put('1000000000005.claude-code.PostToolUse.n6.hook', payload('a file from the future'), longAgo + 90_000);
  put('notes.txt', 'not ours');
  await drainer.drain();
  expect(await stored()).toBe(3);
  expect(names(join(spool, 'refused'))).toEqual(['1000000000001.no-such-agent.X.n1.hook']);
  expect(names(spool)).toEqual([
    '1000000000002.claude-code.PostToolUse.n2.hook',
    '1000000000003.claude-code.PostToolUse.n3.hook',
    'notes.txt',
    'refused',
  ]);
  await drainer.drain();
  expect(await stored()).toBe(3);
});

test('a payload is taken in once, also when it was delivered before', async () => {
  for (let round = 0; round < 2; round += 1) {
    for (let index = 0; index < 20; index += 1)
      put(`10000000000${10 + index}.claude-code.PostToolUse.n${index}.hook`, payload(`toolu_${index}`));
    await Promise.all([drainer.drain(), drainer.drain()]);
    expect(names(spool)).toEqual([]);
    expect(await stored()).toBe(20);
  }
});

test('while the stores take nothing the payloads wait', async () => {
  put('1000000000001.claude-code.PostToolUse.n1.hook', payload('later'));
  await room.workspaces.close();
  await drainer.drain();
  expect(names(spool)).toEqual(['1000000000001.claude-code.PostToolUse.n1.hook']);
  expect(await drainer.waiting()).toBe(1);
});
