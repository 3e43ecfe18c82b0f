import { execFileSync } from 'node:child_process';
import {
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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
  const capture = createCapture({
    workspaces,
    pauses,
    now: Date.now,
    log,
    readOn: async () => undefined,
    brief: async () => ({ text: '', handoffs: [] }),
  });
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
  expect(await stored()).toBe(2);
  // The one from the future is waited for as long as its shim may be writing it, by a clock that only grows.
  await vi.waitFor(
    async () => {
      await drainer.drain();
      expect(await stored()).toBe(3);
    },
    { timeout: 15_000, interval: 200 },
  );
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

test('no link and no file of others is followed, read or taken away', async () => {
  const outside = join(room.directory, 'outside');
  writeFileSync(outside, payload('from outside'));
  utimesSync(outside, longAgo, longAgo);
  symlinkSync(outside, join(spool, '1000000000001.claude-code.PostToolUse.n1.hook'));
  linkSync(outside, join(spool, '1000000000002.claude-code.PostToolUse.n2.hook'));
  execFileSync('mkfifo', [join(spool, '1000000000003.claude-code.PostToolUse.n3.hook')]);
  put('1000000000004.claude-code.PostToolUse.n4.hook', payload('good'));
  symlinkSync(outside, join(spool, '1000000000004.claude-code.PostToolUse.n4.branch'));
  await drainer.drain();
  expect(await stored()).toBe(1);
  expect(names(spool).filter((name) => name.endsWith('.hook'))).toEqual([
    '1000000000001.claude-code.PostToolUse.n1.hook',
    '1000000000002.claude-code.PostToolUse.n2.hook',
    '1000000000003.claude-code.PostToolUse.n3.hook',
  ]);
  expect(readFileSync(outside, 'utf8')).toContain('from outside');
});

test('a file of another user is left alone', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can give a file away');
  put('1000000000001.claude-code.PostToolUse.n1.hook', payload('foreign'));
  chownSync(join(spool, '1000000000001.claude-code.PostToolUse.n1.hook'), 65534, 65534);
  await drainer.drain();
  expect(await stored()).toBe(0);
  expect(names(spool)).toEqual(['1000000000001.claude-code.PostToolUse.n1.hook']);
});

test('a folder for what is refused that is a link is not moved into', async () => {
  const outside = join(room.directory, 'outside');
  mkdirSync(outside);
  symlinkSync(outside, join(spool, 'refused'));
  put('1000000000001.no-such-agent.X.n1.hook', '{}');
  await drainer.drain();
  expect(names(outside)).toEqual([]);
  expect(names(spool)).toEqual(['1000000000001.no-such-agent.X.n1.hook', 'refused']);
});

test('of what is refused the latest hundred are kept', async () => {
  for (let index = 100; index < 205; index += 1)
    put(`1000000000${index}.no-such-agent.X.n${index}.hook`, '{}');
  await drainer.drain();
  expect(names(join(spool, 'refused'))).toHaveLength(100);
  expect(names(join(spool, 'refused'))[0]).toContain('1000000000105');
});

test('says how many payloads were dropped, for a week', async () => {
  expect(await drainer.dropped()).toBeNull();
  writeFileSync(join(spool, 'dropped'), '...');
  expect(await drainer.dropped()).toMatchObject({ count: 3 });
  const eightDaysAgo = Date.now() / 1000 - 8 * 86_400;
  utimesSync(join(spool, 'dropped'), eightDaysAgo, eightDaysAgo);
  expect(await drainer.dropped()).toBeNull();
  expect(names(spool)).toEqual([]);
});
