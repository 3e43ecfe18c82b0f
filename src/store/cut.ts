import { z } from 'zod';
import type { TableEntry } from './catalog.ts';
import type { Fresh } from './fresh.ts';
import type { Generations } from './generations.ts';
import { Ledger } from './lance/ledger.ts';
import { RangeSet, Ranges } from './ranges.ts';

/** A table at one moment, and what it must hold. */
export const TableCut = z.object({
  name: z.string(),
  state: z.enum(['hot', 'closed', 'sealed']),
  /** Its events, without those that were accepted as lost. */
  expected: Ranges,
  /** What its folder held when it was sealed; null of a table that is not sealed, or has none. */
  ledger: Ledger.nullable(),
});
export type TableCut = z.infer<typeof TableCut>;

interface Tables {
  generations: Generations;
  fresh: Fresh;
}

/** All tables of the workspace at one moment. Only while nothing else changes them. */
export async function cutTables(parts: Tables): Promise<TableCut[]> {
  const { catalog } = parts.generations;
  const lost = RangeSet.of(catalog.lost);
  const cuts: TableCut[] = [];
  for (const table of catalog.tables) {
    const { name, state } = table;
    const ledger = state === 'sealed' ? await parts.generations.ledgerOf(name) : null;
    cuts.push({ name, state, expected: heldBy(table, parts.fresh).without(lost).toJSON(), ledger });
  }
  return cuts;
}

/** Which events a table holds; of an unsealed one those are in memory. */
export function heldBy({ name, state, ranges }: TableEntry, fresh: Fresh): RangeSet {
  if (state === 'sealed') return RangeSet.of(ranges);
  const held = new RangeSet();
  for (const { event } of fresh.rowsOf(name)) held.add(event.writer, event.seq);
  return held;
}
