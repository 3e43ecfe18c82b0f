import type { PlanItem } from '../../schema/records.ts';
import { allPartsOf, netOf, ringThrough } from './net.ts';

/** Field, or member of a set (`dependsOn/<id>`) → its new value. */
export type PlanSet = Record<string, unknown>;

/** One write of one item. */
export interface PlanWrite {
  type: 'plan.added' | 'plan.changed';
  key: string;
  set: PlanSet;
}

/** An item of which nothing is written yet. */
export const blankItem = (id: string): PlanItem => ({
  id,
  title: '',
  state: 'todo',
  owner: null,
  note: '',
  parent: null,
  rank: null,
  priority: null,
  paths: [],
  dependsOn: [],
  links: [],
  blockers: [],
  questions: [],
  createdAt: 0,
  updatedAt: 0,
  by: '',
  event: '',
  contested: [],
});

/** The item with the ties that the fields give it. */
export function tied(item: PlanItem, set: PlanSet): PlanItem {
  const dependsOn = new Set(item.dependsOn);
  for (const [field, value] of Object.entries(set)) {
    if (!field.startsWith('dependsOn/')) continue;
    const id = field.slice('dependsOn/'.length);
    if (value === null) dependsOn.delete(id);
    else dependsOn.add(id);
  }
  const { title = item.title, parent = item.parent } = set;
  return { ...item, title: String(title), parent: parent as string | null, dependsOn: [...dependsOn] };
}

/** The plan with the ties that the writes give it, without what they take off it. */
export function planAfter(items: readonly PlanItem[], writes: readonly PlanWrite[]): PlanItem[] {
  const after = new Map(items.map((item) => [item.id, item]));
  for (const { key, set } of writes)
    if (set.removed === true) after.delete(key);
    else after.set(key, tied(after.get(key) ?? blankItem(key), set));
  return [...after.values()];
}

/** The ring that writes would close and that is not there yet, as the items in it; null: none. */
export function ringMadeBy(items: readonly PlanItem[], writes: readonly PlanWrite[]): PlanItem[] | null {
  const [before, after] = [netOf(items), netOf(planAfter(items, writes))];
  // What its parts wait for changes with it.
  for (const { key } of writes)
    for (const id of [key, ...allPartsOf(after, key).map((part) => part.id)]) {
      const ring = ringThrough(after, id);
      if (ring !== null && ringThrough(before, id) === null)
        return ring.flatMap((member) => after.items.get(member) ?? []);
    }
  return null;
}
