import { rank } from '../../core/recall.ts';
import type { Scope } from '../../core/scope.ts';
import { queryTerms } from '../../core/tokenize.ts';
import { Best, byScore, cosine, fuse, meets, toUnit, type Where } from '../../core/vectors.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import { branchToRead } from '../branching.ts';
import { branchName, scopeOf, spansOf } from '../lines.ts';
import { vectorsOf } from '../note-vectors.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { inTurn } from '../turns.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

type Hit = OutputOf<'memory.query'>['hits'][number];

/** Where a query looks, and what every hit must have. */
interface Field {
  open: OpenWorkspace;
  scope: Scope;
  /** Whether nothing has taken the place of a fact or an attempt, and nobody has withdrawn it. */
  stands: (event: string) => boolean;
  where: Where;
  limit: number;
}

interface Found {
  id: string;
  score: number;
  /** Where the search has read it already. */
  event?: Event;
}

/** How many events full text hands to the ranker; more where most of them may be filtered out. */
const candidateLimit = 200;
const filteredLimit = 2_000;

export const queryMemory: Handler<'memory.query'> = async (input, _context, { workspaces, now }) => {
  const { text, vector, where } = input;
  if (text === undefined && vector === undefined && Object.keys(where ?? {}).length === 0)
    throw new AppError('INVALID_ARGUMENT', 'nothing is asked for: give text, vector or where');
  const live = await workspaces.resolve(input);
  return inTurn(() => query(live, input, now()));
};

async function query(
  live: LiveWorkspace,
  { text, vector, where = {}, limit, ...wanted }: ParsedOf<'memory.query'>,
  now: number,
): Promise<OutputOf<'memory.query'>> {
  const { open } = live;
  const line = await branchToRead(live, wanted);
  const scope = scopeOf(open, line.id);
  const stands = (event: string): boolean => open.replaced.seenFrom(scope, event) === null;
  const field = { open, scope, stands, where, limit };
  const near = vector === undefined ? null : await findNear(field, vector);
  const said = text === undefined ? null : await findSaid(field, text, now, line.id);
  const found =
    near === null
      ? (said ?? (await findLatest(field)))
      : said === null
        ? near.found
        : fuse(near.found, said).slice(0, limit);
  return {
    workspace: open.workspace.name,
    branch: line.name,
    hits: await toHits(field, found),
    compared: near?.compared ?? 0,
  };
}

/** The notes whose vectors point most in the direction of what is asked for. */
async function findNear({ open, scope, stands, where, limit }: Field, vector: readonly number[]) {
  const wanted = toUnit(vector);
  if (wanted === null)
    throw new AppError('INVALID_ARGUMENT', 'vector: all of its elements are 0: it has no direction');
  const best = new Best<Found>(limit);
  let compared = 0;
  await vectorsOf(open).visit(scope, (note) => {
    if (note.vector.length !== wanted.length || !stands(note.id) || !meets(note.metadata, where)) return;
    compared += 1;
    best.add({ id: note.id, score: cosine(wanted, note.vector) });
  });
  return { found: best.list(), compared };
}

/** What says the words, as recall ranks it, event by event. */
async function findSaid(field: Field, query: string, now: number, branch: string): Promise<Found[]> {
  const { open, scope, stands, where, limit } = field;
  const terms = queryTerms(query);
  if (terms.length === 0) return [];
  const isFiltered = Object.keys(where).length > 0;
  const most = Math.max(limit, isFiltered ? filteredLimit : candidateLimit);
  const found = await open.store.search(terms, { spans: spansOf(open, scope) }, most);
  const fitting = isFiltered ? await idsThatMeet(field, found) : null;
  const candidates = found.filter(
    ({ event }) =>
      event.agent !== 'hivemind' && stands(event.id) && (fitting === null || fitting.has(event.id)),
  );
  return rank({ query, terms, candidates, now, branch })
    .map(({ event, score }) => ({ id: event.id, score }))
    .sort(byScore)
    .slice(0, limit);
}

async function idsThatMeet(
  { open, scope, where }: Field,
  found: readonly { event: { id: string } }[],
): Promise<Set<string>> {
  const ids = found.map(({ event }) => event.id);
  const events = ids.length === 0 ? [] : await open.store.find({ spans: spansOf(open, scope), ids });
  return new Set(events.filter((event) => meets(metadataOf(event), where)).map(({ id }) => id));
}

/** Notes that have the metadata, the newest first. */
async function findLatest({ open, scope, stands, where, limit }: Field): Promise<Found[]> {
  const filter = { spans: spansOf(open, scope), types: ['memory.noted'] };
  const positions = (await open.store.positions(filter)).filter(({ id }) => stands(id)).reverse();
  const found: Found[] = [];
  for (let at = 0; at < positions.length && found.length < limit; at += pageEvents) {
    const page = positions.slice(at, at + pageEvents).reverse();
    for (const event of (await open.store.at(filter, page)).reverse())
      if (meets(metadataOf(event), where)) found.push({ id: event.id, score: 0, event });
  }
  return found.slice(0, limit);
}

const pageEvents = 1_000;

async function toHits({ open, scope }: Field, found: readonly Found[]): Promise<Hit[]> {
  const ids = found.flatMap(({ id, event }) => (event === undefined ? [id] : []));
  const read = ids.length === 0 ? [] : await open.store.find({ spans: spansOf(open, scope), ids });
  const byId = new Map(read.map((event) => [event.id, event]));
  return found.flatMap(({ id, score, event = byId.get(id) }) =>
    event === undefined ? [] : [toHit(open, event, score)],
  );
}

function toHit(open: OpenWorkspace, event: Event, score: number): Hit {
  const { embedding: _vector, ...body } = event.body;
  return {
    id: event.id,
    content: typeof body.content === 'string' ? body.content : event.text,
    metadata: metadataOf(event),
    score,
    branch: branchName(open, event.branch),
    agent: event.agent,
    at: event.at,
    event: { ...event, body },
  };
}

function metadataOf({ body }: Event): Record<string, unknown> {
  const { metadata } = body;
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  return isObject ? (metadata as Record<string, unknown>) : {};
}
