import type { FoundEvent } from '../schema/event.ts';
import { createScorer } from './bm25.ts';
import type { Filter } from './filter.ts';
import { type Scored, uniqueById } from './fresh.ts';
import type { Match, SealedTable } from './lance/sealed-table.ts';
import { createPathMatcher } from './path-glob.ts';
import type { TermCounts } from './term-counts.ts';

/** Rows beyond the limit that each table ranks: its own order is not quite the order of all. */
const spareMatches = 50;

/** So many times as many where rows are left out afterwards; when fewer than one of so many is left, LanceDB is quicker. */
const looseDepth = 4;

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
export async function searchTables(input: SearchInput): Promise<Scored[]> {
  const { paths, ...rest } = input.filter;
  if (paths !== undefined) {
    // No index knows paths: LanceDB would read those of all rows, and we have those of the rows that we read anyway.
    const isOn = createPathMatcher(paths.globs);
    const found = await searchOnce({ ...input, filter: rest }, (event) => isOn(event.paths));
    if (found !== null) return found;
  }
  return (await searchOnce(input)) ?? [];
}

/** `isWanted`: what the filter does not say. Null when that leaves too little of what the tables gave. */
async function searchOnce(
  { tables, terms, filter, limit, counts, recent }: SearchInput,
  isWanted?: (event: FoundEvent) => boolean,
): Promise<Scored[] | null> {
  const { score } = createScorer(terms, counts);
  const depth = limit + spareMatches;
  const most = isWanted === undefined ? depth : looseDepth * depth;
  const rankings = await Promise.all(
    tables.map(async (table): Promise<Ranking> => {
      const matches = await table.search(terms, filter, most);
      return { table, matches: matches.sort((a, b) => b.score - a.score), read: 0, worth: 0 };
    }),
  );
  let best = bestOf(recent, limit);
  let read = 0;
  let kept = 0;
  let ends = endsOfBest(rankings, limit, limit);
  while (rankings.some((ranking, at) => (ends[at] ?? 0) > ranking.read)) {
    const all = await Promise.all(rankings.map((ranking, at) => readUpTo(ranking, ends[at] ?? 0, score)));
    const found = all.flat();
    const fit = isWanted === undefined ? found : found.filter(({ event }) => isWanted(event));
    read += found.length;
    kept += fit.length;
    if (kept < read / looseDepth) return null;
    best = bestOf([...best, ...fit], limit);
    const floor = best.at(-1)?.score ?? 0;
    // As deep as where nothing is left out.
    const deepest = Math.ceil((depth * read) / Math.max(kept, 1));
    ends =
      best.length < limit
        ? endsOfBest(rankings, limit, 2 * read)
        : rankings.map((ranking) => Math.max(ranking.read, Math.min(deepest, endAbove(ranking, floor))));
  }
  const isShort = best.length < limit && rankings.some(({ matches }) => matches.length === most);
  return isWanted !== undefined && isShort ? null : best;
}

/** Up to where each table is read for the `wanted` best of all as the tables have scored them. */
function endsOfBest(rankings: readonly Ranking[], limit: number, wanted: number): number[] {
  const scores = rankings.flatMap(({ matches }) => matches.map(({ score }) => score)).sort((a, b) => b - a);
  const floor = scores[wanted - 1] ?? 0;
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
