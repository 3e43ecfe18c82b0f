import { scopeAt } from '../core/lineage.ts';
import { Scope } from '../core/scope.ts';
import type { Cut, Span } from '../schema/view.ts';
import { boardOf } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { Recent } from './recent.ts';

/** What is seen from branches at moments, worked out once for all who look from the same branch at the same moment. */
export interface Sights {
  /** How far each writer has come: the same object until one goes on. */
  view(): Cut;
  /** What was seen from a branch when the writers had come so far, with the board. */
  at(branch: string, cut: Cut): Scope;
  /** What is seen now and was not before. */
  between(before: Scope, now: Scope): Span[];
}

/** Branches that are looked at from, at the same time. */
const mostKept = 256;

export function createSights(open: OpenWorkspace): Sights {
  let latest: Cut = {};
  let scopes = new Recent<string, Scope>(mostKept);
  const steps = new WeakMap<Scope, WeakMap<Scope, Span[]>>();

  const view = (): Cut => {
    const now = viewOf(open);
    if (!isSame(now, latest)) {
      latest = now;
      scopes = new Recent(mostKept);
    }
    return latest;
  };

  const at: Sights['at'] = (branch, cut) => {
    if (cut !== latest) return seenAt(open, branch, cut);
    const known = scopes.get(branch);
    if (known !== undefined) return known;
    const scope = seenAt(open, branch, cut);
    scopes.set(branch, scope);
    return scope;
  };

  const between: Sights['between'] = (before, now) => {
    const known = steps.get(now)?.get(before);
    if (known !== undefined) return known;
    const spans = now.without(before);
    const from = steps.get(now) ?? new WeakMap<Scope, Span[]>();
    steps.set(now, from.set(before, spans));
    return spans;
  };

  return { view, at, between };
}

/** How far each writer has come, without a gap. */
export const viewOf = ({ store }: OpenWorkspace): Cut =>
  Object.fromEntries(store.writers().map((writer) => [writer, store.seenUpTo(writer)]));

function isSame(a: Cut, b: Cut): boolean {
  const writers = Object.keys(a);
  return writers.length === Object.keys(b).length && writers.every((writer) => a[writer] === b[writer]);
}

/** A branch that was forked or merged later may reach further than the writers had come. */
function seenAt(open: OpenWorkspace, branch: string, cut: Cut): Scope {
  const scope = scopeAt(open.branches, { branch, cut });
  scope.add(boardOf(open), cut);
  const seen = new Scope();
  for (const { branch: id, writer, upTo } of scope.spans()) {
    if (writer === null || upTo === null) continue;
    const reached = Math.min(upTo, cut[writer] ?? 0);
    if (reached > 0) seen.add(id, { [writer]: reached });
  }
  return seen;
}
