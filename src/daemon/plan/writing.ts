import { v7 as uuidv7 } from 'uuid';
import type { PlanWrite } from '../../core/plan/plan-set.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import { toPlanItem } from '../../core/records/rows.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import type { CallContext } from '../../schema/operation.ts';
import type { PlanItem } from '../../schema/records.ts';
import { authorOf } from '../author.ts';
import { scopeOf } from '../lines.ts';
import type { LiveWorkspace } from '../live-workspace.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { checkRings, describeSet } from './changes.ts';
import { itemsIn } from './items.ts';

export type Author = Pick<Draft, 'agent' | 'session' | 'actor'>;

export const authorIn = ({ open }: LiveWorkspace, context: CallContext, caller: string | undefined): Author =>
  authorOf(open, context, caller);

/**
 * Writes what `make` gives for the plan as it is in that very moment: what it checks holds when it is written. Nothing
 * given: nothing is written. FAILED_PRECONDITION names a ring that they would close. Returns the ids of the events.
 */
export async function writePlan(
  { open, appender }: LiveWorkspace,
  line: BranchRecord,
  author: Author,
  make: (items: readonly PlanItem[]) => readonly PlanWrite[],
): Promise<string[]> {
  const { ids } = await appender.appendMade(() => {
    const items = itemsIn(open, scopeOf(open, line.id));
    const writes = make(items);
    checkRings(items, writes);
    const [draft, ...more] = writes.map((write) => draftOf(items, author, write));
    return draft === undefined ? null : { draft, more, branch: line.id };
  });
  return ids;
}

const draftOf = (items: readonly PlanItem[], author: Author, { type, key, set }: PlanWrite): Draft =>
  Draft.parse({
    type,
    ...author,
    identity: { nativeId: uuidv7(), phase: type },
    paths: Array.isArray(set.paths) ? set.paths : [],
    text: describeSet(items, set),
    body: { key, set },
  });

/** An item as it is seen from a branch, also one that has been taken off the plan. */
export function storedItem(open: OpenWorkspace, line: BranchRecord, key: string): PlanItem {
  const state = open.registers.get('plan', key, scopeOf(open, line.id));
  if (state === null) throw new AppError('INTERNAL', 'a plan item was not stored');
  return toPlanItem(state);
}
