import { compareEvents, type Event, type Position } from '../schema/event.ts';
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
interface Place extends Position {
  turn: string;
  event?: Event;
  row?: { table: SealedTable; rowId: bigint };
}

/**
 * The events of some turns, in order; of a turn that has more than `perTurn` those at its beginning and at its end. The
 * index on turns says where the rows are, and of the long columns only the rows that are wanted are read.
 */
export async function readTurns({ tables, recent, filter, perTurn }: TurnsInput): Promise<Event[]> {
  if (filter.turns?.length === 0) return [];
  const stored = await Promise.all(
    tables.map(
      async (table): Promise<Place[]> =>
        (await table.turnRows(filter)).map(({ rowId, turn, position }) => ({
          ...position,
          turn,
          row: { table, rowId },
        })),
    ),
  );
  const memory = recent.map((event): Place => ({ ...event, turn: event.turn ?? '', event }));
  const places = uniqueById([...memory, ...stored.flat()]).sort(compareEvents);
  const wanted = [...Map.groupBy(places, ({ turn }) => turn).values()].flatMap((turn) =>
    endsOf(turn, perTurn),
  );
  const byTable = Map.groupBy(
    wanted.flatMap(({ row }) => row ?? []),
    ({ table }) => table,
  );
  const read = await Promise.all(
    [...byTable].map(([table, rows]) => table.take(rows.map(({ rowId }) => rowId))),
  );
  return [...wanted.flatMap(({ event }) => event ?? []), ...read.flat()].sort(compareEvents);
}

/** All of a list that is short enough, or else its two ends. */
function endsOf<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const head = Math.ceil(most / 2);
  return [...list.slice(0, head), ...list.slice(list.length - (most - head))];
}
