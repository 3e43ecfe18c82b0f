import type { Event } from '../schema/event.ts';
import type { Span } from '../schema/view.ts';
import { quote, quoteList } from './lance/quote.ts';

/** What to read; every field narrows. `spans` is the lineage and is never optional: a read without a view would break the wall between branches. */
export interface Filter {
  spans: readonly Span[];
  ids?: readonly string[];
  /** Last hex digits of an id. */
  idTail?: string;
  sessions?: readonly string[];
  turns?: readonly string[];
  types?: readonly string[];
  statuses?: readonly string[];
  /** Clock readings of the first and the last that are wanted. */
  hlcs?: readonly [from: string, to: string];
}

export function filterToSql(filter: Filter): string {
  const terms = [spansToSql(filter.spans)];
  const within = (column: string, values: readonly string[] | undefined): void => {
    if (values !== undefined) terms.push(values.length === 0 ? 'false' : `${column} IN ${quoteList(values)}`);
  };
  within('id', filter.ids);
  within('session', filter.sessions);
  within('turn', filter.turns);
  within('type', filter.types);
  within('status', filter.statuses);
  if (filter.idTail !== undefined) terms.push(`ends_with(id, ${quote(filter.idTail)})`);
  if (filter.hlcs !== undefined)
    terms.push(`hlc >= ${quote(filter.hlcs[0])} AND hlc <= ${quote(filter.hlcs[1])}`);
  return terms.map((term) => `(${term})`).join(' AND ');
}

/** One term per (branch, writer) run, cheap on BITMAP(branch) and BTREE(seq). */
export function spansToSql(spans: readonly Span[]): string {
  if (spans.length === 0) return 'false';
  return spans
    .map(({ branch, writer, upTo }) => {
      const terms = [`branch = ${quote(branch)}`];
      if (writer !== null) terms.push(`writer = ${quote(writer)}`);
      if (upTo !== null) terms.push(`seq <= ${upTo}`);
      return `(${terms.join(' AND ')})`;
    })
    .join(' OR ');
}

export function matches(filter: Filter, event: Event): boolean {
  const within = (value: string | null, values: readonly string[] | undefined): boolean =>
    values === undefined || (value !== null && values.includes(value));
  return (
    inSpans(filter.spans, event) &&
    within(event.id, filter.ids) &&
    within(event.session, filter.sessions) &&
    within(event.turn, filter.turns) &&
    within(event.type, filter.types) &&
    within(event.status, filter.statuses) &&
    (filter.idTail === undefined || event.id.endsWith(filter.idTail)) &&
    (filter.hlcs === undefined || (event.hlc >= filter.hlcs[0] && event.hlc <= filter.hlcs[1]))
  );
}

export const inSpans = (spans: readonly Span[], event: Pick<Event, 'branch' | 'writer' | 'seq'>): boolean =>
  spans.some(
    (span) =>
      span.branch === event.branch &&
      (span.writer === null || span.writer === event.writer) &&
      (span.upTo === null || event.seq <= span.upTo),
  );
