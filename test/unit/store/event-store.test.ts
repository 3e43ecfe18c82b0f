import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Span } from '../../../src/schema/view.ts';
import { openRoom, range, type StoreRoom, spans } from '../../world/store.ts';

const main = spans[0]?.branch ?? '';
let room: StoreRoom;
beforeEach(async () => {
  room = await openRoom(undefined, ['turn.prompted']);
});
afterEach(() => room.remove());

/** Some events in a sealed table, some in a hot one, some in the journal only. */
const spread = async (sealed: number, hot: number, tail: number): Promise<void> => {
  await room.appendUpTo(sealed);
  await room.seal();
  await room.appendUpTo(sealed + hot);
  await room.flushAll();
  await room.appendUpTo(sealed + hot + tail);
};

test('reads are the tables and the memory together, each event once and as it was', async () => {
  await spread(5, 4, 3);
  const { store } = room;
  expect([store.tailSize(), store.freshSize(), store.count()]).toEqual([3, 7, 12]);
  expect(await room.all()).toEqual(range(1, 12).map(room.eventOf));
  for (const seq of [2, 7, 11])
    expect(await store.find({ spans, ids: [room.eventOf(seq).id] })).toEqual([room.eventOf(seq)]);
  const found = await store.search(['step'], { spans }, 100);
  expect(found.map(({ event }) => event.seq).sort((a, b) => a - b)).toEqual(range(1, 12));
  expect((await store.search(['7'], { spans }, 100)).map(({ event }) => event)).toEqual([room.eventOf(7)]);
});

test('what was acknowledged is there after a restart without a flush', async () => {
  await spread(4, 3, 2);
  await room.reopen();
  expect(await room.all()).toEqual(range(1, 9).map(room.eventOf));
  expect([room.store.lastSeq(), room.store.count(), room.store.tailSize()]).toEqual([9, 9, 2]);
  await room.appendUpTo(10);
  expect(await room.seqs()).toEqual(range(1, 10));
});

test('rows that LanceDB has and the checkpoint does not know of are there once', async () => {
  await room.appendUpTo(6);
  await room.flushAll();
  await room.close();
  // A crash between LanceDB's commit and the checkpoint: the journal brings back rows that the table has.
  rmSync(join(room.directory, 'checkpoint.json'));
  await room.open();
  expect(room.store.tailSize()).toBe(0);
  expect(await room.seqs()).toEqual(range(1, 6));
  expect(room.folded.length).toBe(6);
});

test.each([false, true])(
  'keys that are taken are known after a restart; with a snapshot: %s',
  async (isSaved) => {
    await spread(2, 2, 1);
    const keys = range(1, 7).map((seq) => room.eventOf(seq));
    const known = (): unknown => ({
      facts: keys.filter(({ fact }) => room.store.isKnown('fact', fact)).map(({ seq }) => seq),
      deliveries: keys
        .filter(({ delivery }) => room.store.isKnown('delivery', delivery ?? ''))
        .map(({ seq }) => seq),
    });
    expect(known()).toEqual({ facts: range(1, 5), deliveries: range(1, 5) });
    if (isSaved) await room.store.settle(true);
    await room.appendUpTo(6);
    await room.reopen();
    expect(known()).toEqual({ facts: range(1, 6), deliveries: range(1, 6) });
    for (const key of ["x' OR '1'='1", '', '1'.repeat(32)])
      expect(room.store.isKnown('delivery', key)).toBe(false);
    expect(room.store.isKnown('fact', 'no key at all')).toBe(false);
  },
);

test('a hostile value matches nothing but itself, in memory and in a sealed table', async () => {
  const values = ["x' OR '1'='1", '"; DROP', '\\', '\u0000', '日本', "''", '%', '\u2028', '\n--'];
  await room.appendUpTo(2);
  await room.append(...values.map((session, index) => ({ ...room.eventOf(3 + index), session })));
  const found = async (): Promise<number[][]> =>
    Promise.all(
      values.map(async (value) =>
        (await room.store.find({ spans, sessions: [value] })).map(({ seq }) => seq),
      ),
    );
  const each = values.map((_, index) => [3 + index]);
  expect(await found()).toEqual(each);
  await room.seal();
  expect(room.store.freshSize()).toBe(0);
  expect(await found()).toEqual(each);
});

test('a branch sees its own events and its ancestors up to the fork, nothing else', async () => {
  const other = `br_${'c'.repeat(32)}`;
  const { writer } = room.store;
  await room.appendUpTo(3);
  await room.append({ ...room.eventOf(4), branch: other });
  await room.seal();
  await room.appendUpTo(5);
  await room.append({ ...room.eventOf(6), branch: other });
  const view: Span[] = [
    { branch: other, writer: null, upTo: null },
    { branch: main, writer, upTo: 2 },
  ];
  const seqsIn = async (seen: Span[]): Promise<number[]> =>
    (await room.store.find({ spans: seen })).map(({ seq }) => seq);
  expect(await seqsIn(view)).toEqual([1, 2, 4, 6]);
  expect(
    (await room.store.search(['step'], { spans: view }, 100)).map(({ event }) => event.seq).sort(),
  ).toEqual([1, 2, 4, 6]);
  const ids = (await room.store.find({ spans: [...view, ...spans] })).map(({ id }) => id);
  const places = [
    { writer, seqs: range(1, 9) },
    { writer: 'nobody', seqs: [1] },
  ];
  for (const wanted of [{ ids }, { places }, { places, ids }]) {
    const seen = await room.store.lookUp({ spans: view, ...wanted });
    expect(seen.map(({ seq }) => seq).sort()).toEqual([1, 2, 4, 6]);
    expect(seen.map(({ text }) => text).sort()).toEqual(
      [1, 2, 4, 6].map((seq) => room.eventOf(seq).text).sort(),
    );
  }
  expect(await seqsIn(spans)).toEqual([1, 2, 3, 5]);
  expect(await seqsIn([])).toEqual([]);
  expect(await room.store.search(['step'], { spans: [] }, 100)).toEqual([]);
});

test('a flush that fails after its commit does not write its rows again', async () => {
  await room.appendUpTo(3);
  // The checkpoint cannot be replaced while a folder has its name.
  mkdirSync(join(room.directory, 'checkpoint.json'));
  await expect(room.store.flush()).rejects.toThrow();
  await room.appendUpTo(5);
  expect([room.store.count(), ...(await room.seqs())]).toEqual([5, 1, 2, 3, 4, 5]);
  rmSync(join(room.directory, 'checkpoint.json'), { recursive: true });
  await room.flushAll();
  expect(await room.seqs()).toEqual(range(1, 5));
  await room.reopen();
  expect([room.store.count(), room.store.freshSize()]).toEqual([5, 5]);
  expect(await room.seqs()).toEqual(range(1, 5));
});

/** Reads again and again until the work is done; every read must give all events. */
async function readDuring(work: Promise<unknown>, count: number): Promise<number> {
  const { store } = room;
  let isDone = false;
  let rounds = 0;
  const ended = work.finally(() => {
    isDone = true;
  });
  do {
    rounds += 1;
    // What is in memory is read without waiting for anything: the work must get its turn.
    await new Promise(setImmediate);
    expect((await store.find({ spans })).map(({ seq }) => seq)).toEqual(range(1, count));
    expect((await store.positions({ spans })).length).toBe(count);
    expect(store.count()).toBe(count);
    const found = await store.search(['step'], { spans }, count);
    expect(new Set(found.map(({ event }) => event.seq)).size).toBe(count);
  } while (!isDone);
  await ended;
  return rounds;
}

test('reads, counts and searches while a flush runs see every event, once', async () => {
  await room.appendUpTo(400);
  expect(await readDuring(room.store.flush(), 400)).toBeGreaterThan(1);
});

test('reads, counts and searches while tables are sealed and merged see every event, once', async () => {
  await spread(100, 0, 0);
  await room.appendUpTo(300);
  // What is sealed is merged with what is there of about its size: rows go from one sealed table into another.
  expect(await readDuring(room.seal(), 300)).toBeGreaterThan(3);
  expect(room.store.freshSize()).toBe(0);
  expect(room.store.generations.sealed().length).toBe(1);
});

test('a page of a long session holds what its positions say, from sealed and hot table and tail alike', async () => {
  await spread(20, 10, 10);
  const filter = { spans, sessions: [room.eventOf(1).session] };
  const positions = await room.store.positions(filter);
  expect(positions.map(({ seq }) => seq)).toEqual(range(1, 40));
  for (const [from, to] of [
    [15, 35],
    [0, 5],
    [38, 40],
  ] as const)
    expect(await room.store.at(filter, positions.slice(from, to))).toEqual(
      range(from + 1, to).map(room.eventOf),
    );
  expect(await room.store.at(filter, [])).toEqual([]);
  const others = { spans, exceptSessions: filter.sessions };
  expect(await room.store.find(others)).toEqual([]);
  expect(await room.store.search(['step'], others, 100)).toEqual([]);
  expect(await room.store.search(['step'], { spans, exceptSessions: ['ses_none'] }, 100)).toHaveLength(40);
});

test.each(['sealed table', 'hot table', 'journal', 'snapshot'])(
  'after a restart folds have what their types read, and the envelope of all others: %s',
  async (place) => {
    await room.append(room.eventOf(1), {
      ...room.eventOf(2),
      type: 'turn.prompted',
      actor: { kind: 'agent', name: 'a', model: 'm' },
    });
    if (place === 'sealed table') await room.seal();
    if (place === 'hot table') await room.flushAll();
    if (place === 'snapshot') await room.store.settle(true);
    await room.reopen();
    expect(room.folded.map(({ seq }) => seq).sort()).toEqual([1, 2]);
    const [first, second] = [1, 2].map((seq) => room.folded.find((event) => event.seq === seq));
    expect(first).toMatchObject({ type: 'tool.called', session: room.eventOf(1).session });
    expect(second).toMatchObject({ text: 'step 2', body: { tool: 'Bash' }, actor: { model: 'm' } });
    if (place === 'sealed table') expect(first).not.toHaveProperty('text');
    await room.append(room.eventOf(3));
    expect(room.folded.map(({ seq }) => seq).sort()).toEqual([1, 2, 3]);
  },
);

test('with a snapshot only what came after it is read and folded again', async () => {
  await spread(6, 0, 0);
  await room.store.settle(true);
  await room.appendUpTo(9);
  await room.seal();
  await room.appendUpTo(12);
  await room.reopen();
  expect(room.folded.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(range(1, 12));
  expect(room.store.count()).toBe(12);
  const { events } = { events: (await room.store.search(['step'], { spans }, 50)).length };
  expect(events).toBe(12);
});

test('what neither tables nor journal have is DATA_LOSS, not a shorter answer; who accepts it can go on', async () => {
  await room.appendUpTo(3);
  await room.flushAll();
  await room.close();
  for (const name of ['tables', 'journal']) rmSync(join(room.directory, name), { recursive: true });
  await expect(room.open()).rejects.toMatchObject({
    code: 'DATA_LOSS',
    message: expect.stringContaining('3 events'),
  });
  await room.open({ acceptLoss: true });
  expect(await room.seqs()).toEqual([]);
  await room.appendUpTo(room.store.lastSeq() + 2);
  const kept = await room.all();
  expect(kept.length).toBe(2);
  // Accepted once, it is not asked again; and what was written since is not taken for what was lost.
  await room.reopen();
  expect(await room.all()).toEqual(kept);
  await room.flushAll();
  await room.reopen();
  expect(await room.all()).toEqual(kept);
  await room.seal();
  await room.reopen();
  expect(await room.all()).toEqual(kept);
  expect(kept.every(({ seq }) => seq > 3)).toBe(true);
});
