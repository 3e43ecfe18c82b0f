import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { appendReplies, flushed, idsIn, outcomeOf, startWorkspace } from '../world/replies.ts';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

type Output<N extends 'store.verify' | 'store.repair' | 'store.stats'> = OutputOf<N>;

const verify = () => outcomeOf<Output<'store.verify'>>(home, ['store', 'verify', '-w', 'w']);
const repair = (...more: string[]) =>
  outcomeOf<Output<'store.repair'>>(home, ['store', 'repair', '-w', 'w', ...more]);

async function folder(): Promise<string> {
  const { workspace } = await home.call('workspace.show', { workspace: 'w' });
  return join(home.dir, '.hivemind', 'data', workspace.id);
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
  await startWorkspace(home);
  const ids = await appendReplies(home, 0, 9000);
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
  await startWorkspace(home);
  const ids = await appendReplies(home, 0, 300);
  await flushed(home);
  const [hot] = (await home.call('store.stats', { workspace: 'w' })).tables;
  const path = largestIn(join(await folder(), 'tables', `${hot?.name}.lance`, 'data'));
  truncateSync(path, Math.floor(statSync(path).size / 2));
  const found = await verify();
  expect(found.exitCode).toBe(6);
  expect(found.output).toMatchObject({ ok: false, damaged: [{ table: hot?.name, state: 'hot' }] });
  expect((await repair()).output).toMatchObject({ ok: true, lost: 0, mended: [{ table: hot?.name }] });
  ids.push(...(await appendReplies(home, 300, 10)));
  await flushed(home);
  expect((await verify()).output.ok).toBe(true);
  expect(await idsIn(home)).toEqual(ids);
}, 60_000);

test('a damaged journal segment that nothing needs any more is set aside', async () => {
  await startWorkspace(home);
  const ids = await appendReplies(home, 0, 3000, { body: { output: 'x'.repeat(3000) } });
  await flushed(home);
  const [first = ''] = segmentsIn(await folder());
  flip(first, 100_000);
  const found = await verify();
  expect(found.exitCode).toBe(6);
  expect(found.output).toMatchObject({ ok: false, damaged: [] });
  expect(found.output.journal.damaged.map(({ path }) => path)).toContain(first);
  const mended = await repair();
  expect(mended.output).toMatchObject({ ok: true, lost: 0, mended: [] });
  expect(mended.output.setAside.join()).toContain(first);
  ids.push(...(await appendReplies(home, 3000, 10)));
  await home.kill();
  await home.json(['daemon', 'start']);
  expect(await idsIn(home)).toEqual(ids);
  expect((await verify()).output.ok).toBe(true);
}, 90_000);

test('a journal damaged where no table has its events keeps the workspace closed until the loss is accepted', async () => {
  await startWorkspace(home);
  await flushed(home);
  const ids: string[] = [];
  for (let at = 0; at < 6; at += 1) ids.push(...(await appendReplies(home, at * 10, 10)));
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
  kept.push(...(await appendReplies(home, 100, 5)));
  await home.kill();
  await home.json(['daemon', 'start']);
  expect(await idsIn(home)).toEqual(kept);
  expect((await verify()).output).toMatchObject({ ok: true, lost: 10 });
}, 90_000);

test('stats and status say what is stored and how near the bounds are', async () => {
  await startWorkspace(home);
  await appendReplies(home, 0, 50);
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
