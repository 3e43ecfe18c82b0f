import { factTypes, type SessionFacts, SessionReading } from '../../core/handoff-record.ts';
import type { Scope } from '../../core/scope.ts';
import { spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** Events that are in memory at once. */
const pageSize = 1_000;
const mostDepth = 32;

/**
 * What the record says of a session and of those that it started, as far as it is seen from `scope`. Attempts that were
 * withdrawn or replaced since are none.
 */
export async function sessionFacts(
  open: OpenWorkspace,
  scope: Scope,
  session: string,
  more: readonly string[] = [],
): Promise<SessionFacts> {
  const reading = new SessionReading(session);
  const filter = {
    spans: spansOf(open, scope),
    sessions: [...treeOf(open, session), ...more],
    types: factTypes,
  };
  const positions = await open.store.positions(filter);
  for (let at = 0; at < positions.length; at += pageSize)
    for (const event of await open.store.at(filter, positions.slice(at, at + pageSize)))
      if (open.replaced.seenFrom(scope, event.id) === null) reading.take(event);
  return reading.facts();
}

/** A session and all below it. */
export function treeOf({ owners }: OpenWorkspace, root: string): string[] {
  const children = Map.groupBy(
    [...owners].filter(([, { parent }]) => parent !== null),
    ([, { parent }]) => parent,
  );
  const tree = new Set([root]);
  let level = [root];
  for (let depth = 0; depth < mostDepth && level.length > 0; depth += 1) {
    level = level.flatMap((one) => (children.get(one) ?? []).map(([id]) => id)).filter((id) => !tree.has(id));
    for (const id of level) tree.add(id);
  }
  return [...tree];
}
