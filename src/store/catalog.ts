import { z } from 'zod';
import { RangeSet, Ranges } from './ranges.ts';

/** Rows, bytes in memory, or commits at which a hot table is closed. */
export const hotLimits = { rows: 8_192, bytes: 32 << 20, commits: 256 };

/** So many tables of about one size are made into one. */
const mergeWidth = 4;

const TableEntry = z.object({
  name: z.string().regex(/^events_[0-9a-f]{32}$/),
  /** `hot` takes rows; `closed` takes no more and waits to be sealed; `sealed` is complete, indexed and final. */
  state: z.enum(['hot', 'closed', 'sealed']),
  /** Of a sealed table; 0 of others, whose rows are in memory. */
  rows: z.number().int().nonnegative(),
  sizeBytes: z.number().int().nonnegative(),
  /** Which events a sealed table holds. */
  ranges: Ranges,
});
export type TableEntry = z.infer<typeof TableEntry>;

/** Which tables make up a workspace. Each version of it is one step: readers have the tables before it or after it. */
export const Catalog = z.object({
  format: z.literal(1),
  /** Oldest first; exactly one is hot. */
  tables: z.array(TableEntry),
  /** Tables that were replaced; deleted once nobody can still be reading them. */
  dropped: z.array(z.string()),
  /** Events that somebody has accepted as lost. */
  lost: Ranges,
});
export type Catalog = z.infer<typeof Catalog>;

export const emptyCatalog: Catalog = { format: 1, tables: [], dropped: [], lost: {} };

const entry = (name: string, state: TableEntry['state']): TableEntry => ({
  name,
  state,
  rows: 0,
  sizeBytes: 0,
  ranges: {},
});

export const hotOf = ({ tables }: Catalog): TableEntry | undefined =>
  tables.find(({ state }) => state === 'hot');

export const sealedOf = ({ tables }: Catalog): TableEntry[] =>
  tables.filter(({ state }) => state === 'sealed');

/** Tables whose rows are kept in memory. */
export const unsealedOf = ({ tables }: Catalog): TableEntry[] =>
  tables.filter(({ state }) => state !== 'sealed');

/** A new hot table; the one before is closed. */
export const rolled = (catalog: Catalog, name: string): Catalog => ({
  ...catalog,
  tables: [
    ...catalog.tables.map((table) =>
      table.state === 'hot' ? { ...table, state: 'closed' as const } : table,
    ),
    entry(name, 'hot'),
  ],
});

/** The inputs give way to one sealed table; null when one of them is no longer there. */
export function replaced(
  catalog: Catalog,
  inputs: readonly string[],
  output: Omit<TableEntry, 'state'> | null,
): Catalog | null {
  const places = inputs.map((name) => catalog.tables.findIndex((table) => table.name === name));
  if (places.includes(-1)) return null;
  const tables = catalog.tables.filter(({ name }) => !inputs.includes(name));
  if (output !== null) tables.splice(Math.min(...places), 0, { ...output, state: 'sealed' });
  return { ...catalog, tables, dropped: [...catalog.dropped, ...inputs] };
}

/** Tables that nobody names are dropped as those that were replaced; null when there are none of them. */
export function disowned(catalog: Catalog, names: readonly string[]): Catalog | null {
  const known = new Set([...catalog.tables.map(({ name }) => name), ...catalog.dropped]);
  const orphans = names.filter((name) => !known.has(name));
  return orphans.length === 0 ? null : { ...catalog, dropped: [...catalog.dropped, ...orphans] };
}

export const forgotten = (catalog: Catalog, names: readonly string[]): Catalog => ({
  ...catalog,
  dropped: catalog.dropped.filter((name) => !names.includes(name)),
});

export const acceptedLoss = (catalog: Catalog, lost: RangeSet): Catalog => ({
  ...catalog,
  lost: RangeSet.of(catalog.lost, lost.toJSON()).toJSON(),
});

/** Sealed tables below so many rows are dust: the next table that is sealed takes them in. */
const dustRows = hotLimits.rows / mergeWidth;

/**
 * Which tables to make into one next; empty when there is nothing to do. Closed tables are sealed together with the dust
 * of a slow trickle; and of four tables of about one size one is made, so that an event is rewritten once for each
 * fourfold growth of the store, and no more than about a dozen tables are ever read (size-tiered compaction, as in
 * Cassandra and Lucene).
 */
export function nextMerge(catalog: Catalog): string[] {
  const closed = catalog.tables.filter(({ state }) => state === 'closed');
  const byTier = new Map<number, TableEntry[]>();
  for (const table of sealedOf(catalog)) {
    const tier = tierOf(table.rows);
    byTier.set(tier, [...(byTier.get(tier) ?? []), table]);
  }
  const dust = byTier.get(0) ?? [];
  const tiers = [...byTier].sort(([a], [b]) => a - b).map(([, tables]) => tables);
  const crowd = (least: number): TableEntry[] => tiers.find(({ length }) => length >= least) ?? [];
  // Under a load that never pauses there is always a closed table: the others must get their turn.
  const overdue = crowd(2 * mergeWidth);
  const sealing = closed.length > 0 ? [...dust, ...closed] : crowd(mergeWidth);
  return (overdue.length > 0 ? overdue : sealing).map(({ name }) => name);
}

/** 0 for dust, then one more for each fourfold size. */
const tierOf = (rows: number): number =>
  rows < dustRows ? 0 : 1 + Math.floor(Math.log(rows / dustRows) / Math.log(mergeWidth));
