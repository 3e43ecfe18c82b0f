import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../../src/schema/event.ts';
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
