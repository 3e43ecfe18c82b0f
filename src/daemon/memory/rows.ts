import { deedOf } from '../../core/brief/deed.ts';
import type { Scope } from '../../core/scope.ts';
import type { Basis } from '../../schema/bodies/record.ts';
import type { Event } from '../../schema/event.ts';
import type { Remembered } from '../../schema/operations/memory.ts';
import type { Convention, Decision, Holds } from '../../schema/records.ts';
import { branchName } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

export type Row = Omit<Remembered, 'holds'>;

/** Who wrote a record last, where and when; the record itself says only by whom. */
type Writing = Pick<Event, 'session' | 'branch' | 'agent'>;

const blank = { alternatives: [], outcome: null, instead: '', contested: [], replacedBy: null };

/** What a decision and a convention say in the same words. */
const recordRow = (
  open: OpenWorkspace,
  { key, event, reason, paths, basis, state, by, updatedAt, contested }: Decision | Convention,
  { session, branch, agent }: Writing,
) => ({
  ...blank,
  key,
  event,
  reason,
  paths,
  basis,
  state,
  by,
  agent,
  session,
  at: updatedAt,
  branch: branchName(open, branch),
  contested,
  // Of what has a name the last write says that it does not stand any more.
  ended: state === 'standing' ? null : { by, at: updatedAt, why: reason },
});

export const decisionRow = (open: OpenWorkspace, one: Decision, writing: Writing): Row => ({
  ...recordRow(open, one, writing),
  kind: 'decision',
  title: one.subject,
  text: one.choice,
  alternatives: one.alternatives,
});

export const conventionRow = (open: OpenWorkspace, one: Convention, writing: Writing): Row => ({
  ...recordRow(open, one, writing),
  kind: 'convention',
  title: one.name,
  text: one.rule,
});

/** An attempt or a fact as it is seen from `scope`; null for any other event. `isWhole`: with all of its text. */
export function eventRow(
  open: OpenWorkspace,
  scope: Scope,
  event: Event,
  { isWhole = false } = {},
): Row | null {
  if (event.type !== 'memory.attempted' && event.type !== 'memory.noted') return null;
  const deed = deedOf(event, isWhole ? Number.POSITIVE_INFINITY : undefined);
  if (deed === null) return null;
  const replaced = open.replaced.seenFrom(scope, event.id);
  return {
    ...blank,
    kind: event.type === 'memory.attempted' ? 'attempt' : 'fact',
    key: null,
    event: event.id,
    title: '',
    text: deed.text,
    reason: deed.why,
    outcome: deed.outcome,
    instead: deed.instead,
    paths: event.paths,
    basis: deed.basis,
    state: replaced === null ? 'standing' : replaced.by === null ? 'withdrawn' : 'replaced',
    replacedBy: replaced?.by ?? null,
    ended: replaced === null ? null : { by: replaced.who, at: replaced.at, why: replaced.why },
    by: event.actor.name,
    agent: event.agent,
    session: event.session,
    at: event.at,
    branch: branchName(open, event.branch),
  };
}

export async function held(
  holding: (basis: Basis | null) => Promise<Holds>,
  rows: readonly Row[],
): Promise<Remembered[]> {
  return Promise.all(rows.map(async (row) => ({ ...row, holds: await holding(row.basis) })));
}

/** Whether it still holds, as far as its files and its commit tell. */
export function verdictOf({ files, commit }: Holds): 'holds' | 'stale' | 'unknown' {
  if (files === 'changed' || files === 'gone' || commit === 'not-ancestor') return 'stale';
  return files === 'same' ? 'holds' : 'unknown';
}
