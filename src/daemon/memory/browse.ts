import type { RecordState } from '../../core/records/registers.ts';
import { conventionsIn, decisionsIn } from '../../core/records/rows.ts';
import type { Scope } from '../../core/scope.ts';
import { compareEvents, type Position } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { MemoryKind } from '../../schema/operations/memory.ts';
import type { Convention, Decision } from '../../schema/records.ts';
import type { Filter } from '../../store/filter.ts';
import { createPathMatcher } from '../../store/path-glob.ts';
import { spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { type Recorded, rowOfRecord } from './named.ts';
import { eventRow, type Row } from './rows.ts';

type Wanted = Pick<
  ParsedOf<'memory.browse'>,
  'kind' | 'state' | 'author' | 'path' | 'own' | 'skip' | 'limit'
>;

/** Where something that was remembered stands among all others: by what was written of it last. */
interface Placed {
  at: Omit<Position, 'id'>;
  kind: MemoryKind;
  /** A fact or an attempt is read when it is on the page. */
  record: Recorded | null;
  position: Position | null;
}

export interface Browsed {
  rows: Row[];
  matched: number;
  kinds: OutputOf<'memory.browse'>['kinds'];
}

const typesOf = { attempt: 'memory.attempted', fact: 'memory.noted' } as const;

/** A page of everything that was remembered and is seen from `scope`, on the branch `line`. */
export async function browse(
  open: OpenWorkspace,
  scope: Scope,
  line: string,
  wanted: Wanted,
): Promise<Browsed> {
  const found = await notesIn(open, scope, line, wanted);
  const notes = {
    attempt: placed(open, found, 'attempt', wanted.state),
    fact: placed(open, found, 'fact', wanted.state),
  };
  const records = recordsIn(open, scope, line, wanted);
  const kinds = {
    decision: records.filter(({ kind }) => kind === 'decision').length,
    convention: records.filter(({ kind }) => kind === 'convention').length,
    attempt: notes.attempt.length,
    fact: notes.fact.length,
  };
  const all = [...records, ...notes.attempt, ...notes.fact].filter(
    ({ kind }) => wanted.kind === undefined || kind === wanted.kind,
  );
  all.sort((a, b) => compareEvents(b.at, a.at));
  const page = all.slice(wanted.skip, wanted.skip + wanted.limit);
  return { rows: await rowsOf(open, scope, page), matched: all.length, kinds };
}

interface Notes {
  scope: Scope;
  /** How many facts and attempts there had been, and what was asked for. */
  key: string;
  attempt: readonly Position[];
  fact: readonly Position[];
}

/** What was asked for last of each workspace: who goes through the pages asks for the same list again and again. */
const lastNotes = new WeakMap<OpenWorkspace, Notes>();

/** Where the facts and attempts stand, the oldest first, with those that do not stand any more. */
async function notesIn(
  open: OpenWorkspace,
  scope: Scope,
  line: string,
  { author, path, own }: Wanted,
): Promise<Notes> {
  const key = JSON.stringify([open.notes, line, author, path, own]);
  const known = lastNotes.get(open);
  if (known !== undefined && known.scope === scope && known.key === key) return known;
  const filter: Filter = {
    spans: spansOf(open, scope).filter(({ branch }) => !own || branch === line),
    ...(author === undefined ? {} : { actors: [author] }),
    ...(path === undefined ? {} : { paths: { globs: [path] } }),
  };
  const positions = async (type: string): Promise<Position[]> =>
    filter.spans.length === 0 ? [] : open.store.positions({ ...filter, types: [type] });
  const [attempt, fact] = [await positions(typesOf.attempt), await positions(typesOf.fact)];
  const notes = { scope, key, attempt, fact };
  lastNotes.set(open, notes);
  return notes;
}

/** Those of them that are in the state that is wanted. */
function placed(
  open: OpenWorkspace,
  notes: Notes,
  kind: 'attempt' | 'fact',
  state: Wanted['state'],
): Placed[] {
  // They are of one writer each: nobody contests them.
  if (state === 'contested') return [];
  return notes[kind]
    .filter(
      ({ id }) =>
        state === 'any' || (open.replaced.seenFrom(notes.scope, id) === null) === (state === 'standing'),
    )
    .map((position) => ({ at: position, kind, record: null, position }));
}

function recordsIn(open: OpenWorkspace, scope: Scope, line: string, wanted: Wanted): Placed[] {
  const { state, author, path, own } = wanted;
  const isAbout = path === undefined ? () => true : createPathMatcher([path]);
  const place = (kind: 'decision' | 'convention', one: Decision | Convention): Placed[] => {
    const written = lastWrite(open.registers.get(kind, one.key, scope));
    const isWanted =
      fits(state, one) &&
      (author === undefined || one.by === author) &&
      isAbout(one.paths) &&
      written !== null &&
      (!own || written.branch === line);
    return isWanted ? [{ at: written, kind, record: { kind, one } as Recorded, position: null }] : [];
  };
  return [
    ...decisionsIn(open.registers, scope).flatMap((one) => place('decision', one)),
    ...conventionsIn(open.registers, scope).flatMap((one) => place('convention', one)),
  ];
}

const fits = (state: Wanted['state'], one: Decision | Convention): boolean =>
  state === 'any' ||
  (state === 'contested' ? one.contested.length > 0 : (one.state === 'standing') === (state === 'standing'));

const lastWrite = (record: RecordState | null) =>
  record === null
    ? null
    : Object.values(record.fields)
        .map(({ shown }) => shown)
        .reduce((a, b) => (compareEvents(a, b) < 0 ? b : a));

async function rowsOf(open: OpenWorkspace, scope: Scope, page: readonly Placed[]): Promise<Row[]> {
  // By their ids: what is between them in the order may be a hundred times as much.
  const ids = page.flatMap(({ position }) => (position === null ? [] : [position.id]));
  const events = ids.length === 0 ? [] : await open.store.find({ spans: spansOf(open, scope), ids });
  const byId = new Map(events.map((event) => [event.id, event]));
  const rows = page.map(async ({ record, position }) => {
    if (record !== null) return rowOfRecord(open, scope, record);
    const event = position === null ? undefined : byId.get(position.id);
    return event === undefined ? null : eventRow(open, scope, event);
  });
  return (await Promise.all(rows)).filter((row) => row !== null);
}
