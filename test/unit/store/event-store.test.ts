import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event, FoldedEvent } from '../../../src/schema/event.ts';
import type { Span } from '../../../src/schema/view.ts';
import { type EventStore, openEventStore } from '../../../src/store/event-store.ts';
import { makeEvent } from '../../world/events.ts';

const writer = `wr_${'1'.repeat(32)}`;
const spans: Span[] = [{ branch: `br_${'a'.repeat(32)}`, writer: null, upTo: null }];
const termsOf = (event: Event): string => event.text;
let directory: string;
let store: EventStore;
const reopen = async (): Promise<void> => {
  store = (await openEventStore(directory, writer, termsOf)).store;
};
const appendUpTo = async (last: number): Promise<void> => {
  for (let seq = store.lastSeq() + 1; seq <= last; seq += 1) {
    const event = makeEvent({ seq, delivery: `nonce-${seq}` });
    await store.append([{ event, terms: termsOf(event) }]);
  }
};
const seqs = async (): Promise<number[]> => (await store.find({ spans })).map(({ seq }) => seq);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hm-store-'));
  await reopen();
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

test('reads are LanceDB and the tail together, each event once and as it was', async () => {
  await appendUpTo(5);
  expect(await store.flush()).toBe(5);
  await appendUpTo(8);
  expect(store.tailSize()).toBe(3);
  expect(await seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await store.find({ spans, ids: [makeEvent({ seq: 2 }).id] })).toEqual([
    makeEvent({ seq: 2, delivery: 'nonce-2' }),
  ]);
  const found = await store.search(['step'], spans, 100);
  expect(found.fromIndex.length).toBe(5);
  expect(found.fromTail.length).toBe(3);
});

test('what was acknowledged is there after a restart without a flush, and twice-written rows count once', async () => {
  await appendUpTo(4);
  await store.flush();
  await appendUpTo(6);
  await store.close();
  await reopen();
  expect(await seqs()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(store.lastSeq()).toBe(6);
  // A crash between LanceDB's commit and the checkpoint: the journal brings back rows that the table has.
  await store.flush();
  await store.close();
  rmSync(join(directory, 'checkpoint.json'));
  await reopen();
  expect(store.tailSize()).toBe(0);
  expect(await seqs()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('keys that are taken are known from tail, table and after a restart', async () => {
  await appendUpTo(2);
  await store.flush();
  await appendUpTo(3);
  const facts = [1, 2, 3, 4].map((seq) => makeEvent({ seq }).fact);
  expect([...(await store.known('fact', facts))].sort()).toEqual(facts.slice(0, 3));
  await store.close();
  await reopen();
  expect([...(await store.known('fact', facts))].sort()).toEqual(facts.slice(0, 3));
  expect([...(await store.known('delivery', ['nonce-1', 'nonce-3', "x' OR '1'='1"]))].sort()).toEqual([
    'nonce-1',
    'nonce-3',
  ]);
});

test.each(["x' OR '1'='1", '"; DROP', '\\', '\u0000', '日本', "''"])(
  'a hostile value %j matches nothing but itself',
  async (value) => {
    await appendUpTo(2);
    const event = makeEvent({ seq: 3, session: value });
    await store.append([{ event, terms: 'x' }]);
    await store.flush();
    expect((await store.find({ spans, sessions: [value] })).map(({ seq }) => seq)).toEqual([3]);
  },
);

test('a table with fewer rows than its ledger says is DATA_LOSS, not an empty answer', async () => {
  await appendUpTo(3);
  await store.flush();
  await store.close();
  rmSync(join(directory, 'lance'), { recursive: true });
  await expect(openEventStore(directory, writer, termsOf)).rejects.toMatchObject({ code: 'DATA_LOSS' });
  rmSync(join(directory, 'checkpoint.json'));
  await reopen();
  expect(await seqs()).toEqual([1, 2, 3]);
});

test('a branch sees its own events and its ancestors up to the fork, nothing else', async () => {
  const other = `br_${'c'.repeat(32)}`;
  await appendUpTo(3);
  await store.append([{ event: makeEvent({ seq: 4, branch: other }), terms: 'step' }]);
  await store.flush();
  await appendUpTo(5);
  const view: Span[] = [
    { branch: other, writer: null, upTo: null },
    { branch: `br_${'a'.repeat(32)}`, writer, upTo: 2 },
  ];
  expect((await store.find({ spans: view })).map(({ seq }) => seq)).toEqual([1, 2, 4]);
  expect((await store.search(['step'], view, 100)).fromIndex.map(({ event }) => event.seq).sort()).toEqual([
    1, 2, 4,
  ]);
  expect(await store.find({ spans: [] })).toEqual([]);
});

test('a flush that fails after its commit does not write its rows again', async () => {
  await appendUpTo(3);
  // The checkpoint cannot be replaced while a folder has its name.
  mkdirSync(join(directory, 'checkpoint.json'));
  await expect(store.flush()).rejects.toThrow();
  await appendUpTo(5);
  expect(await store.count()).toBe(5);
  rmSync(join(directory, 'checkpoint.json'), { recursive: true });
  while ((await store.flush()) > 0);
  expect(await seqs()).toEqual([1, 2, 3, 4, 5]);
  expect(await store.count()).toBe(5);
});

test('reads and counts while a flush runs see every event, once', async () => {
  await appendUpTo(400);
  const flushing = store.flush();
  let done = false;
  void flushing.then(() => {
    done = true;
  });
  const counts: number[] = [];
  const found: number[] = [];
  while (!done) {
    counts.push(await store.count());
    found.push((await seqs()).length);
  }
  await flushing;
  expect(new Set([...counts, ...found, await store.count()])).toEqual(new Set([400]));
});

test('a page of a long session holds what its positions say, from table and tail alike', async () => {
  await appendUpTo(20);
  await store.flush();
  await appendUpTo(30);
  const filter = { spans, sessions: [makeEvent({ seq: 1 }).session] };
  const positions = await store.positions(filter);
  expect(positions.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  const page = await store.at(filter, positions.slice(15, 25));
  expect(page.map(({ seq }) => seq)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  expect(page[0]).toEqual(makeEvent({ seq: 16, delivery: 'nonce-16' }));
  expect(await store.at(filter, [])).toEqual([]);
});

test('folds are given what their types read, and the envelope of all others', async () => {
  await appendUpTo(1);
  const prompt = makeEvent({
    seq: 2,
    type: 'turn.prompted',
    actor: { kind: 'agent', name: 'a', model: 'm' },
  });
  await store.append([{ event: prompt, terms: 'x' }]);
  await store.flush();
  await appendUpTo(3);
  const seen = new Map<number, FoldedEvent>();
  await store.replayAll(['turn.prompted'], (event) => seen.set(event.seq, event));
  expect([...seen.keys()].sort()).toEqual([1, 2, 3]);
  expect(seen.get(1)).not.toHaveProperty('text');
  expect(seen.get(1)).toMatchObject({ type: 'tool.called', session: prompt.session });
  expect(seen.get(2)).toMatchObject({ text: 'step 2', body: { tool: 'Bash' }, actor: { model: 'm' } });
});

test('events that neither table nor journal has are DATA_LOSS, not a shorter answer', async () => {
  await appendUpTo(3);
  await store.flush();
  await appendUpTo(4);
  await store.close();
  rmSync(join(directory, 'lance'), { recursive: true });
  writeFileSync(join(directory, 'checkpoint.json'), JSON.stringify({ writer, seq: 3, version: 1, rows: 0 }));
  await expect(openEventStore(directory, writer, termsOf)).rejects.toMatchObject({
    code: 'DATA_LOSS',
    message: expect.stringContaining('1 of 4'),
  });
  rmSync(join(directory, 'checkpoint.json'));
  await reopen();
});

test('indexes that a killed process did not get to make are made on opening', async () => {
  await store.close();
  const db = await connect(join(directory, 'lance'));
  const table = await db.openTable('events');
  await table.dropIndex('terms_fts');
  await table.dropIndex('seq_btree');
  table.close();
  db.close();
  await reopen();
  await appendUpTo(2);
  await store.flush();
  expect((await store.search(['step'], spans, 10)).fromIndex.length).toBe(2);
});
