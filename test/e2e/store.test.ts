import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../src/schema/event.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Drafts, session } from '../world/drafts.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

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

const replies = (from: number, count: number, given: object = {}): Drafts =>
  Array.from({ length: count }, (_, index) => ({
    type: 'turn.replied',
    agent: 'claude-code',
    session,
    identity: { nativeId: `reply-${from + index}`, phase: 'done' },
    actor: { kind: 'agent', name: 'claude-code' },
    text: `answer number ${from + index} of größe 日本 🦀`,
    ...given,
  }));

async function start({ json, call }: Home = home): Promise<void> {
  await json(['daemon', 'start']);
  await call('workspace.create', { name: 'w', bind: false });
}

async function append(from: number, count: number, given: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let at = from; at < from + count; at += 1000) {
    const events = replies(at, Math.min(1000, from + count - at), given);
    ids.push(...(await home.call('event.append', { workspace: 'w', events })).appended);
  }
  return ids;
}

const eventsIn = async ({ call }: Home): Promise<Event[]> =>
  (await call('session.show', { workspace: 'w', session, limit: 100_000 })).events;

const idsIn = async (where: Home): Promise<string[]> => (await eventsIn(where)).map(({ id }) => id);

type Output<N extends 'store.verify' | 'store.repair' | 'store.stats' | 'backup.restore'> = OutputOf<N>;

/** What a command says with --json, whatever its exit code. */
async function outcome<T>(args: string[], where: Home = home): Promise<{ exitCode: number; output: T }> {
  const { exitCode, stdout } = await where.hivemind([...args, '--json']);
  return { exitCode, output: JSON.parse(stdout) as T };
}

const verify = () => outcome<Output<'store.verify'>>(['store', 'verify', '-w', 'w']);
const repair = (...more: string[]) =>
  outcome<Output<'store.repair'>>(['store', 'repair', '-w', 'w', ...more]);

async function flushed(): Promise<void> {
  await eventually(
    async () => (await home.call('status.show', { workspace: 'w' })).tail === 0,
    'an empty tail',
  );
}

async function folder(where: Home = home): Promise<string> {
  const { workspace } = await where.call('workspace.show', { workspace: 'w' });
  return join(where.dir, '.hivemind', 'data', workspace.id);
}

/** The largest file below a folder of a table. */
function largestIn(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return paths.sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
  writeFileSync(path, bytes);
}

const segmentsIn = (directory: string): string[] => {
  const journal = join(directory, 'journal');
  return readdirSync(journal)
    .filter((name) => name.startsWith('wr_'))
    .flatMap((writer) => readdirSync(join(journal, writer)).map((name) => join(journal, writer, name)))
    .filter((path) => path.endsWith('.wal'))
    .sort();
};

test('a flipped byte in a sealed table is found and named, and repaired without loss', async () => {
  await start();
  const ids = await append(0, 9000);
  const sealed = await eventually(
    async () => {
      const { tables } = await home.call('store.stats', { workspace: 'w' });
      return tables.find(({ state }) => state === 'sealed');
    },
    'a sealed table',
    60_000,
  );
  expect((await verify()).output).toMatchObject({ ok: true, damaged: [], missing: 0 });
  const path = largestIn(join(await folder(), 'tables', `${sealed.name}.lance`, 'data'));
  flip(path, Math.floor(statSync(path).size / 2));
  const found = await verify();
  expect(found.exitCode).toBe(6);
  expect(found.output).toMatchObject({ ok: false, damaged: [{ table: sealed.name, state: 'sealed' }] });
  expect(found.output.damaged[0]?.problems.join()).toContain(path.slice(path.lastIndexOf('/') + 1));
  const text = await home.hivemind(['store', 'verify', '-w', 'w']);
  expect(text.exitCode).toBe(6);
  expect(text.stdout).toContain(sealed.name);
  expect(text.stdout).toContain('hivemind store repair');
  const mended = await repair();
  expect(mended.exitCode).toBe(0);
  expect(mended.output).toMatchObject({
    ok: true,
    lost: 0,
    refused: [],
    mended: [{ table: sealed.name, lost: 0 }],
    verification: { ok: true },
  });
  expect((await verify()).output).toMatchObject({ ok: true, missing: 0, lost: 0 });
  expect(await idsIn(home)).toEqual(ids);
}, 120_000);

test('a damaged table that is still written is made anew from memory, and writing goes on', async () => {
  await start();
  const ids = await append(0, 300);
  await flushed();
  const [hot] = (await home.call('store.stats', { workspace: 'w' })).tables;
  const path = largestIn(join(await folder(), 'tables', `${hot?.name}.lance`, 'data'));
  truncateSync(path, Math.floor(statSync(path).size / 2));
  const found = await verify();
  expect(found.exitCode).toBe(6);
  expect(found.output).toMatchObject({ ok: false, damaged: [{ table: hot?.name, state: 'hot' }] });
  expect((await repair()).output).toMatchObject({ ok: true, lost: 0, mended: [{ table: hot?.name }] });
  ids.push(...(await append(300, 10)));
  await flushed();
  expect((await verify()).output.ok).toBe(true);
  expect(await idsIn(home)).toEqual(ids);
}, 60_000);

test('a damaged journal segment that nothing needs any more is set aside', async () => {
  await start();
  const ids = await append(0, 3000, { body: { output: 'x'.repeat(3000) } });
  await flushed();
  const [first = ''] = segmentsIn(await folder());
  flip(first, 100_000);
  const found = await verify();
  expect(found.exitCode).toBe(6);
  expect(found.output).toMatchObject({ ok: false, damaged: [] });
  expect(found.output.journal.damaged.map(({ path }) => path)).toContain(first);
  const mended = await repair();
  expect(mended.output).toMatchObject({ ok: true, lost: 0, mended: [] });
  expect(mended.output.setAside.join()).toContain(first);
  ids.push(...(await append(3000, 10)));
  await home.kill();
  await home.json(['daemon', 'start']);
  expect(await idsIn(home)).toEqual(ids);
  expect((await verify()).output.ok).toBe(true);
}, 90_000);

test('a journal damaged where no table has its events keeps the workspace closed until the loss is accepted', async () => {
  await start();
  await flushed();
  const ids: string[] = [];
  for (let at = 0; at < 6; at += 1) ids.push(...(await append(at * 10, 10)));
  const directory = await folder();
  await home.kill();
  const [segment = ''] = segmentsIn(directory);
  flip(segment, readFileSync(segment).indexOf('answer number 30'));
  await home.json(['daemon', 'start']);
  const closed = await home.hivemind(['status', '-w', 'w']);
  expect(closed.exitCode).toBe(6);
  expect(closed.stderr).toContain('hivemind store repair');
  const refused = await home.hivemind(['store', 'repair', '-w', 'w']);
  expect(refused.exitCode).toBe(6);
  expect(refused.stderr).toContain('10 events');
  expect(refused.stderr).toContain('--accept-loss');
  const accepted = await repair('--accept-loss');
  expect(accepted.output).toMatchObject({ ok: true, lost: 10 });
  expect(accepted.exitCode).toBe(0);
  const kept = [...ids.slice(0, 30), ...ids.slice(40)];
  expect(await idsIn(home)).toEqual(kept);
  kept.push(...(await append(100, 5)));
  await home.kill();
  await home.json(['daemon', 'start']);
  expect(await idsIn(home)).toEqual(kept);
  expect((await verify()).output).toMatchObject({ ok: true, lost: 10 });
}, 90_000);

test('a backup restored under another home has the same events, in order, and goes on under a new writer', async () => {
  await start();
  await append(0, 1500);
  const file = join(home.dir, 'w.hivemind');
  expect((await home.json(['backup', file, '-w', 'w'])).events).toBe(1501);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await home.hivemind(['backup', file, '-w', 'w']);
  expect(again.exitCode).toBe(1);
  expect(again.stderr).toContain('--force');
  await home.json(['backup', file, '-w', 'w', '--force']);
  const before = await eventsIn(home);
  const stats = await home.call('store.stats', { workspace: 'w' });

  const restored = await outcome<Output<'backup.restore'>>(['restore', file], other);
  expect(restored.output).toMatchObject({ events: 1501, skipped: 0, workspace: { name: 'w' } });
  expect(await eventsIn(other)).toEqual(before);
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
  expect((await eventsIn(other)).slice(0, -1)).toEqual(before);
}, 90_000);

test('while events come in, a check finds all well and a backup holds a prefix of them', async () => {
  await start();
  await append(0, 2000);
  let isDone = false;
  const ingest = (async () => {
    for (let at = 2000; !isDone; at += 20) await append(at, 20);
  })();
  const file = join(home.dir, 'w.hivemind');
  const { events } = await home.json<{ events: number }>(['backup', file, '-w', 'w']);
  expect((await verify()).output).toMatchObject({ ok: true, duplicates: 0 });
  isDone = true;
  await ingest;
  await other.json(['restore', file]);
  const all = await idsIn(home);
  expect(await idsIn(other)).toEqual(all.slice(0, events - 1));
  expect(events).toBeGreaterThan(2000);
}, 90_000);

test('what is no whole backup is refused, and nothing is made of it', async () => {
  await start();
  await append(0, 200);
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

test('stats and status say what is stored and how near the bounds are', async () => {
  await start();
  await append(0, 50);
  const stats = await home.json<Output<'store.stats'>>(['store', 'stats', '-w', 'w']);
  expect(stats).toMatchObject({ workspace: 'w', events: 51, lost: 0, memory: { events: 51 } });
  expect(stats.disk.totalBytes).toBeGreaterThan(stats.disk.journalBytes);
  expect(stats.journal).toMatchObject({ segments: 1, firstSeq: 1 });
  const status = await home.json<OutputOf<'status.show'>>(['status', '-w', 'w']);
  expect(status.store).toMatchObject({ trouble: null, repairs: { lost: 0, mended: [] } });
  const limits = new Map(status.limits.map((limit) => [limit.name, limit]));
  expect(limits.get('memory')).toMatchObject({ value: 51, hard: 100_000, state: 'ok' });
  expect(limits.get('queue')).toMatchObject({ value: 0, hard: 20_000, state: 'ok' });
  expect(limits.get('diskFree')?.value).toBeGreaterThan(0);
  for (const args of [
    ['store', 'stats', '-w', 'w'],
    ['status', '-w', 'w'],
  ]) {
    const { exitCode, stdout } = await home.hivemind(args);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('in memory')]);
  }
});

test('a daemon that is killed in the middle of a restore leaves nothing half made', async () => {
  await start();
  await append(0, 3000);
  const file = join(home.dir, 'w.hivemind');
  await home.json(['backup', file, '-w', 'w']);
  await other.json(['daemon', 'start']);
  const data = join(other.dir, '.hivemind', 'data');
  const made = (): string[] => readdirSync(data).filter((name) => name.startsWith('ws_'));
  const restoring = other.hivemind(['restore', file]);
  await eventually(async () => made().some((name) => name.endsWith('.restoring')), 'a folder to be filled');
  await other.kill();
  expect((await restoring).exitCode).toBe(5);
  await other.json(['daemon', 'start']);
  expect(made()).toEqual([]);
  expect(await other.call('workspace.list', {})).toEqual({ workspaces: [] });
  await other.json(['restore', file]);
  expect(await idsIn(other)).toEqual(await idsIn(home));
  expect(made()).toHaveLength(1);
}, 60_000);
