import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimOf, heldClaims } from '../../../../src/daemon/claims/held.ts';
import { type ClaimWanted, releaseClaim, takeClaim } from '../../../../src/daemon/claims/take.ts';
import { mainLine } from '../../../../src/daemon/lines.ts';
import type { LiveWorkspace } from '../../../../src/daemon/live-workspace.ts';
import { foldInto, noRecords, restoreRecords, saveRecords } from '../../../../src/daemon/records.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import type { Claim } from '../../../../src/schema/records.ts';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

const minute = 60_000;
let room: EngineRoom;
let live: LiveWorkspace;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  room = await openEngineRoom(undefined, undefined, () => nowMs);
  live = await room.workspaces.live(await room.workspaces.create('w'));
});
afterEach(() => room.remove());

const wanted = (who: string, what: ClaimWanted['what'], more: Partial<ClaimWanted> = {}): ClaimWanted => ({
  what,
  holder: who,
  branch: mainLine(live.open).id,
  why: `by ${who}`,
  ttlMs: 30 * minute,
  author: { agent: who, session: sessionId(who, 'one'), actor: { kind: 'agent', name: who } },
  ...more,
});
const take = (who: string, paths: string[], more: Partial<ClaimWanted> = {}) =>
  takeClaim(live, wanted(who, { paths }, more));
const held = (): Claim[] => heldClaims(live.open, nowMs);

it('gives one thing to one of many who ask at the same moment, and names the holder to the others', async () => {
  const all = await Promise.all(
    Array.from({ length: 30 }, (_, at) => takeClaim(live, wanted(`agent-${at}`, { item: 'itm_1' }))),
  );
  const winners = all.flatMap(({ claim }) => claim ?? []);
  expect(winners).toHaveLength(1);
  const [winner] = winners;
  for (const { heldBy } of all)
    if (heldBy !== null) expect(heldBy).toMatchObject({ id: winner?.id, holder: winner?.holder });
  expect(held().map(({ item }) => item)).toEqual(['itm_1']);
});

it('renews the claim of the same session: one claim, more paths, an end that never comes nearer', async () => {
  const first = await take('ann', ['src/a.ts']);
  nowMs += 10 * minute;
  const again = await take('ann', ['src/b.ts'], { ttlMs: 5 * minute, why: '' });
  expect(again.claim).toMatchObject({
    id: first.claim?.id,
    paths: ['src/a.ts', 'src/b.ts'],
    until: first.claim?.until,
    why: 'by ann',
    contested: [],
  });
  nowMs += 10 * minute;
  const longer = await take('ann', ['src/b.ts']);
  expect(longer.claim?.until).toBe(nowMs + 30 * minute);
  expect(held()).toHaveLength(1);
});

it('is refused for what is above, below or beside by a glob, and free for the rest', async () => {
  await take('ann', ['src/store', 'docs/*.md']);
  for (const path of ['src', 'src/store/a.ts', 'docs/x.md', 'src/**/b.ts'])
    expect((await take('bob', [path])).heldBy).toMatchObject({ holder: 'ann' });
  for (const path of ['src/storage', 'docs/x.txt', 'test'])
    expect((await take('bob', [path])).heldBy).toBe(null);
});

it('ends by time, and by being given back', async () => {
  const { claim } = await take('ann', ['src']);
  nowMs += 30 * minute;
  expect(held()).toEqual([]);
  const next = await take('bob', ['src']);
  expect(next.claim).toMatchObject({ holder: 'bob', state: 'held' });
  // Whoever has lost it by time cannot give back what another has now.
  if (claim !== null) await releaseClaim(live, claim, wanted('ann', { paths: [] }).author);
  expect(held()).toHaveLength(1);
  if (next.claim !== null) await releaseClaim(live, next.claim, wanted('bob', { paths: [] }).author);
  expect(held()).toEqual([]);
  expect(claimOf(live.open, next.claim?.id ?? '')).toMatchObject({ state: 'released' });
  expect((await take('cid', ['src/a.ts'])).heldBy).toBe(null);
});

it('counts subagents as the session at the root of theirs', async () => {
  const [root, child] = [sessionId('ann', 'root'), sessionId('ann', 'root', 'child')];
  live.open.owners.set(root, { agent: 'ann', parent: null, role: null });
  live.open.owners.set(child, { agent: 'ann', parent: root, role: null });
  const of = (session: string) => ({ agent: 'ann', session, actor: { kind: 'agent' as const, name: 'ann' } });
  const parent = await take('ann', ['src/a.ts'], { author: of(root) });
  const byChild = await take('ann', ['src/b.ts'], { author: of(child) });
  expect(byChild.claim).toMatchObject({
    id: parent.claim?.id,
    session: root,
    paths: ['src/a.ts', 'src/b.ts'],
  });
});

it('refuses more paths than a claim holds, and stores nothing of it', async () => {
  await expect(
    take(
      'ann',
      Array.from({ length: 201 }, (_, at) => `f${at}`),
    ),
  ).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  expect(held()).toEqual([]);
});

it('finds the same claims after a restart and in any order of arrival', async () => {
  await take('ann', ['a']);
  const bob = await take('bob', ['b']);
  await take('cid', ['c'], { ttlMs: minute });
  if (bob.claim !== null) await releaseClaim(live, bob.claim, wanted('bob', { paths: [] }).author);
  nowMs += 2 * minute;
  await take('ann', ['a2']);
  const ids = held().map(({ id }) => id);
  expect(ids).toHaveLength(1);
  const board = await live.open.store.find({
    spans: [...live.open.reach.keys()].map((branch) => ({ branch, writer: null, upTo: null })),
  });
  expect(board.length).toBeGreaterThan(5);
  for (const order of [board, board.toReversed()]) {
    const records = noRecords();
    for (const event of order) foldInto(records, event, true);
    const { workspace, directory, store, settings, forgottenFacts } = live.open;
    expect(
      heldClaims({ ...records, workspace, directory, store, settings, forgottenFacts }, nowMs).map(
        ({ id }) => id,
      ),
    ).toEqual(ids);
    const again = noRecords();
    restoreRecords(again, JSON.parse(JSON.stringify(saveRecords(records))));
    expect(
      heldClaims({ ...again, workspace, directory, store, settings, forgottenFacts }, nowMs).map(
        ({ id }) => id,
      ),
    ).toEqual(ids);
  }
});

it('looks at few claims when many have run out', async () => {
  const { openClaims } = live.open;
  for (let at = 0; at < 100_000; at += 1) openClaims.note(`clm_old${at}`, { until: nowMs - 2 * 60 * minute });
  await take('ann', ['a']);
  expect(held()).toHaveLength(1);
  expect(openClaims.at(nowMs - 2 * 60 * minute - 1)).toHaveLength(1);
});
