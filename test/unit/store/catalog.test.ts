import { expect, test } from 'vitest';
import {
  type Catalog,
  emptyCatalog,
  forgotten,
  hotLimits,
  hotOf,
  nextMerge,
  replaced,
  rolled,
} from '../../../src/store/catalog.ts';
import { createRandom } from '../../world/random.ts';

const rowsInAll = 10_000_000;

interface Outcome {
  /** Most tables that there were at once. */
  tables: number;
  /** How often a row was rewritten, on average. */
  rewrites: number;
  /** Most rows at once that no sealed table held. */
  waiting: number;
}

/**
 * Closes a hot table of `sizeOf()` rows again and again; `rollsDuring(rows)`: so many more are closed while that many
 * rows are being merged. Upkeep goes on as long as there is something to do, or until the next table is closed.
 */
function simulate(sizeOf: () => number, rollsDuring: (rows: number) => number, all = rowsInAll): Outcome {
  let catalog: Catalog = rolled(emptyCatalog, 'h0');
  const sizes = new Map<string, number>();
  const outcome: Outcome = { tables: 0, rewrites: 0, waiting: 0 };
  let made = 0;
  let rewritten = 0;
  let arrived = 0;
  let credit = 0;
  const close = (): void => {
    const rows = sizeOf();
    arrived += rows;
    sizes.set(hotOf(catalog)?.name ?? '', rows);
    made += 1;
    catalog = rolled(catalog, `h${made}`);
    const waiting = catalog.tables
      .filter(({ state }) => state === 'closed')
      .map(({ name }) => sizes.get(name) ?? 0);
    outcome.waiting = Math.max(
      outcome.waiting,
      waiting.reduce((sum, one) => sum + one, 0),
    );
    outcome.tables = Math.max(
      outcome.tables,
      catalog.tables.filter(({ state }) => state === 'sealed').length,
    );
  };
  while (arrived < all) {
    close();
    for (let inputs = nextMerge(catalog); inputs.length > 0; inputs = nextMerge(catalog)) {
      const rows = inputs.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
      for (credit += rollsDuring(rows); credit >= 1 && arrived < all; credit -= 1) close();
      made += 1;
      const name = `s${made}`;
      sizes.set(name, rows);
      rewritten += rows;
      const next = replaced(catalog, inputs, { name, rows, sizeBytes: 0, ranges: {} });
      expect(next).not.toBeNull();
      catalog = forgotten(next ?? catalog, inputs);
    }
  }
  const held = catalog.tables.reduce((sum, { name }) => sum + (sizes.get(name) ?? 0), 0);
  expect(held).toBe(arrived);
  return { ...outcome, rewrites: rewritten / arrived };
}

const random = createRandom(7).unit;
const arrivals: [what: string, sizeOf: () => number, all?: number][] = [
  ['full tables', () => hotLimits.rows + Math.floor(random() * 5_000)],
  ['tables of any size', () => 1 + Math.floor(random() * hotLimits.rows)],
  ['a trickle: tables closed for their number of commits', () => hotLimits.commits, 2_000_000],
  [
    'now a trickle, now a flood',
    () => (random() < 0.9 ? hotLimits.commits : hotLimits.rows + 4_999),
    5_000_000,
  ],
];

test.each(arrivals)('%s: few tables, and a row is rewritten a few times only', (_what, sizeOf, all) => {
  const outcome = simulate(sizeOf, () => 0, all);
  expect(outcome.tables).toBeLessThanOrEqual(20);
  // Four times more rows, once more; what comes as dust is gathered first.
  expect(outcome.rewrites).toBeLessThan(10);
});

test('tables stay few while rows come without a pause', () => {
  // Each merge takes as long as it takes to fill a table and more: some table is closed whenever one ends.
  const outcome = simulate(
    () => hotLimits.rows,
    (rows) => 1.1 + rows / hotLimits.rows / 4,
    4_000_000,
  );
  expect(outcome.tables).toBeLessThanOrEqual(30);
});

test('the tables that are to be merged are live ones, and merging them is undone by nobody', () => {
  let catalog = rolled(rolled(emptyCatalog, 'a'), 'b');
  expect(nextMerge(catalog)).toEqual(['a']);
  const next = replaced(catalog, ['a'], { name: 's', rows: 5, sizeBytes: 1, ranges: { w: [[1, 5]] } });
  expect(next?.tables.map(({ name, state }) => `${name} ${state}`)).toEqual(['s sealed', 'b hot']);
  expect(next?.dropped).toEqual(['a']);
  catalog = next ?? catalog;
  expect(replaced(catalog, ['a'], null)).toBeNull();
  expect(nextMerge(catalog)).toEqual([]);
});
