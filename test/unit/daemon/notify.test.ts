import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isWanted } from '../../../src/core/notify-match.ts';
import { HookRunner } from '../../../src/daemon/notify/hook-runner.ts';
import { runHook } from '../../../src/daemon/notify/run.ts';
import { mainBranchId } from '../../../src/schema/ids.ts';
import { NotifyHook } from '../../../src/schema/notify.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../world/engine-room.ts';
import { eventually } from '../../world/home.ts';
import { eventOf } from '../cli/records.ts';

const rooms: EngineRoom[] = [];
afterEach(async () => {
  for (const room of rooms.splice(0)) await room.remove();
});

async function openRoom(text: string, given: Partial<NotifyHook> = {}) {
  const room = await openEngineRoom();
  rooms.push(room);
  const workspace = await room.workspaces.create('w');
  const live = await room.workspaces.live(workspace);
  const program = join(room.directory, 'program');
  writeFileSync(program, `#!/bin/sh\n${text}\n`);
  chmodSync(program, 0o755);
  const hook = NotifyHook.parse({
    name: 'h',
    workspace: workspace.id,
    branch: 'main',
    on: ['turn'],
    command: [program],
    cwd: room.directory,
    environment: { PATH: process.env.PATH ?? '' },
    createdAt: 0,
    ...given,
  });
  const parts = { home: room.directory, now: Date.now, log: room.log };
  return { room, live, hook, parts, main: mainBranchId(workspace.id) };
}

test('a trigger is a type, a family, or how it ended', () => {
  const event = { type: 'plan.changed', status: 'failed' as const };
  for (const on of ['plan.changed', 'plan', 'plan.*', 'status:failed'])
    expect(isWanted([on], event), on).toBe(true);
  for (const on of ['plan.added', 'pla', 'memory', 'status:ok', 'changed'])
    expect(isWanted([on], event), on).toBe(false);
});

test('a command that does not end is ended, with what it has started', async () => {
  const { hook, parts, room } = await openRoom('sleep 300 & echo $! > child; sleep 300');
  const run = await runHook(hook, eventOf(1), {
    ...parts,
    timeoutMs: 300,
    signal: new AbortController().signal,
  });
  expect(run.trouble).toBe('not done within 0.3 s');
  const child = Number(readFileSync(join(room.directory, 'child'), 'utf8'));
  await eventually(async () => {
    try {
      // One that has ended and was not waited for yet is a zombie.
      return readFileSync(`/proc/${child}/stat`, 'utf8').includes(') Z ');
    } catch {
      return true;
    }
  }, 'the end of what it started');
});

test.each([
  ['exit 0', null],
  ['exec < /dev/null; exit 7', 'exit 7'],
  ['kill -9 $$', 'ended by SIGKILL'],
])('%s', async (text, trouble) => {
  const { hook, parts } = await openRoom(text);
  const large = eventOf(1, { text: 'x'.repeat(4 << 20) });
  expect((await runHook(hook, large, { ...parts, signal: new AbortController().signal })).trouble).toBe(
    trouble,
  );
});

test('what is not there is said', async () => {
  const { hook, parts } = await openRoom('');
  const gone = { ...hook, command: ['/nowhere/at/all'] };
  expect((await runHook(gone, eventOf(1), { ...parts, signal: new AbortController().signal })).trouble).toBe(
    'not found',
  );
});

test('one at a time, a few wait, and what is beyond them is counted', async () => {
  const { hook, parts, live, main, room } = await openRoom(
    'mkdir lock || echo together >> wrong; while [ ! -e go ]; do sleep 0.05; done; rmdir lock; echo x >> ran',
  );
  const runner = new HookRunner(hook, parts);
  runner.attach(live.open, live.feed);
  await live.appender.append(numbered(0, 100), { branch: main });
  await eventually(async () => runner.state().skipped === 79, 'what is skipped');
  writeFileSync(join(room.directory, 'go'), '');
  await eventually(async () => runner.state().runs === 21, 'the runs', 60_000);
  expect(readFileSync(join(room.directory, 'ran'), 'utf8')).toBe('x\n'.repeat(21));
  expect(() => readFileSync(join(room.directory, 'wrong'))).toThrow();
  await live.appender.append(numbered(200, 100), { branch: main });
  await eventually(async () => runner.state().runs + runner.state().skipped === 200, 'the rest', 60_000);
  expect(runner.state().skipped).toBeGreaterThan(79);
  expect(runner.state().runs).toBeGreaterThanOrEqual(30);
  await runner.close();
}, 120_000);
