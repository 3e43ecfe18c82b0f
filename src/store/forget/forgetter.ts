import { z } from 'zod';
import { DecidedIn, EventRuns, RekeyedRecord } from '../../schema/bodies/forget.ts';
import type { Event } from '../../schema/event.ts';
import {
  forgottenText,
  isStructural,
  prunedText,
  rekeyed,
  stubOf,
  withoutDecided,
} from '../../schema/forgotten.ts';
import { RunIndex, runsOf } from '../../schema/runs.ts';
import type { StoredEvent } from '../stored-event.ts';

/** What was ordered to be forgotten (or pruned), by the event that ordered it. */
export const Forgetting = z.object({
  /** Id of that event. */
  event: z.string(),
  kind: z.enum(['forgotten', 'pruned']),
  events: EventRuns,
  keys: z.array(RekeyedRecord),
  decided: z.array(DecidedIn),
});
export type Forgetting = z.infer<typeof Forgetting>;

/** Applies forgettings to events, one by one, in whatever order the two come. */
export interface Forgetter {
  /** The event as it may be kept: itself, when nothing of it is to go. */
  of(event: Event): Event;
  /** The same with its terms: a stub is found by none. */
  row(row: StoredEvent): StoredEvent;
  /** Places of events that are touched. */
  readonly touched: RunIndex;
  /** What stands in the place of an event's text; null when it is not to go. */
  markOf(writer: string, seq: number): string | null;
  /** Whether an event is one of those whose content goes for good (and not only pruned). */
  isForgotten(writer: string, seq: number): boolean;
}

interface Order {
  forgetting: Forgetting;
  whole: RunIndex;
  keys: { key: string; held: RunIndex }[];
}

export function createForgetter(forgettings: readonly Forgetting[]): Forgetter {
  // Forgetting goes before pruning: what stays of a pruned event may still be too much.
  const sorted = [...forgettings].sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
  const orders = sorted.map(
    (forgetting): Order => ({
      forgetting,
      whole: RunIndex.of(forgetting.events),
      keys: forgetting.keys.map(({ key, events }) => ({ key, held: RunIndex.of(events) })),
    }),
  );
  const touched = touchedBy(sorted);
  const apply = (event: Event): Event => {
    if (!touched.has(event.writer, event.seq) || isStructural(event.type)) return event;
    return orders.reduce((so, order) => applyOne(so, order), event);
  };
  return {
    touched,
    of: apply,
    row: (row) => {
      const event = apply(row.event);
      return event === row.event ? row : { event, terms: '' };
    },
    markOf: (writer, seq) => {
      const order = orders.find(({ whole }) => whole.has(writer, seq));
      if (order === undefined) return null;
      return order.forgetting.kind === 'pruned' ? prunedText : forgottenText;
    },
    isForgotten: (writer, seq) =>
      orders.some(({ forgetting, whole }) => forgetting.kind === 'forgotten' && whole.has(writer, seq)),
  };
}

function touchedBy(forgettings: readonly Forgetting[]): RunIndex {
  const all = forgettings.flatMap(({ events, keys, decided }) => [
    events,
    ...keys.map((one) => one.events),
    runsOf(decided),
  ]);
  return RunIndex.of(...all);
}

function applyOne(event: Event, { forgetting, whole, keys }: Order): Event {
  const { writer, seq } = event;
  const key = keys.find(({ held }) => held.has(writer, seq))?.key;
  const rows = forgetting.decided.filter((one) => one.writer === writer && one.seq === seq);
  const merged = rows.reduce((so, one) => withoutDecided(so, one.rows), event);
  if (whole.has(writer, seq)) return stubOf(merged, { event: forgetting.event, kind: forgetting.kind, key });
  return rekeyed(merged, key);
}

/** What is forgotten as of now, while more may come. */
export interface Forgettings {
  list(): readonly Forgetting[];
  now(): Forgetter;
}

/** `list` gives those that are known; what is made of them is kept until there are more. */
export function followForgettings(list: () => readonly Forgetting[]): Forgettings {
  let known: { events: string; forgetter: Forgetter } | null = null;
  const now = (): Forgetter => {
    const all = list();
    const events = all.map(({ event }) => event).join(' ');
    if (known?.events !== events) known = { events, forgetter: createForgetter(all) };
    return known.forgetter;
  };
  return { list, now };
}
