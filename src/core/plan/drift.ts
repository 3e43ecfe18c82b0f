import type { z } from 'zod';
import type { planDiff } from '../../schema/operations/plan-views.ts';
import type { PlanItem } from '../../schema/records.ts';

type Change = z.infer<typeof planDiff.output>['changes'][number];
export type Drifted = Omit<Change, 'at' | 'by' | 'agent' | 'event'>;

/** Fields that say how the plan has changed, and what each says. The state is said apart. */
const kinds: Readonly<Partial<Record<keyof PlanItem, Change['kind']>>> = {
  priority: 'priority',
  parent: 'moved',
  rank: 'moved',
  owner: 'owner',
  title: 'text',
  note: 'text',
  dependsOn: 'ties',
  links: 'ties',
  blockers: 'ties',
  questions: 'ties',
  paths: 'ties',
};

const order: readonly Change['kind'][] = [
  'added',
  'done',
  'dropped',
  'removed',
  'state',
  'priority',
  'moved',
  'owner',
  'text',
  'ties',
];

/** How one plan has become another, by kind, and within one in the order of the later plan. */
export function driftOf(before: readonly PlanItem[], after: readonly PlanItem[]): Drifted[] {
  const was = new Map(before.map((item) => [item.id, item]));
  const is = new Set(after.map(({ id }) => id));
  const changes = [
    ...after.flatMap((item) => {
      const old = was.get(item.id);
      return old === undefined ? [whole('added', item)] : changesOf(old, item);
    }),
    ...before.filter(({ id }) => !is.has(id)).map((item) => whole('removed', item)),
  ];
  return changes.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

const whole = (kind: 'added' | 'removed', { id, title, state }: PlanItem): Drifted => ({
  kind,
  id,
  title,
  field: 'item',
  before: kind === 'added' ? null : state,
  after: kind === 'added' ? state : null,
});

function changesOf(old: PlanItem, item: PlanItem): Drifted[] {
  const { id, title } = item;
  const fields = Object.entries(kinds) as [keyof PlanItem, Change['kind']][];
  const changed = fields
    .filter(([field]) => JSON.stringify(old[field]) !== JSON.stringify(item[field]))
    .map(([field, kind]) => ({ kind, id, title, field, before: old[field], after: item[field] }));
  if (old.state === item.state) return changed;
  const kind = item.state === 'done' || item.state === 'dropped' ? item.state : 'state';
  return [{ kind, id, title, field: 'state', before: old.state, after: item.state }, ...changed];
}

/** Changes by kind. */
export function countDrift(changes: readonly Pick<Change, 'kind'>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
