import type { RowsOn } from '../fields/fields-reader.ts';
import { type Filter, filterToSql } from '../filter.ts';
import type { Match } from './found-rows.ts';

/** A table's best rows of those that an SQL condition lets through, best first. */
export type RankRows = (where: string, limit: number) => Promise<Match[]>;

/** So few rows on the wanted paths are named to LanceDB: it takes 10 ms for a thousand of them, and 40 for five thousand (measured). */
const mostNamed = 1_000;
/** Where there are more, as many as should do are ranked without the paths, at the most these: 17 ms of 100,000 rows (measured). */
const deepest = 20_000;

/** The best rows of those that the filter lets through, where it is known which rows are on its paths. */
export async function rankOnPaths(
  rank: RankRows,
  filter: Filter,
  on: RowsOn,
  limit: number,
): Promise<Match[]> {
  const { paths: _, ...others } = filter;
  if (on.count === 0) return [];
  if (on.count <= mostNamed)
    return rank(`${filterToSql(others)} AND _rowid IN (${on.rowIds().join(', ')})`, limit);
  const depth = Math.min(deepest, Math.ceil((2 * limit * on.of) / on.count));
  const ranked = await rank(filterToSql(others), depth);
  const fit = ranked.filter(({ rowId }) => on.has(rowId));
  // Most of the best are beside the paths: LanceDB compares those of every row.
  if (fit.length < limit && ranked.length === depth) return rank(filterToSql(filter), limit);
  return fit.slice(0, limit);
}
