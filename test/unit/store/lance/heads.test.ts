import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorLine } from '../../../../src/core/recall/outcome.ts';
import type { Event, ShownEvent } from '../../../../src/schema/event.ts';
import { followForgettings } from '../../../../src/store/forget/forgetter.ts';
import { FoundCache } from '../../../../src/store/found-cache.ts';
import { buildTable } from '../../../../src/store/lance/build.ts';
import { createHotTable } from '../../../../src/store/lance/hot-table.ts';
import { createSealedTable, type SealedTable } from '../../../../src/store/lance/sealed-table.ts';
import { openTables, type Tables } from '../../../../src/store/lance/tables.ts';
import type { StoredEvent } from '../../../../src/store/stored-event.ts';
import { makeEvent } from '../../../world/events.ts';

const directory = mkdtempSync(join(tmpdir(), 'hm-heads-'));
let tables: Tables;
beforeAll(async () => {
  tables = await openTables({ kind: 'local', directory });
});
afterAll(() => {
  tables.close();
  rmSync(directory, { recursive: true, force: true });
});

let made = 0;
const newName = (): string => `events_${(++made).toString(16).padStart(32, '0')}`;

async function build(inputs: string[], rows: StoredEvent[]): Promise<string> {
  const output = newName();
  const each = (async function* () {
    yield rows;
  })();
  await buildTable(tables, { inputs, output, expected: {}, extra: null }, each);
  return output;
}

const openSealed = async (name: string): Promise<SealedTable> =>
  createSealedTable(name, await tables.open(name), {
    cache: new FoundCache(),
    fields: null,
    forgotten: followForgettings(() => []),
  });

const all = { spans: [{ branch: makeEvent({ seq: 1 }).branch, writer: null, upTo: null }] };

const allRows = async (table: SealedTable): Promise<bigint[]> => table.rowIds(all);

const turn = `trn_${'a'.repeat(32)}`;

const allShown = (table: SealedTable): Promise<ShownEvent[]> =>
  table.shownOfTurns({ ...all, turns: [turn] }, 1_000);

const bySeq = <T extends { seq: number }>(all: readonly T[]): T[] => [...all].sort((a, b) => a.seq - b.seq);

const placeOf = ({ id, hlc, session, turn, agent, writer, seq, actor, at, type, status }: ShownEvent) => ({
  id,
  hlc,
  session,
  turn,
  agent,
  writer,
  seq,
  actor,
  at,
  type,
  status,
});

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000\u001f',
    '"]',
    '日本語 \u{1f600}',
    'Error: no such file\nat x',
    'y'.repeat(3000),
  ),
);
const anyEvent = fc.record({
  actor: fc.record(
    { kind: fc.constantFrom('human', 'agent', 'daemon'), name: anyText, model: anyText },
    { requiredKeys: ['kind', 'name'] },
  ),
  at: fc.maxSafeNat(),
  type: fc.constantFrom('tool.called', 'file.edited', 'turn.prompted', 'check.failed'),
  status: fc.constantFrom('ok', 'failed', 'rejected'),
  paths: fc.array(anyText, { maxLength: 3 }),
  text: anyText,
  body: fc.record(
    { tool: anyText, error: anyText, output: fc.oneof(anyText, fc.integer()), $redaction: anyText },
    { requiredKeys: [] },
  ),
});

test('what a card tells of an event is the same from its head as from the whole of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEvent, { minLength: 1, maxLength: 25 }),
      fc.boolean(),
      async (given, isTwice) => {
        const events = given.map((some, index) =>
          makeEvent({ ...(some as Partial<Event>), turn, seq: index + 1 }),
        );
        const first = await build(
          [],
          events.map((event) => ({ event, terms: `t${event.seq}` })),
        );
        // Whole batches go from table to table as they are.
        const table = await openSealed(isTwice ? await build([first], []) : first);
        const rowIds = await allRows(table);
        const shown = bySeq(await allShown(table));
        expect(shown.map(placeOf)).toEqual(events.map(placeOf));
        for (const [index, { text, paths, body, ...rest }] of shown.entries()) {
          const event = events[index] as Event;
          expect({ text, paths }).toEqual({ text: event.text, paths: event.paths });
          if (event.type === 'tool.called' && String(event.body.tool ?? '').trim() !== '')
            expect(body.tool).toBe(event.body.tool);
          const said = [event.body.error, event.body.output].find(
            (one) => typeof one === 'string' && one.trim() !== '',
          );
          if (String(said ?? '').length <= 2_000)
            expect(errorLine({ ...rest, text, body })).toBe(errorLine(event));
        }
        const found = await table.takeFound(rowIds);
        expect(bySeq(found.map(({ event }) => event)).map(({ id }) => id)).toEqual(
          events.map(({ id }) => id),
        );
        expect(found.map(({ terms }) => terms).sort()).toEqual(events.map(({ seq }) => `t${seq}`).sort());
        table.close();
      },
    ),
    { numRuns: 10 },
  );
});

const failing = makeEvent({
  seq: 1,
  turn,
  type: 'tool.called',
  status: 'failed',
  text: 'Bash npm test\nError: expected 1 to be 2 in sum.test.ts',
  body: { tool: 'Bash', output: 'Error: expected 1 to be 2 in sum.test.ts' },
});

test('a head or a text that is not what was written is caught, and the table named', async () => {
  for (const [column, valueSql] of [
    ['shown', "replace(shown, 'Bash', 'Rash')"],
    ['shown', "''"],
    ['text', "'all is well'"],
  ] as const) {
    const name = await build([], [{ event: failing, terms: 't' }]);
    const lance = await tables.open(name);
    await lance.update({ where: 'true', valuesSql: { [column]: valueSql } });
    lance.close();
    const table = await openSealed(name);
    const rowIds = await allRows(table);
    for (const read of [() => allShown(table), () => table.takeFound(rowIds)])
      await expect(read()).rejects.toMatchObject({ code: 'DATA_LOSS', details: { table: name } });
    table.close();
  }
});

test('tables that were sealed before there were heads are read as before, and get heads when they are merged', async () => {
  const name = newName();
  const hot = createHotTable(tables, name, await tables.create(name));
  await hot.append([{ event: failing, terms: 'sum test' }]);
  hot.close();
  // Such a column of another form stands in tables of earlier builds.
  const earlier = await tables.open(name);
  await earlier.addColumns([{ name: 'head', valueSql: "'00000000[]'" }]);
  earlier.close();
  const old = await openSealed(name);
  const merged = await openSealed(await build([name], []));
  for (const table of [old, merged]) {
    const rowIds = await allRows(table);
    const [shown] = await allShown(table);
    expect(shown).toMatchObject({
      id: failing.id,
      hlc: failing.hlc,
      text: failing.text,
      body: { tool: 'Bash' },
    });
    expect(errorLine(shown as ShownEvent)).toBe('Error: expected 1 to be 2 in sum.test.ts');
    expect(await table.takeFound(rowIds)).toMatchObject([{ event: { id: failing.id }, terms: 'sum test' }]);
    table.close();
  }
});
