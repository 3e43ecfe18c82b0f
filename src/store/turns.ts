import { compareEvents, type Event, type Position } from '../schema/event.ts';
import type { Filter } from './filter.ts';
import { uniqueById } from './fresh.ts';
import type { SealedTable } from './lance/sealed-table.ts';

export interface TurnsInput<E> {
  tables: readonly SealedTable[];
  /** The filter's events that are in memory. */
  recent: readonly Event[];
  filter: Filter;
  perTurn: number;
  /** Reads rows of a table. */
  take: (table: SealedTable, rowIds: bigint[]) => Promise<E[]>;
}

/** An event of a turn: in memory, or a row of a table. */
interface Place {
  turn: string;
  hlc: string;
  event?: Event;
  row?: Row;
}

interface Row {
  table: SealedTable | undefined;
  rowId: bigint;
}

/**
 * The events of some turns, in order; of a turn that has more than `perTurn` those at its beginning and at its end. The
 * index on turns says where the rows are, and of the other columns only the rows that are wanted are read.
 */
export async function readTurns<E extends Position>(input: TurnsInput<E>): Promise<(E | Event)[]> {
  const { tables, recent, filter, perTurn, take } = input;
  if (filter.turns?.length === 0) return [];
  const rowIds = await Promise.all(tables.map((table) => table.rowIds(filter)));
  const total = rowIds.reduce((sum, { length }) => sum + length, recent.length);
  const rows = rowIds.flatMap((ids, at) => ids.map((rowId): Row => ({ table: tables[at], rowId })));
  // How rows stand to each other is asked only when one of the turns may be too long.
  const wanted = total <= perTurn ? { events: recent, rows } : await endsOfTurns(input);
  const byTable = Map.groupBy(wanted.rows, ({ table }) => table);
  const read = await Promise.all(
    [...byTable].map(([table, some]) =>
      table === undefined
        ? []
        : take(
            table,
            some.map(({ rowId }) => rowId),
          ),
    ),
  );
  return uniqueById([...wanted.events, ...read.flat()]).sort(compareEvents);
}

async function endsOfTurns({
  tables,
  recent,
  filter,
  perTurn,
}: Omit<TurnsInput<unknown>, 'take'>): Promise<{ events: Event[]; rows: Row[] }> {
  const stored = await Promise.all(
    tables.map(
      async (table): Promise<Place[]> =>
        (await table.turnRows(filter)).map(({ rowId, turn, hlc }) => ({ turn, hlc, row: { table, rowId } })),
    ),
  );
  const memory = recent.map((event): Place => ({ turn: event.turn ?? '', hlc: event.hlc, event }));
  const turns = Map.groupBy([...memory, ...stored.flat()], ({ turn }) => turn);
  const wanted = [...turns.values()].flatMap((places) => endsOf(places, perTurn));
  return { events: wanted.flatMap(({ event }) => event ?? []), rows: wanted.flatMap(({ row }) => row ?? []) };
}

/** All of a list that is short enough, or else its two ends. */
function endsOf(places: readonly Place[], most: number): readonly Place[] {
  if (places.length <= most) return places;
  const ordered = [...places].sort((a, b) => (a.hlc < b.hlc ? -1 : a.hlc > b.hlc ? 1 : 0));
  const head = Math.ceil(most / 2);
  return [...ordered.slice(0, head), ...ordered.slice(ordered.length - (most - head))];
}
