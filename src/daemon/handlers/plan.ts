import { v7 as uuidv7 } from 'uuid';
import { consequencesOf } from '../../core/plan/consequences.ts';
import { netOf } from '../../core/plan/net.ts';
import { blankItem } from '../../core/plan/plan-set.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import { AppError } from '../../schema/app-error.ts';
import { idFromUuid } from '../../schema/ids.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { PlanItem } from '../../schema/records.ts';
import { branchToWrite } from '../branching.ts';
import { rootOf } from '../claims/held.ts';
import { releaseClaim } from '../claims/take.ts';
import { scopeOf } from '../lines.ts';
import type { LiveWorkspace } from '../live-workspace.ts';
import { changesOf, type ItemWish } from '../plan/changes.ts';
import { itemNamed, itemsIn } from '../plan/items.ts';
import { linkNamed } from '../plan/links.ts';
import { heldByItem } from '../plan/surroundings.ts';
import { type Author, authorIn, storedItem, writePlan } from '../plan/writing.ts';
import type { Handler } from './handler.ts';

export const addToPlan: Handler<'plan.add'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const line = await branchToWrite(live, input);
  const wish = await withLinks(live, line, input);
  const key = idFromUuid('item', uuidv7());
  const ids = await writePlan(live, line, authorIn(live, context, input.caller), (items) => {
    const set = changesOf(items, { ...blankItem(key), title: input.title }, wish, { isNew: true });
    return [{ type: 'plan.added', key, set }];
  });
  return answerOf(live, line, key, { event: ids.at(-1), notes: [] });
};

export const setPlanItem: Handler<'plan.set'> = async (input, context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const line = await branchToWrite(live, input);
  const wish = await withLinks(live, line, input);
  if (isEmpty(wish))
    throw new AppError('INVALID_ARGUMENT', 'nothing to change: name a field', {
      hint: `hivemind plan set ${input.item} --state done`,
    });
  let before: PlanItem | null = null;
  const author = authorIn(live, context, input.caller);
  const ids = await writePlan(live, line, author, (items) => {
    before = itemNamed(items, input.item);
    const set = changesOf(items, before, wish, { isNew: false });
    return Object.keys(set).length === 0 ? [] : [{ type: 'plan.changed', key: before.id, set }];
  });
  const { id, event: last } = known(before);
  const notes = [
    ...(ids.length === 0 ? ['it is so already: nothing was written'] : []),
    ...(await claimNotes(live, id, { state: input.state, author, nowMs: now() })),
    ...(input.state === undefined ? [] : consequences(live, line, id)),
  ];
  return answerOf(live, line, id, { event: ids.at(-1) ?? last, notes });
};

function isEmpty({ remove, 'no-depends-on': alone, ...wish }: ItemWish): boolean {
  const isSaid = (value: unknown): boolean =>
    value !== undefined && (!Array.isArray(value) || value.length > 0);
  const fields: (keyof typeof wish)[] = [
    ...(['title', 'state', 'note', 'owner', 'parent', 'paths', 'priority'] as const),
    ...(['depends-on', 'undepend', 'link', 'unlink', 'blocker', 'unblock', 'question', 'answer'] as const),
  ];
  // An empty list of files is a list all the same.
  return !remove && !alone && wish.paths === undefined && !fields.some((field) => isSaid(wish[field]));
}

async function withLinks<W extends ItemWish>(
  { open }: LiveWorkspace,
  line: BranchRecord,
  wish: W,
): Promise<W> {
  if (wish.link === undefined) return wish;
  const link: string[] = [];
  for (const given of wish.link) link.push(await linkNamed(open, scopeOf(open, line.id), given));
  return { ...wish, link };
}

function known(item: PlanItem | null): PlanItem {
  if (item === null) throw new AppError('INTERNAL', 'a change of the plan that nobody worked out');
  return item;
}

/** Who is not doing it any more gives it back; what others do is said. */
async function claimNotes(
  live: LiveWorkspace,
  item: string,
  { state, author, nowMs }: { state: PlanItem['state'] | undefined; author: Author; nowMs: number },
): Promise<string[]> {
  const claim = heldByItem(live.open, nowMs).get(item);
  if (claim === undefined || state === undefined) return [];
  const isOwn = claim.session === rootOf(live.open, author.session);
  if (state === 'todo' || state === 'done' || state === 'dropped') {
    await releaseClaim(live, claim, author);
    return isOwn ? [] : [`${claim.holder} was doing it: that claim is released`];
  }
  return isOwn ? [] : [`${claim.holder} is doing it: it stays theirs until the claim runs out`];
}

function consequences({ open }: LiveWorkspace, line: BranchRecord, id: string): string[] {
  const net = netOf(itemsIn(open, scopeOf(open, line.id)));
  const item = net.items.get(id);
  return item === undefined ? [] : consequencesOf(net, item);
}

function answerOf(
  { open }: LiveWorkspace,
  line: BranchRecord,
  key: string,
  { event, notes }: { event: string | undefined; notes: string[] },
): OutputOf<'plan.add'> {
  const item = storedItem(open, line, key);
  return {
    workspace: open.workspace.name,
    branch: line.name,
    item,
    event: event ?? item.event,
    notes,
  };
}
