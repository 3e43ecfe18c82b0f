import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Event } from '../../../../src/schema/event.ts';
import { createHotTable, type HotTable } from '../../../../src/store/lance/hot-table.ts';
import { placesOf } from '../../../../src/store/lance/rows.ts';
import { openTables, type Tables } from '../../../../src/store/lance/tables.ts';
import type { StoredEvent } from '../../../../src/store/stored-event.ts';
import { makeEvent } from '../../../world/events.ts';

const directory = mkdtempSync(join(tmpdir(), 'hm-rows-'));
let tables: Tables;
beforeAll(async () => {
  tables = await openTables({ kind: 'local', directory });
});
afterAll(() => {
  tables.close();
  rmSync(directory, { recursive: true, force: true });
});

const nameOf = (number: number): string => `events_${number.toString(16).padStart(32, '0')}`;

async function readBack(table: HotTable): Promise<(StoredEvent | null)[]> {
  const found: (StoredEvent | null)[] = [];
  for await (const rows of table.rowsAfter(new Map())) found.push(...rows);
  return found.sort((a, b) => (a?.event.seq ?? 0) - (b?.event.seq ?? 0));
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('\u0000', '\u001d', '\u001e', '\u001f', 'a', '/', '\\', '\n', '\ufffd'),
  }),
  fc.constantFrom('', '\u0000', '\u001d', "'", 'null', '日本語', '\u{1f600}', 'x'.repeat(5000)),
);
const anyValue = fc.jsonValue({ maxDepth: 4 });
const anyGiven = fc.record({
  terms: anyText,
  given: fc.record({
    delivery: fc.option(anyText),
    session: anyText,
    turn: fc.option(anyText),
    agent: anyText,
    parent: fc.option(anyText),
    parentSpan: fc.option(anyText),
    actor: fc.record(
      { kind: fc.constantFrom('human', 'agent', 'daemon'), name: anyText, model: anyText },
      { requiredKeys: ['kind', 'name'] },
    ),
    at: fc.maxSafeNat(),
    type: anyText,
    v: fc.integer({ min: 1, max: 0x7fff_ffff }),
    status: fc.constantFrom('ok', 'failed', 'rejected'),
    paths: fc.array(anyText, { maxLength: 4 }),
    text: anyText,
    body: fc.dictionary(fc.string(), anyValue, { maxKeys: 5 }),
  }),
});

/** JSON knows no negative zero. */
const plain = (row: StoredEvent): unknown => JSON.parse(JSON.stringify(row));

test('whatever an event is made of, it comes back from LanceDB as it was', async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyGiven, { minLength: 1, maxLength: 25 }), async (all) => {
      number += 1;
      const rows = all.map(
        ({ given, terms }, index): StoredEvent => ({
          event: makeEvent({ ...(given as Partial<Event>), seq: index + 1 }),
          terms,
        }),
      );
      const table = createHotTable(tables, nameOf(number), await tables.create(nameOf(number)));
      await table.append(rows);
      const found = await readBack(table);
      table.close();
      await tables.drop(nameOf(number));
      expect(found.map((row) => (row === null ? null : plain(row)))).toEqual(rows.map(plain));
    }),
    { numRuns: 25 },
  );
});

test('a value that is not what was written is caught, whichever it is', async () => {
  const changes: [column: string, valueSql: string][] = [
    ['id', `'evt_${'9'.repeat(32)}'`],
    ['delivery', "'another'"],
    ['fact', `'${'9'.repeat(32)}'`],
    ['workspace', "'w'"],
    ['branch', "'b'"],
    ['session', "'s'"],
    ['turn', "''"],
    ['agent', "'claude-cofe'"],
    ['writer', "'wr'"],
    ['seq', '77'],
    ['hlc', "'0'"],
    ['parent', "'evt_0'"],
    ['trace', "'c'"],
    ['span', "'c'"],
    ['parent_span', "'c'"],
    ['actor_kind', "'human'"],
    ['actor_name', "'x'"],
    ['actor_model', "'x'"],
    ['at', '1.0'],
    ['type', "'tool.failed'"],
    ['v', '2'],
    ['status', "'failed'"],
    ['text', "'step  1'"],
    ['body', '\'{"tool":"bash"}\''],
    ['crc', 'cast(1 as int unsigned)'],
    ['paths', "['src/parser.ts', 'x']"],
  ];
  const name = nameOf(1 << 20);
  const made = await tables.create(name);
  const table = createHotTable(tables, name, made);
  await table.append(changes.map((_, index) => ({ event: makeEvent({ seq: index + 1 }), terms: 't' })));
  for (const [index, [column, valueSql]] of changes.entries())
    await made.update({
      where: `fact = '${makeEvent({ seq: index + 1 }).fact}'`,
      valuesSql: { [column]: valueSql },
    });
  const found = await readBack(table);
  expect(found).toEqual(changes.map(() => null));
  const places: unknown[] = [];
  for await (const batch of made.query()) places.push(...placesOf(batch));
  expect(places).toEqual(changes.map(() => null));
  table.close();
});
