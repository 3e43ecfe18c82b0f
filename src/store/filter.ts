import type { Event, LightEvent } from '../schema/event.ts';
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
  agents?: readonly string[];
  /** Names of whoever did it. */
  actors?: readonly string[];
  /** Epoch milliseconds at the source: not before `since`, before `until`. */
  since?: number;
  until?: number;
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
  within('agent', filter.agents);
  within('actor_name', filter.actors);
  if (filter.since !== undefined) terms.push(`at >= ${filter.since}`);
  if (filter.until !== undefined) terms.push(`at < ${filter.until}`);
  if (filter.idTail !== undefined) terms.push(`ends_with(id, ${quote(filter.idTail)})`);
  if (filter.hlcs !== undefined)
    terms.push(`hlc >= ${quote(filter.hlcs[0])} AND hlc <= ${quote(filter.hlcs[1])}`);
  return terms.map((term) => `(${term})`).join(' AND ');
}

/** One term per run of a writer, cheap on BITMAP(branch) and BTREE(seq); branches of which the same run is wanted share one. */
export function spansToSql(spans: readonly Span[]): string {
  const runs = new Map<string, string[]>();
  for (const { branch, writer, upTo, after = 0 } of spans) {
    const terms: string[] = [];
    if (writer !== null) terms.push(`writer = ${quote(writer)}`);
    if (upTo !== null) terms.push(`seq <= ${upTo}`);
    if (after > 0) terms.push(`seq > ${after}`);
    const run = terms.join(' AND ');
    const branches = runs.get(run);
    if (branches === undefined) runs.set(run, [branch]);
    else branches.push(branch);
  }
  if (runs.size === 0) return 'false';
  return [...runs]
    .map(([run, branches]) => {
      const [only] = branches;
      const which =
        branches.length === 1 ? `branch = ${quote(only ?? '')}` : `branch IN ${quoteList(branches)}`;
      return run === '' ? `(${which})` : `(${which} AND ${run})`;
    })
    .join(' OR ');
}

export function matches(filter: Filter, event: Omit<LightEvent, 'v'>): boolean {
  const within = (value: string | null, values: readonly string[] | undefined): boolean =>
    values === undefined || (value !== null && values.includes(value));
  return (
    inSpans(filter.spans, event) &&
    within(event.id, filter.ids) &&
    within(event.session, filter.sessions) &&
    within(event.turn, filter.turns) &&
    within(event.type, filter.types) &&
    within(event.status, filter.statuses) &&
    within(event.agent, filter.agents) &&
    within(event.actor.name, filter.actors) &&
    (filter.since === undefined || event.at >= filter.since) &&
    (filter.until === undefined || event.at < filter.until) &&
    (filter.idTail === undefined || event.id.endsWith(filter.idTail)) &&
    (filter.hlcs === undefined || (event.hlc >= filter.hlcs[0] && event.hlc <= filter.hlcs[1]))
  );
}

type Place = Pick<Event, 'branch' | 'writer' | 'seq'>;

export const inSpans = (spans: readonly Span[], event: Place): boolean =>
  byBranch(spans)
    .get(event.branch)
    ?.some((span) => holds(span, event)) ?? false;

const holds = ({ writer, upTo, after = 0 }: Span, event: Place): boolean =>
  (writer === null || writer === event.writer) && (upTo === null || event.seq <= upTo) && event.seq > after;

/** A reader of many branches has as many spans, and asks for every event in memory. */
const known = new WeakMap<readonly Span[], Map<string, Span[]>>();

function byBranch(spans: readonly Span[]): Map<string, Span[]> {
  const before = known.get(spans);
  if (before !== undefined) return before;
  const lists = new Map<string, Span[]>();
  for (const span of spans) {
    const list = lists.get(span.branch);
    if (list === undefined) lists.set(span.branch, [span]);
    else list.push(span);
  }
  known.set(spans, lists);
  return lists;
}
