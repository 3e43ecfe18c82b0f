import { judge, type Verdict } from '../core/gate.ts';
import {
  type Conflict,
  type FindOpposed,
  mergeRecords,
  type Outcome,
  type Resolution,
  type Sides,
  settle,
  strategyTakes,
} from '../core/merge.ts';
import type { BranchRecord } from '../core/records/branch.ts';
import type { DecidedField, Strategy } from '../schema/bodies/merge.ts';
import { hash128 } from '../schema/ids.ts';
import type { Standpoint } from '../schema/view.ts';
import { countWithout, mainLine, scopeFrom, standpointOf } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { checkResolution } from './resolution.ts';
import { standingNow } from './review/standing.ts';
import { unseenReviews } from './review/unseen.ts';

export interface MergeWish {
  source: BranchRecord;
  target: BranchRecord;
  strategy: Strategy;
  /** Conflict id → how it is settled. */
  resolutions: Readonly<Record<string, Resolution>>;
  /** Names of the rules that it has to meet. */
  rules: readonly string[];
  findOpposed: FindOpposed;
}

/** A merge as it would be at this moment. */
export interface PreparedMerge extends Outcome {
  source: Standpoint;
  target: Standpoint;
  /** Hash of the view that both have seen. */
  base: string;
  /** Events that would become visible. */
  brings: number;
  /** Events that the target sees and the source does not. */
  behind: number;
  unresolved: Conflict[];
  settled: { conflict: string; by: string }[];
  verdicts: Verdict[];
  sides: Sides;
}

/** Works out a merge from what is folded now; changes nothing. */
export function prepareMerge(open: OpenWorkspace, wish: MergeWish): PreparedMerge {
  const [source, target] = [standpointOf(open, wish.source.id), standpointOf(open, wish.target.id)];
  const [theirs, ours] = [scopeFrom(open, source), scopeFrom(open, target)];
  const sides = { ours, theirs, base: ours.meet(theirs) };
  const outcome = mergeRecords(open.registers, sides, wish.findOpposed);
  const { decided, unresolved, settled } = settleAll(outcome.conflicts, wish);
  const behind = countWithout(open, ours, theirs) - unseenReviews(open, ours, theirs);
  return {
    ...outcome,
    decided: unite([...outcome.decided, ...decided]),
    source,
    target,
    base: hash128('view', sides.base.canonical()),
    brings: countWithout(open, theirs, ours),
    behind,
    unresolved,
    settled,
    verdicts: judge(wish.rules, {
      source: wish.source.name,
      target: wish.target.name,
      isMain: wish.target.id === mainLine(open).id,
      reviewed: standingNow(open, wish.source.id, wish.target.id),
      unresolved,
      behind,
    }),
    sides,
  };
}

/** Fields first: a decision that loses there contradicts nobody any more. */
function settleAll(
  conflicts: readonly Conflict[],
  wish: MergeWish,
): Pick<PreparedMerge, 'decided' | 'unresolved' | 'settled'> {
  const all: Pick<PreparedMerge, 'decided' | 'unresolved' | 'settled'> = {
    decided: [],
    unresolved: [],
    settled: [],
  };
  const gone = new Set<string>();
  const fieldsFirst = [...conflicts].sort(
    (a, b) => Number(a.why === 'opposed') - Number(b.why === 'opposed'),
  );
  for (const conflict of fieldsFirst) {
    if (
      conflict.why === 'opposed' &&
      (gone.has(sayOf(conflict, 'ours')) || gone.has(sayOf(conflict, 'theirs')))
    )
      continue;
    const resolution = resolutionOf(conflict, wish);
    if (resolution === null) {
      all.unresolved.push(conflict);
      continue;
    }
    for (const side of losersOf(conflict, resolution.how)) gone.add(sayOf(conflict, side));
    all.decided.push(...settle(conflict, resolution.how));
    all.settled.push({ conflict: conflictId(conflict), by: resolution.by });
  }
  return all;
}

/** What one side says of a record. */
const sayOf = (conflict: Conflict, side: 'ours' | 'theirs'): string => `${side} ${conflict[side].key}`;

function losersOf({ why, kind, field }: Conflict, how: Resolution): ('ours' | 'theirs')[] {
  if (why === 'changed' && (kind !== 'decision' || field !== 'choice')) return [];
  if ('value' in how) return ['ours', 'theirs'];
  return how.take === 'both' ? [] : [how.take === 'ours' ? 'theirs' : 'ours'];
}

/** Of several decisions about one field the last, which replaces what any of them does: a merge must not contest itself. */
function unite(decided: readonly DecidedField[]): DecidedField[] {
  const places = new Map<string, DecidedField>();
  for (const one of decided) {
    const place = JSON.stringify([one.kind, one.key, one.field]);
    const over = new Set([...(places.get(place)?.over ?? []), ...one.over]);
    places.set(place, { ...one, over: [...over].sort() });
  }
  return [...places.values()];
}

function resolutionOf(
  conflict: Conflict,
  { resolutions, strategy }: MergeWish,
): { how: Resolution; by: string } | null {
  const given = resolutions[conflictId(conflict)];
  if (given !== undefined) {
    checkResolution(conflictId(conflict), conflict, given);
    return { how: given, by: 'take' in given ? given.take : 'value' };
  }
  const side = strategyTakes(strategy, conflict);
  return side === null ? null : { how: { take: side }, by: strategy };
}

/** Names a conflict and the two values in it: a resolution of other values is not one of these. */
export const conflictId = ({ id, ours, theirs }: Conflict): string =>
  `${id}@${hash128('conflict', ...[ours.value.event, theirs.value.event].sort()).slice(0, 8)}`;
