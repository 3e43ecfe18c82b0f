import { compareEvents, type Event, type Position } from '../schema/event.ts';
import type { Span } from '../schema/view.ts';
import { uniqueById } from './fresh.ts';

/** Which turns are wanted, and what of them can be seen. */
export interface Turns {
  spans: readonly Span[];
  turns: readonly string[];
}

/** All of a list that is short enough, or else its two ends. */
export function endsOf<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const head = Math.ceil(most / 2);
  return [...list.slice(0, head), ...list.slice(list.length - (most - head))];
}

/** The same of each turn, by the clock readings. */
export const endsOfTurns = <T extends { turn: string | null; hlc: string }>(
  places: readonly T[],
  perTurn: number,
): T[] =>
  [...Map.groupBy(places, ({ turn }) => turn).values()].flatMap((list) =>
    list.length <= perTurn
      ? list
      : endsOf(
          list.toSorted((a, b) => (a.hlc < b.hlc ? -1 : a.hlc > b.hlc ? 1 : 0)),
          perTurn,
        ),
  );

/** Of what each table has of some turns, and memory of them, the events in order; of a turn that has more than `perTurn` its ends. */
export const mergeTurns = <E extends Position & { turn: string | null }>(
  stored: readonly (readonly E[])[],
  recent: readonly Event[],
  perTurn: number,
): (E | Event)[] =>
  endsOfTurns(uniqueById<E | Event>([...stored.flat(), ...recent]), perTurn).sort(compareEvents);
