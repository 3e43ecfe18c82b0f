import type { FoundEvent } from '../schema/event.ts';
import { createScorer } from './bm25.ts';
import type { Filter } from './filter.ts';
import { type Scored, uniqueById } from './fresh.ts';
import type { Match, SealedTable } from './lance/sealed-table.ts';
import type { TermCounts } from './term-counts.ts';

/** Rows beyond the limit that each table ranks: its own order is not quite the order of all. */
const spareMatches = 50;

/** Of each table at least so many rows are looked at: they tell what its scores are worth. */
const leastRows = 12;

/** A row that may be better than the last one wanted by less than this is not worth another read. */
const tolerance = 1.01;

/** A table's rows that it puts this much below the last one wanted are read at once: few searches need to read twice. */
const slack = 0.98;

export interface SearchInput {
  tables: readonly SealedTable[];
  terms: readonly string[];
  filter: Filter;
  limit: number;
  counts: TermCounts;
  /** The visible rows in memory with any of the terms, scored. */
  recent: readonly Scored[];
}

/** What one table has ranked, and how far it has been read. */
interface Ranking {
  table: SealedTable;
  /** Best first, by the table's own counts. */
  matches: Match[];
  read: number;
  /** Most by which a row's score exceeded what the table gave it. */
  worth: number;
}

/**
 * The best events of all, best first, by BM25 with the counts of the whole store: LanceDB ranks each table by that
 * table's counts, and we read (the dear part: each row means unpacking a block) and score again only the rows that can be
 * among the best. Every score is exact. The choice of rows is not: it trusts that a table's unread rows gain no more by
 * the counts of all than those that were read, `leastRows` at the least, and leaves out what would beat the last one by a
 * hundredth.
 */
export async function searchTables({
  tables,
  terms,
  filter,
  limit,
  counts,
  recent,
}: SearchInput): Promise<Scored[]> {
  const { score } = createScorer(terms, counts);
  const depth = limit + spareMatches;
  const rankings = await Promise.all(
    tables.map(
      async (table): Promise<Ranking> => ({
        table,
        matches: await table.search(terms, filter, depth),
        read: 0,
        worth: 0,
      }),
    ),
  );
  let best = bestOf(recent, limit);
  let ends = endsOfBest(rankings, limit);
  while (rankings.some((ranking, at) => (ends[at] ?? 0) > ranking.read)) {
    const found = await Promise.all(rankings.map((ranking, at) => readUpTo(ranking, ends[at] ?? 0, score)));
    best = bestOf([...best, ...found.flat()], limit);
    const floor = best.length < limit ? 0 : (best.at(-1)?.score ?? 0);
    ends = rankings.map((ranking) => endAbove(ranking, floor));
  }
  return best;
}

/** Up to where each table is read for the best of all as the tables have scored them. */
function endsOfBest(rankings: readonly Ranking[], limit: number): number[] {
  const scores = rankings.flatMap(({ matches }) => matches.map(({ score }) => score)).sort((a, b) => b - a);
  const floor = scores[limit - 1] ?? 0;
  return rankings.map(({ matches }) =>
    Math.max(
      Math.min(leastRows, limit, matches.length),
      matches.findLastIndex(({ score }) => score >= floor * slack) + 1,
    ),
  );
}

/** Up to where a table may hold rows that belong to the best. */
const endAbove = ({ matches, worth, read }: Ranking, floor: number): number =>
  Math.max(read, matches.findLastIndex(({ score }) => score * worth > floor * tolerance) + 1);

async function readUpTo(
  ranking: Ranking,
  end: number,
  score: (terms: string) => { score: number; matched: string[] },
): Promise<Scored[]> {
  const wanted = ranking.matches.slice(ranking.read, end);
  ranking.read = Math.max(ranking.read, end);
  if (wanted.length === 0) return [];
  const own = new Map(wanted.map((match) => [match.rowId, match.score]));
  const rows = await ranking.table.takeFound(wanted.map(({ rowId }) => rowId));
  return rows.map(({ rowId, event, terms }) => {
    const scored = score(terms);
    ranking.worth = Math.max(ranking.worth, scored.score / (own.get(rowId) ?? Number.POSITIVE_INFINITY));
    return { event, ...scored };
  });
}

/** Each event once, best first. */
function bestOf(
  found: readonly { event: FoundEvent; score: number; matched: string[] }[],
  limit: number,
): Scored[] {
  const sorted = [...found].sort((a, b) => b.score - a.score);
  const unique = uniqueById(sorted.map((one) => ({ id: one.event.id, one })));
  return unique.slice(0, limit).map(({ one }) => one);
}
