import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InputOf, OutputOf } from '../../../../src/schema/operation.ts';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

const hourMs = 3_600_000;
let room: EngineRoom;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  room = await openEngineRoom(undefined, undefined, () => nowMs);
});
afterEach(() => room.remove());

type Items = OutputOf<'plan.show'>['items'];
const itemsAt = async (workspace: string, more: Partial<InputOf<'plan.show'>> = {}): Promise<Items> =>
  (await room.call('plan.show', { workspace, ...more })).items;

const change = fc.oneof(
  fc.record({ add: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ state: fc.constantFrom('todo' as const, 'doing' as const, 'done' as const) }),
  fc.record({ blocker: fc.constantFrom('x', 'y') }),
  fc.record({ priority: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ remove: fc.constant(true) }),
);

test('the plan as of each event is what it was right after it', async () => {
  const workspace = await room.workspaces.create('w');
  const property = fc.asyncProperty(
    fc.array(fc.tuple(change, fc.nat()), { minLength: 5, maxLength: 20 }),
    async (steps) => {
      const seen: { event: string; items: Items }[] = [];
      for (const [wanted, pick] of steps) {
        const items = await itemsAt(workspace.id);
        const item = items[pick % Math.max(1, items.length)]?.id;
        const { event } =
          'add' in wanted || item === undefined
            ? await room.call('plan.add', { workspace: 'w', title: 'add' in wanted ? wanted.add : 'first' })
            : await room.call('plan.set', { workspace: 'w', item, ...wanted });
        seen.push({ event, items: await itemsAt(workspace.id) });
      }
      // A step that changed nothing names an event of before.
      const written = seen.filter(
        ({ event }, index) => seen.findIndex((one) => one.event === event) === index,
      );
      for (const { event, items } of written)
        expect(await itemsAt(workspace.id, { at: event })).toEqual(items);
    },
  );
  await fc.assert(property, { numRuns: 4, endOnFailure: true });
}, 120_000);

test('drift says what has come, gone and changed since a moment, which is resolved to a view once', async () => {
  await room.workspaces.create('w');
  const add = async (title: string): Promise<string> =>
    (await room.call('plan.add', { workspace: 'w', title })).item.id;
  const set = (item: string, more: Partial<InputOf<'plan.set'>>) =>
    room.call('plan.set', { workspace: 'w', item, ...more });
  const diff = (more: Partial<InputOf<'plan.diff'>>) => room.call('plan.diff', { workspace: 'w', ...more });
  for (const title of ['kept', 'finished', 'forgotten', 'gone', 'moved', 'renamed']) await add(title);
  const { event } = await set('kept', { note: 'before' });
  nowMs += 2 * hourMs;
  const added = await add('new');
  await set('finished', { state: 'done' });
  await set('forgotten', { state: 'dropped' });
  await set('gone', { remove: true });
  await set('moved', { parent: 'kept', priority: 1, owner: 'ann' });
  await set('renamed', { title: 'called otherwise', blocker: 'no quota' });
  const since = await diff({ since: '1h' });
  expect(since.changes.map(({ kind, title, field }) => `${kind} ${title} ${field}`)).toEqual([
    'added new item',
    'done finished state',
    'dropped forgotten state',
    'removed gone item',
    'priority moved priority',
    'moved moved parent',
    'owner moved owner',
    'text called otherwise title',
    'ties called otherwise blockers',
  ]);
  expect(since.from).toMatchObject({ branch: 'main', event });
  expect(since.changes[0]).toMatchObject({ id: added, before: null, after: 'todo' });
  expect((await diff({ since: event })).changes).toEqual(since.changes);
  expect((await diff({ since: '3h' })).from.event).toBe(null);
  expect((await diff({ since: since.to.event ?? '' })).changes).toEqual([]);
  for (const wrong of [{}, { since: '1h', against: 'main' }, { since: 'soon' }])
    await expect(diff(wrong)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await room.call('branch.create', { workspace: 'w', name: 'side' });
  await room.call('plan.set', { workspace: 'w', item: 'kept', state: 'doing', branch: 'side' });
  const against = await diff({ branch: 'side', against: 'main' });
  expect(against.changes.map(({ kind, before, after }) => [kind, before, after])).toEqual([
    ['state', 'todo', 'doing'],
  ]);
  // Before a branch was made its past is that of the one that it comes from.
  expect((await diff({ branch: 'side', since: '1h' })).from).toMatchObject({ branch: 'main', event });
});

test('a history says who wrote what over which value, also of what two branches wrote', async () => {
  await room.workspaces.create('w');
  await room.call('plan.add', { workspace: 'w', title: 'a' });
  await room.call('branch.create', { workspace: 'w', name: 'side' });
  await room.call('plan.set', { workspace: 'w', item: 'a', state: 'doing', branch: 'side' });
  await room.call('plan.set', { workspace: 'w', item: 'a', priority: 1 });
  await room.call('plan.set', { workspace: 'w', item: 'a', priority: 3, branch: 'side' });
  const merged = await room.call('merge.run', {
    workspace: 'w',
    name: 'side',
    into: 'main',
    strategy: 'ours',
  });
  await room.call('plan.set', { workspace: 'w', item: 'a', remove: true });
  const { writes, item } = await room.call('plan.history', { workspace: 'w', item: 'a' });
  expect(item.title).toBe('a');
  const told = writes.map(({ type, branch, mergedBy, fields }) => [
    type,
    branch,
    mergedBy === merged.event,
    ...fields.map(({ field, before, after }) => `${field}: ${before} → ${after}`),
  ]);
  expect(told).toEqual([
    ['plan.added', 'main', false, 'title: null → a', 'state: null → todo'],
    ['plan.changed', 'side', true, 'state: todo → doing'],
    ['plan.changed', 'main', false, 'priority: null → 1'],
    ['plan.changed', 'side', true, 'priority: null → 3'],
    ['merge.committed', 'main', false, 'priority: 3 → 1'],
    ['plan.changed', 'main', false, 'removed: null → true'],
  ]);
});
