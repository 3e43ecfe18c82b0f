import { v7 as uuidv7 } from 'uuid';
import type { BranchRecord } from '../../core/records/branch.ts';
import { knowledgeIn, toPlanItem } from '../../core/records/rows.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import { Draft } from '../../schema/event.ts';
import { idFromUuid } from '../../schema/ids.ts';
import type { CallContext, OutputOf } from '../../schema/operation.ts';
import type { PlanItem } from '../../schema/records.ts';
import { authorOf } from '../author.ts';
import { branchToWrite } from '../branching.ts';
import { scopeOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { readingPoint } from '../reading-point.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

type PlanFields = Partial<
  Record<'title' | 'state' | 'owner' | 'note' | 'parent' | 'paths' | 'removed', unknown>
>;

export const addToPlan: Handler<'plan.add'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const line = await branchToWrite(live, input);
  const { title, state, note, owner, parent, paths } = input;
  const above =
    parent === undefined ? undefined : itemNamed(live.open, scopeOf(live.open, line.id), parent).id;
  const set = defined({ title, state, note, owner, parent: above, paths });
  const key = idFromUuid('item', uuidv7());
  return write(live, line, context, { type: 'plan.added', key, set, caller: input.caller });
};

export const setPlanItem: Handler<'plan.set'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const line = await branchToWrite(live, input);
  const scope = scopeOf(live.open, line.id);
  const { id } = itemNamed(live.open, scope, input.item);
  const { title, state, note, owner, paths, remove } = input;
  const parent = input.parent === undefined ? undefined : parentOf(live.open, scope, id, input.parent);
  const removed = remove ? true : undefined;
  const set = defined({ title, state, note, owner, parent, paths, removed });
  if (Object.keys(set).length === 0)
    throw new AppError('INVALID_ARGUMENT', 'nothing to change: name a field', {
      hint: `hivemind plan set ${input.item} --state done`,
    });
  return write(live, line, context, { type: 'plan.changed', key: id, set, caller: input.caller });
};

export const showPlan: Handler<'plan.show'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { line, scope } = await readingPoint(live, input);
  const items = itemsIn(live.open, scope).filter(
    ({ state }) => input.state === undefined || state === input.state,
  );
  return { workspace: live.open.workspace.name, branch: line.name, items };
};

const defined = (fields: PlanFields): PlanFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const itemsIn = ({ registers }: OpenWorkspace, scope: Scope): PlanItem[] =>
  knowledgeIn(registers, scope).plan;

/** The item that somebody names: by its id, the end of that, or its title. */
function itemNamed(open: OpenWorkspace, scope: Scope, wanted: string): PlanItem {
  const items = itemsIn(open, scope);
  const tail = wanted.replace(/^itm_/, '');
  const found = [
    items.filter(({ id }) => id === wanted),
    items.filter(({ id }) => tail.length >= 4 && id.endsWith(tail)),
    items.filter(({ title }) => title === wanted),
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

/** An item cannot be a part of itself, at whatever depth. */
function parentOf(open: OpenWorkspace, scope: Scope, id: string, wanted: string): string {
  const parent = itemNamed(open, scope, wanted);
  const byId = new Map(itemsIn(open, scope).map((item) => [item.id, item]));
  const seen = new Set<string>();
  for (let at: string | null = parent.id; at !== null && !seen.has(at); at = byId.get(at)?.parent ?? null) {
    if (at === id)
      throw new AppError('FAILED_PRECONDITION', `"${parent.title}" is a part of that item already`, {
        hint: 'hivemind plan show',
      });
    seen.add(at);
  }
  return parent.id;
}

async function write(
  live: LiveWorkspace,
  line: BranchRecord,
  context: CallContext,
  { type, key, set, caller }: { type: string; key: string; set: PlanFields; caller: string | undefined },
): Promise<OutputOf<'plan.add'>> {
  const { open, appender } = live;
  const { ids } = await appender.append(
    [
      Draft.parse({
        type,
        ...authorOf(open, context, caller),
        identity: { nativeId: uuidv7(), phase: type },
        paths: set.paths ?? [],
        text: describe(set),
        body: { key, set },
      }),
    ],
    { branch: line.id },
  );
  const state = open.registers.get('plan', key, scopeOf(open, line.id));
  const [event] = ids;
  if (state === null || event === undefined) throw new AppError('INTERNAL', 'a plan item was not stored');
  return { workspace: open.workspace.name, branch: line.name, item: toPlanItem(state), event };
}

const describe = ({ title, ...others }: PlanFields): string =>
  [
    ...(title === undefined ? [] : [String(title)]),
    ...Object.entries(others).map(([field, value]) => `${field}: ${String(value)}`),
  ].join('\n');
