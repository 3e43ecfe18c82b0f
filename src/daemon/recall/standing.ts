import { deedOf } from '../../core/brief/deed.ts';
import { staleText } from '../../core/brief/knowledge-lines.ts';
import type { Ranked } from '../../core/recall/episodes.ts';
import { kindOfType } from '../../core/records/kinds.ts';
import type { RecordState } from '../../core/records/registers.ts';
import type { Scope } from '../../core/scope.ts';
import { Basis } from '../../schema/bodies/record.ts';
import type { Event } from '../../schema/event.ts';
import { createHolding } from '../basis.ts';
import { spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** So many of the best are looked at: what is further down is not shown. */
const mostLookedAt = 40;
/** What does not stand any more counts for this much. */
const fallenFactor = 0.6;

const isMemory = ({ event }: Ranked): boolean => event.type.startsWith('memory.');

/**
 * Ranks lower what was remembered and does not stand any more: replaced, withdrawn, or about files that have changed since
 * (below `root`, where that is known). Also says so, by event id.
 */
export async function withStanding(
  open: OpenWorkspace,
  scope: Scope,
  ranked: readonly Ranked[],
  root: string | null,
): Promise<{ ranked: Ranked[]; fallen: Map<string, string> }> {
  const ids = ranked
    .slice(0, mostLookedAt)
    .filter(isMemory)
    .map(({ event }) => event.id);
  const fallen = new Map<string, string>();
  if (ids.length === 0) return { ranked: [...ranked], fallen };
  const holding = createHolding(root, { isQuick: true });
  for (const event of await open.store.find({ spans: spansOf(open, scope), ids })) {
    const why = replacedText(open, scope, event) || staleText(await holding(basisIn(event)));
    if (why !== '') fallen.set(event.id, why);
  }
  const lowered = ranked.map((one) =>
    fallen.has(one.event.id) ? { ...one, score: one.score * fallenFactor } : one,
  );
  return { ranked: lowered, fallen };
}

/** That another has taken its place, or somebody withdrew it; empty for what stands. */
function replacedText(
  { registers, replaced }: OpenWorkspace,
  scope: Scope,
  { id, type, body }: Event,
): string {
  const by = replaced.seenFrom(scope, id);
  if (by !== null) return by.by === null ? 'withdrawn since' : 'replaced since';
  const kind = kindOfType.get(type);
  if ((kind !== 'decision' && kind !== 'convention') || typeof body.key !== 'string') return '';
  const field = registers.get(kind, body.key, scope)?.fields[kind === 'decision' ? 'choice' : 'rule'];
  const state = registers.get(kind, body.key, scope)?.fields.state;
  if (field === undefined || !stands(field, id)) return 'replaced since';
  return state?.shown.value === 'withdrawn' ? 'withdrawn since' : '';
}

const stands = ({ alive }: RecordState['fields'][string], id: string): boolean =>
  alive.some(({ event }) => event === id);

function basisIn(event: Event): Basis | null {
  if (event.type === 'memory.attempted' || event.type === 'memory.noted') return deedOf(event)?.basis ?? null;
  const set = event.body.set;
  const basis = typeof set === 'object' && set !== null ? (set as { basis?: unknown }).basis : null;
  return Basis.safeParse(basis).data ?? null;
}
