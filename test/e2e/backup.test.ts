import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { appendReplies, idsIn, outcomeOf, replies, repliesIn, startWorkspace } from '../world/replies.ts';

let home: Home;
let other: Home;
beforeEach(() => {
  home = makeHome();
  other = makeHome();
});
afterEach(async () => {
  await home.remove();
  await other.remove();
});

test('a backup restored under another home has the same events, in order, and goes on under a new writer', async () => {
  await startWorkspace(home);
  await appendReplies(home, 0, 1500);
  const file = join(home.dir, 'w.hivemind');
  expect((await home.json(['backup', file, '-w', 'w'])).events).toBe(1501);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await home.hivemind(['backup', file, '-w', 'w']);
  expect(again.exitCode).toBe(1);
  expect(again.stderr).toContain('--force');
  await home.json(['backup', file, '-w', 'w', '--force']);
  const before = await repliesIn(home);
  const stats = await home.call('store.stats', { workspace: 'w' });

  const restored = await outcomeOf<OutputOf<'backup.restore'>>(other, ['restore', file]);
  expect(restored.output).toMatchObject({ events: 1501, skipped: 0, workspace: { name: 'w' } });
  expect(await repliesIn(other)).toEqual(before);
  expect((await other.json(['store', 'verify', '-w', 'w'])).ok).toBe(true);
  expect((await other.call('store.stats', { workspace: 'w' })).writer).not.toBe(stats.writer);
  const found = await other.call('recall.search', { workspace: 'w', query: 'answer number 777' });
  expect(found.matched).toBeGreaterThan(0);

  const twice = await other.hivemind(['restore', file]);
  expect([twice.exitCode, twice.stderr]).toEqual([1, expect.stringContaining('here already')]);
  await other.call('event.append', { workspace: 'w', events: replies(5000, 1) });
  const repeated = await other.call('event.append', { workspace: 'w', events: replies(5000, 1) });
  expect(repeated.duplicates).toBe(1);
  await other.json(['daemon', 'stop']);
  await other.json(['daemon', 'start']);
  expect((await repliesIn(other)).slice(0, -1)).toEqual(before);
}, 90_000);

test('while events come in, a check finds all well and a backup holds a prefix of them', async () => {
  await startWorkspace(home);
  await appendReplies(home, 0, 2000);
  let isDone = false;
  const ingest = (async () => {
    for (let at = 2000; !isDone; at += 20) await appendReplies(home, at, 20);
  })();
  const file = join(home.dir, 'w.hivemind');
  const { events } = await home.json<{ events: number }>(['backup', file, '-w', 'w']);
  expect(await home.json(['store', 'verify', '-w', 'w'])).toMatchObject({ ok: true, duplicates: 0 });
  isDone = true;
  await ingest;
  await other.json(['restore', file]);
  const all = await idsIn(home);
  expect(await idsIn(other)).toEqual(all.slice(0, events - 1));
  expect(events).toBeGreaterThan(2000);
}, 90_000);

test('what is no whole backup is refused, and nothing is made of it', async () => {
  await startWorkspace(home);
  await appendReplies(home, 0, 200);
  const whole = join(home.dir, 'whole.hivemind');
  await home.json(['backup', whole, '-w', 'w']);
  const bytes = readFileSync(whole);
  const refused: [name: string, content: Buffer, exitCode: number][] = [
    ['garbage', Buffer.from('not a backup\n'.repeat(100)), 2],
    ['empty', Buffer.alloc(0), 2],
    ['truncated', bytes.subarray(0, -20), 6],
    ['appended', Buffer.concat([bytes, Buffer.from('more')]), 6],
  ];
  await other.json(['daemon', 'start']);
  for (const [name, content, exitCode] of refused) {
    const file = join(home.dir, name);
    writeFileSync(file, content);
    const { exitCode: code, stderr } = await other.hivemind(['restore', file]);
    expect([name, code, stderr]).toEqual([name, exitCode, expect.stringContaining('error:')]);
  }
  expect((await other.hivemind(['restore', join(home.dir, 'absent')])).exitCode).toBe(1);
  expect(readdirSync(join(other.dir, '.hivemind', 'data')).filter((name) => name.startsWith('ws_'))).toEqual(
    [],
  );
  await other.call('workspace.create', { name: 'w', bind: false });
  const clash = await other.hivemind(['restore', whole]);
  expect([clash.exitCode, clash.stderr]).toEqual([1, expect.stringContaining('--name')]);
  expect(await other.json(['restore', whole, '--name', 'w2'])).toMatchObject({ workspace: { name: 'w2' } });
}, 60_000);

test('a daemon that is killed in the middle of a restore leaves nothing half made', async () => {
  await startWorkspace(home);
  await appendReplies(home, 0, 3000);
  const file = join(home.dir, 'w.hivemind');
  await home.json(['backup', file, '-w', 'w']);
  await other.json(['daemon', 'start']);
  const data = join(other.dir, '.hivemind', 'data');
  const made = (): string[] => readdirSync(data).filter((name) => name.startsWith('ws_'));
  const restoring = other.hivemind(['restore', file]);
  await eventually(async () => made().some((name) => name.endsWith('.restoring')), 'a folder to be filled');
  await other.kill();
  const { exitCode } = await restoring;
  // A fast machine may have been done with it before the signal came.
  expect([0, 5]).toContain(exitCode);
  await other.json(['daemon', 'start']);
  if (exitCode === 5) {
    expect(made()).toEqual([]);
    expect(await other.call('workspace.list', {})).toEqual({ workspaces: [] });
    await other.json(['restore', file]);
  }
  expect(await idsIn(other)).toEqual(await idsIn(home));
  expect(made()).toHaveLength(1);
}, 60_000);
