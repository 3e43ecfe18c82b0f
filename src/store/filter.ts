import type { Event, LightEvent } from '../schema/event.ts';
import type { Span } from '../schema/view.ts';
import { quote, quoteList } from './lance/quote.ts';
import { createPathMatcher, globsToSql } from './path-glob.ts';

/** What to read; every field narrows. `spans` is the lineage and is never optional: a read without a view would break the wall between branches. */
export interface Filter {
  spans: readonly Span[];
  ids?: readonly string[];
  /** Last hex digits of an id. */
  idTail?: string;
  sessions?: readonly string[];
  /** Sessions of which nothing is wanted. */
  exceptSessions?: readonly string[];
  turns?: readonly string[];
  types?: readonly string[];
  /** Types, and families (what stands before the dot), of which one is wanted. */
  kinds?: { types: readonly string[]; families: readonly string[] };
  statuses?: readonly string[];
  agents?: readonly string[];
  /** Names of whoever did it. */
  actors?: readonly string[];
  /** Epoch milliseconds at the source: not before `since`, before `until`. */
  since?: number;
  until?: number;
  /** Globs, of which one of an event's paths must be what one says (`path-glob.ts`). */
  paths?: { globs: readonly string[] };
  /** Seqs of writers: exactly these events. */
  places?: readonly { writer: string; seqs: readonly number[] }[];
  /** Lower case: in the text, the body (as JSON), a path or a name. LanceDB reads all texts that the rest lets through. */
  says?: string;
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
  if (filter.exceptSessions !== undefined && filter.exceptSessions.length > 0)
    terms.push(`session NOT IN ${quoteList(filter.exceptSessions)}`);
  within('turn', filter.turns);
  within('type', filter.types);
  if (filter.kinds !== undefined) terms.push(kindsToSql(filter.kinds));
  within('status', filter.statuses);
  within('agent', filter.agents);
  within('actor_name', filter.actors);
  if (filter.since !== undefined) terms.push(`at >= ${filter.since}`);
  if (filter.until !== undefined) terms.push(`at < ${filter.until}`);
  if (filter.idTail !== undefined) terms.push(`ends_with(id, ${quote(filter.idTail)})`);
  if (filter.paths !== undefined) terms.push(globsToSql(filter.paths.globs));
  if (filter.places !== undefined) terms.push(placesToSql(filter.places));
  if (filter.says !== undefined) terms.push(saysToSql(filter.says));
  if (filter.hlcs !== undefined)
    terms.push(`hlc >= ${quote(filter.hlcs[0])} AND hlc <= ${quote(filter.hlcs[1])}`);
  return terms.map((term) => `(${term})`).join(' AND ');
}

function kindsToSql({ types, families }: NonNullable<Filter['kinds']>): string {
  const terms = families.map((family) => `starts_with(type, ${quote(`${family}.`)})`);
  if (types.length > 0) terms.push(`type IN ${quoteList(types)}`);
  return terms.length === 0 ? 'false' : terms.join(' OR ');
}

const placesToSql = (places: NonNullable<Filter['places']>): string =>
  places.length === 0
    ? 'false'
    : places
        .map(({ writer, seqs }) => `writer = ${quote(writer)} AND seq IN (${seqs.join(', ')})`)
        .map((term) => `(${term})`)
        .join(' OR ');

/** What is said in a body stands there as JSON writes it. */
const inJson = (said: string): string => JSON.stringify(said).slice(1, -1);

function saysToSql(said: string): string {
  const columns = ['text', 'type', 'agent', 'actor_name', 'array_to_string(paths, chr(10))'];
  const terms = columns.map((column) => `contains(lower(${column}), ${quote(said)})`);
  return [...terms, `contains(lower(body), ${quote(inJson(said))})`].join(' OR ');
}

function saysIt(said: string): (event: Matched) => boolean {
  const json = inJson(said);
  return ({ type, agent, actor, text = '', paths = [], body }) =>
    [text, type, agent, actor.name, ...paths].some((part) => part.toLowerCase().includes(said)) ||
    (body !== undefined && JSON.stringify(body).toLowerCase().includes(json));
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

/** As much of an event as a filter looks at; without its paths it is on none. */
export type Matched = Omit<LightEvent, 'v' | 'actor'> & { actor: { name: string } } & Partial<
    Pick<Event, 'paths' | 'text' | 'body'>
  >;

/** Says of events in memory whether the filter lets them through. */
export function createMatcher(filter: Filter): (event: Matched) => boolean {
  const { spans, since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, hlcs, idTail } = filter;
  const tests: ((event: Matched) => boolean)[] = [];
  const within = (
    read: (event: Matched) => string | null,
    values: readonly (string | null)[] | undefined,
  ): void => {
    const wanted = new Set(values);
    wanted.delete(null);
    if (values !== undefined) tests.push((event) => wanted.has(read(event)));
  };
  within((event) => event.id, filter.ids);
  within((event) => event.turn, filter.turns);
  within((event) => event.session, filter.sessions);
  within((event) => event.type, filter.types);
  within((event) => event.status, filter.statuses);
  within((event) => event.agent, filter.agents);
  within((event) => event.actor.name, filter.actors);
  if (filter.kinds !== undefined) {
    const [types, families] = [new Set(filter.kinds.types), new Set(filter.kinds.families)];
    tests.push(({ type }) => types.has(type) || families.has(type.slice(0, type.indexOf('.'))));
  }
  const unwanted = new Set(filter.exceptSessions);
  if (unwanted.size > 0) tests.push(({ session }) => !unwanted.has(session));
  tests.push((event) => event.at >= since && event.at < until);
  if (idTail !== undefined) tests.push(({ id }) => id.endsWith(idTail));
  if (hlcs !== undefined) tests.push(({ hlc }) => hlc >= hlcs[0] && hlc <= hlcs[1]);
  tests.push((event) => inSpans(spans, event));
  if (filter.places !== undefined) {
    const wanted = new Map(filter.places.map(({ writer, seqs }) => [writer, new Set(seqs)]));
    tests.push(({ writer, seq }) => wanted.get(writer)?.has(seq) ?? false);
  }
  if (filter.says !== undefined) tests.push(saysIt(filter.says));
  if (filter.paths !== undefined) {
    const hasPath = createPathMatcher(filter.paths.globs);
    tests.push(({ paths = [] }) => hasPath(paths));
  }
  return (event) => tests.every((isMet) => isMet(event));
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
