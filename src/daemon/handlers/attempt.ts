import { isBelowPath } from '../../core/attempts/about.ts';
import { queryTerms } from '../../core/tokenize.ts';
import { MemoryAttempted } from '../../schema/bodies/record.ts';
import type { Event } from '../../schema/event.ts';
import type { ParsedOf } from '../../schema/operation.ts';
import type { AttemptRow } from '../../schema/operations/attempt.ts';
import type { Holds } from '../../schema/records.ts';
import type { Span } from '../../schema/view.ts';
import { createHolding } from '../basis.ts';
import { branchToRead } from '../branching.ts';
import { checkoutOf, directoryOf } from '../checkout.ts';
import { branchName, scopeOf, spansOf } from '../lines.ts';
import { momentOf } from '../moments.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { inTurn } from '../turns.ts';
import type { Handler } from './handler.ts';

/** How many attempts are looked through, the newest of all. */
const mostLookedAt = 2_000;

export const listAttempts: Handler<'attempt.list'> = async (input, context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await branchToRead(live, input);
  const scope = scopeOf(open, line.id);
  const since = input.since === undefined ? null : momentOf('since', input.since, now());
  const filter = {
    spans: spansOf(open, scope),
    types: ['memory.attempted'],
    ...(since === null ? {} : { since }),
  };
  const all = await inTurn(() => findAttempts(open, filter, input));
  const found = all.filter(({ event }) => open.replaced.seenFrom(scope, event.id) === null);
  const from = await directoryOf(context, open.workspace, input.cwd);
  const holding = createHolding(await checkoutOf(workspaces, open.workspace.id, from));
  const rows = found.slice(input.skip, input.skip + input.limit).map(async ({ event, body }) => {
    return rowOf(open, event, body, await holding(body.state));
  });
  return {
    workspace: open.workspace.name,
    branch: line.name,
    attempts: await Promise.all(rows),
    matched: found.length,
    note: found.length > 0 ? '' : nothing(input),
  };
};

interface Found {
  event: Event;
  body: ReturnType<typeof MemoryAttempted.parse>;
}

interface Filter {
  spans: readonly Span[];
  types: string[];
  since?: number;
}

/** Attempts about a path, or with some words: the newest first, or best first. */
export async function findAttempts(
  { store }: OpenWorkspace,
  filter: Filter,
  { about, outcome }: Pick<ParsedOf<'attempt.list'>, 'about' | 'outcome'>,
): Promise<Found[]> {
  const positions = await store.positions(filter);
  const newest = (await store.at(filter, positions.slice(-mostLookedAt))).sort((a, b) => b.at - a.at);
  const all = read(newest, outcome);
  if (about === undefined) return all;
  const onPath = all.filter(({ event }) => event.paths.some((path) => isBelowPath(path, about)));
  if (onPath.length > 0) return onPath;
  const terms = queryTerms(about);
  if (terms.length === 0) return [];
  const scored = await store.search(terms, filter, mostLookedAt);
  const events = await store.find({ ...filter, ids: scored.map(({ event }) => event.id) });
  const byId = new Map(events.map((event) => [event.id, event]));
  return read(
    scored.flatMap(({ event }) => byId.get(event.id) ?? []),
    outcome,
  );
}

/** Attempts of a body that this version knows. */
const read = (events: readonly Event[], outcome: string | undefined): Found[] =>
  events.flatMap((event) => {
    const body = MemoryAttempted.safeParse(event.body);
    if (!body.success || (outcome !== undefined && body.data.outcome !== outcome)) return [];
    return [{ event, body: body.data }];
  });

export const rowOf = (open: OpenWorkspace, event: Event, body: Found['body'], holds: Holds): AttemptRow => ({
  id: event.id,
  at: event.at,
  by: event.actor.name,
  agent: event.agent,
  session: event.session,
  branch: branchName(open, event.branch),
  derived: body.derived ?? null,
  approach: body.approach,
  outcome: body.outcome,
  reason: body.reason ?? '',
  instead: body.instead ?? '',
  failed: body.failed ?? [],
  paths: event.paths,
  evidence: body.evidence ?? [],
  holds,
});

function nothing({ about, outcome, since }: ParsedOf<'attempt.list'>): string {
  if (about !== undefined) return 'no attempt is about this path, and none has these words';
  if (outcome !== undefined || since !== undefined) return 'no attempt is like this';
  return 'nothing was refused, corrected, reverted or solved yet, and nobody has told of an attempt: hivemind remember "…" --outcome failed';
}
