import { setImmediate } from 'node:timers/promises';
import { Derivation, keyedTypes, namingTypes, repeatingTypes } from '../../core/forget/derive.ts';
import { createSelector } from '../../core/forget/select.ts';
import { findSession, joinParts } from '../../core/records/session.ts';
import { AppError } from '../../schema/app-error.ts';
import type { ForgetBy } from '../../schema/bodies/forget.ts';
import type { Event } from '../../schema/event.ts';
import type { ParsedOf } from '../../schema/operation.ts';
import type { Span } from '../../schema/view.ts';
import type { Filter } from '../../store/filter.ts';
import type { Watch } from '../../store/verification.ts';
import { eventNamed } from '../as-of.ts';
import { boardOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { createTally, type Tally } from './tally.ts';

/** Events that are read and looked at in one go, before others get their turn. */
const pageSize = 200;

/** Derivation ends by itself, for it only grows; a round takes in whatever follows from the one before. */
const mostRounds = 50;

export interface Selection {
  by: ForgetBy;
  derivation: Derivation;
  tally: Tally;
  /** Sessions that were named. */
  named: readonly string[];
  decided: { writer: string; seq: number; rows: { at: number; value: boolean; key?: string }[] }[];
}

/** Spans of everything that is stored: all branches, deleted ones and the board as well. */
export const spansOfAll = (open: OpenWorkspace): Span[] =>
  [...new Set([...open.reach.keys(), ...open.branches.keys(), boardOf(open)])].map((branch) => ({
    branch,
    writer: null,
    upTo: null,
  }));

export async function* readAll(
  { store }: OpenWorkspace,
  filter: Filter,
  { signal, onProgress }: Watch,
  message: string,
): AsyncGenerator<Event> {
  const places = await store.positions(filter);
  for (let from = 0; from < places.length; from += pageSize) {
    if (signal.aborted) throw new AppError('ABORTED', 'interrupted');
    onProgress({ message, done: from, total: places.length });
    yield* await store.at(filter, places.slice(from, from + pageSize));
    await setImmediate();
  }
}

/** Everything that somebody means, and everything that follows from it. */
export async function selectForgetting(
  open: OpenWorkspace,
  input: ParsedOf<'event.forget'>,
  watch: Watch,
): Promise<Selection> {
  const { by, filters, isNamed, named: sessions } = await filtersOf(open, input);
  const isWanted = createSelector({ matching: input.matching, isNamed });
  const derivation = new Derivation();
  const tally = createTally();
  for (const filter of filters)
    for await (const event of readAll(open, filter, watch, 'looking for events'))
      if (isWanted(event) && derivation.take(event)) tally.add(event, false);
  if (derivation.size > 0) await close(open, derivation, tally, watch);
  return { by, derivation, tally, named: sessions ?? [], decided: await decidedIn(open, derivation, watch) };
}

async function close(open: OpenWorkspace, derivation: Derivation, tally: Tally, watch: Watch): Promise<void> {
  const spans = spansOfAll(open);
  const take = (event: Event): boolean => {
    if (!derivation.follows(event) || !derivation.take(event)) return false;
    tally.add(event, true);
    return true;
  };
  for await (const event of readAll(open, { spans, types: keyedTypes }, watch, 'reading records'))
    derivation.note(event);
  for (let round = 1, grew = true; grew && round <= mostRounds; round += 1) {
    grew = false;
    const filters: Filter[] = [
      { spans, types: [...namingTypes, ...keyedTypes] },
      { spans, types: repeatingTypes, sessions: relatedTo(open, derivation.sessions()) },
    ];
    for (const filter of filters)
      for await (const event of readAll(open, filter, watch, 'looking for what was made of them'))
        grew = take(event) || grew;
  }
}

/** Sessions, those that they started, and those that started them. */
function relatedTo({ owners }: OpenWorkspace, sessions: readonly string[]): string[] {
  const related = new Set(sessions);
  const own = new Set(sessions);
  for (const [id, { parent }] of owners) {
    if (parent !== null && own.has(parent)) related.add(id);
    if (parent !== null && own.has(id)) related.add(parent);
  }
  return [...related];
}

async function decidedIn(
  open: OpenWorkspace,
  derivation: Derivation,
  watch: Watch,
): Promise<Selection['decided']> {
  const decided: Selection['decided'] = [];
  if (derivation.size === 0) return decided;
  const filter = { spans: spansOfAll(open), types: ['merge.committed'] };
  for await (const event of readAll(open, filter, watch, 'reading merges')) {
    const rows = derivation.decidedRows(event);
    if (rows.length > 0) decided.push({ writer: event.writer, seq: event.seq, rows });
  }
  return decided;
}

interface Filters {
  by: ForgetBy;
  filters: Filter[];
  /** They were named one by one. */
  isNamed: boolean;
  named?: readonly string[];
}

async function filtersOf(open: OpenWorkspace, input: ParsedOf<'event.forget'>): Promise<Filters> {
  const { author, origin, path, matching } = input;
  const words = (input.what ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const writer = origin === undefined ? null : writerNamed(open, origin);
  const spans = spansOfAll(open).map((span) => ({ ...span, writer }));
  const narrowed: Filter = {
    spans,
    ...(author === undefined ? {} : { actors: [author] }),
    ...(path === undefined ? {} : { paths: { globs: [path] } }),
  };
  if (words.length > 0) return named(open, narrowed, words);
  if (matching !== undefined) return { by: 'matching', filters: [narrowed], isNamed: false };
  if (author !== undefined) return { by: 'author', filters: [narrowed], isNamed: false };
  if (path !== undefined) return { by: 'path', filters: [narrowed], isNamed: false };
  if (origin !== undefined) return { by: 'origin', filters: [narrowed], isNamed: false };
  throw new AppError(
    'INVALID_ARGUMENT',
    'what is to be forgotten: a session, events, or a flag that says which',
    {
      hint: 'hivemind forget SESSION --dry-run, or --matching WORDS, --author NAME, --path GLOB, --origin WRITER',
    },
  );
}

async function named(open: OpenWorkspace, narrowed: Filter, words: readonly string[]): Promise<Filters> {
  const all = [...joinParts(open.sessions.values()).values()];
  const sessions: string[] = [];
  const ids: string[] = [];
  for (const word of words) {
    const session = word.startsWith('evt_') ? undefined : findSession(all, word);
    if (session !== undefined) sessions.push(session.id);
    else if (/^(evt_)?[0-9a-f]{6,32}$/.test(word))
      ids.push((await eventNamed(open, narrowed.spans, word)).id);
    else
      throw new AppError('NOT_FOUND', `there is no session or event "${word.slice(0, 100)}"`, {
        hint: 'hivemind session list; hivemind recall "…" shows ids of events',
      });
  }
  const filters = [
    ...(sessions.length === 0 ? [] : [{ ...narrowed, sessions }]),
    ...(ids.length === 0 ? [] : [{ ...narrowed, ids }]),
  ];
  return {
    by: sessions.length > 0 ? 'session' : 'event',
    filters,
    isNamed: sessions.length === 0,
    named: sessions,
  };
}

/** A writer by its id, or by the end of it. */
function writerNamed({ store }: OpenWorkspace, wanted: string): string {
  const writers = store.writers();
  const tail = wanted.replace(/^wr_/, '');
  const found = writers.filter((writer) => writer === wanted || (tail.length >= 6 && writer.endsWith(tail)));
  const [writer] = found;
  if (writer !== undefined && found.length === 1) return writer;
  throw new AppError('NOT_FOUND', `no writer "${wanted.slice(0, 100)}" has recorded anything here`, {
    hint: `one of ${writers.join(', ')}`,
  });
}
