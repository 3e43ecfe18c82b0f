import { planIn } from '../../core/records/rows.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { PlanItem } from '../../schema/records.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

export const itemsIn = ({ registers }: OpenWorkspace, scope: Scope): readonly PlanItem[] =>
  planIn(registers, scope);

/** Whether an item was on the plan that is seen here and has been taken off it. */
export const isRemoved = ({ registers }: OpenWorkspace, scope: Scope, id: string): boolean =>
  registers.get('plan', id, scope)?.fields.removed?.shown.value === true;

/** Fewest digits at the end of an id that name an item. */
const leastTail = 4;

/** The item that somebody names: by its id, the end of that, or its title. */
export function itemNamed(items: readonly PlanItem[], wanted: string): PlanItem {
  const name = wanted.trim();
  const tail = name.replace(/^itm_/, '');
  const found = [
    items.filter(({ id }) => id === name),
    items.filter(({ id }) => tail.length >= leastTail && id.endsWith(tail)),
    items.filter(({ title }) => title === name),
  ].find((some) => some.length > 0);
  const [item, another] = found ?? [];
  if (item === undefined)
    throw new AppError('NOT_FOUND', `no plan item "${wanted.slice(0, 100)}" is seen here`, {
      hint: 'hivemind plan show',
    });
  if (another !== undefined)
    throw new AppError('FAILED_PRECONDITION', `several plan items are named "${wanted.slice(0, 100)}"`, {
      hint: `name it by its id: ${item.id} or ${another.id}`,
    });
  return item;
}
