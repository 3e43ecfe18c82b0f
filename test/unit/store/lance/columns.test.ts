import { makeArrowTable } from '@lancedb/lancedb';
import { Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { batchOf } from '../../../../src/store/lance/columns.ts';
import { eventsSchema, toRow } from '../../../../src/store/lance/rows.ts';
import { makeEvent } from '../../../world/events.ts';

const rows = Array.from({ length: 21 }, (_, seq) =>
  toRow({
    event: makeEvent({
      seq: seq + 1,
      text: ['', 'plain', 'é日本\u{1f600}', '\u0000'][seq % 4] ?? '',
      paths: [[], ['a'], ['a', '', 'ü/b.ts']][seq % 3] ?? [],
      delivery: seq % 2 === 0 ? null : `n#${seq}`,
      turn: seq % 5 === 0 ? `trn_${'1'.repeat(32)}` : null,
      actor: { kind: 'agent', name: 'x', ...(seq % 7 === 0 ? { model: 'm' } : {}) },
      body: { seq, nested: { list: [1, 'two', null] } },
    }),
    terms: 'some terms',
  }),
);

const plain = (table: Table): unknown[] =>
  table.toArray().map((row) => ({ ...row.toJSON(), paths: Array.from(row.paths as Iterable<string>) }));

test.each([0, 1, 8, 21])("%i rows are the table that LanceDB's own function makes", (count) => {
  const some = rows.slice(0, count);
  const ours = new Table(eventsSchema, batchOf(some, eventsSchema));
  const theirs = makeArrowTable(some, { schema: eventsSchema });
  expect(plain(ours)).toEqual(plain(theirs));
  // As LanceDB is given it.
  expect(plain(tableFromIPC(tableToIPC(ours, 'file')))).toEqual(plain(theirs));
  expect(ours.schema.toString()).toBe(theirs.schema.toString());
  for (const name of ['text', 'body'])
    expect(ours.schema.fields.find((field) => field.name === name)?.metadata).toEqual(
      theirs.schema.fields.find((field) => field.name === name)?.metadata,
    );
});
