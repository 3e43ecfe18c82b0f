import { compareEvents, type Event } from '../schema/event.ts';
import type { Filter } from './filter.ts';
import { uniqueById } from './fresh.ts';
import type { SealedTable } from './lance/sealed-table.ts';

export interface TurnsInput {
  tables: readonly SealedTable[];
  /** The filter's events that are in memory. */
  recent: readonly Event[];
  filter: Filter;
  perTurn: number;
}

/** An event of a turn: in memory, or a row of a table. */
interface Place {
  turn: string;
  hlc: string;
  event?: Event;
  row?: { table: SealedTable; rowId: bigint };
}

/**
 * The events of some turns, in order; of a turn that has more than `perTurn` those at its beginning and at its end. The
 * index on turns says where the rows are, and of the other columns only the rows that are wanted are read.
 */
export async function readTurns({ tables, recent, filter, perTurn }: TurnsInput): Promise<Event[]> {
  if (filter.turns?.length === 0) return [];
  const stored = await Promise.all(
    tables.map(
      async (table): Promise<Place[]> =>
        (await table.turnRows(filter)).map(({ rowId, turn, hlc }) => ({ turn, hlc, row: { table, rowId } })),
    ),
  );
  const memory = recent.map((event): Place => ({ turn: event.turn ?? '', hlc: event.hlc, event }));
  const turns = Map.groupBy([...memory, ...stored.flat()], ({ turn }) => turn);
  const wanted = [...turns.values()].flatMap((places) => endsOf(places, perTurn));
  const byTable = Map.groupBy(
    wanted.flatMap(({ row }) => row ?? []),
    ({ table }) => table,
  );
  const read = await Promise.all(
    [...byTable].map(([table, rows]) => table.take(rows.map(({ rowId }) => rowId))),
  );
  return uniqueById([...wanted.flatMap(({ event }) => event ?? []), ...read.flat()]).sort(compareEvents);
}

/** All of a list that is short enough, or else its two ends. */
function endsOf(places: readonly Place[], most: number): readonly Place[] {
  if (places.length <= most) return places;
  const ordered = [...places].sort((a, b) => (a.hlc < b.hlc ? -1 : a.hlc > b.hlc ? 1 : 0));
  const head = Math.ceil(most / 2);
  return [...ordered.slice(0, head), ...ordered.slice(ordered.length - (most - head))];
}
