import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sessionId } from '../../../../src/schema/ids.ts';
import type { InputOf, OutputOf } from '../../../../src/schema/operation.ts';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

const minuteMs = 60_000;
let room: EngineRoom;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  room = await openEngineRoom(undefined, undefined, () => nowMs);
  await room.workspaces.create('w');
});
afterEach(() => room.remove());

/** An agent of one session at the door. */
const as = (name: string) => ({
  context: { door: 'mcp' as const, actor: { kind: 'agent' as const, name } },
  caller: sessionId(name, 'one'),
});
const add = async (title: string, more: Partial<InputOf<'plan.add'>> = {}): Promise<string> =>
  (await room.call('plan.add', { title, workspace: 'w', ...more })).item.id;
const set = (item: string, more: Partial<InputOf<'plan.set'>>, who = 'ann'): Promise<OutputOf<'plan.set'>> =>
  room.call('plan.set', { item, workspace: 'w', caller: as(who).caller, ...more }, as(who).context);
const next = (who: string, more: Partial<InputOf<'plan.next'>> = {}): Promise<OutputOf<'plan.next'>> =>
  room.call('plan.next', { workspace: 'w', caller: as(who).caller, ...more }, as(who).context);
const take = (who: string, more: Partial<InputOf<'plan.next'>> = {}) => next(who, { take: true, ...more });
const titles = ({ offers }: OutputOf<'plan.next'>): string[] => offers.map(({ item }) => item.title);

describe('what is next', () => {
  test('is what nothing is in the way of: by priority, then age; wholes behind their parts', async () => {
    const [whole, base] = [await add('whole', { priority: 0 }), await add('base')];
    await add('urgent', { priority: 1 });
    await add('part', { parent: whole });
    await add('later', { 'depends-on': [base] });
    await add('stuck', { blocker: 'no quota', priority: 0 });
    await add('halted', { state: 'blocked' });
    const offered = await next('ann', { limit: 10 });
    expect(titles(offered)).toEqual(['urgent', 'base', 'part', 'whole']);
    expect(offered).toMatchObject({ total: 4, open: 7 });
    expect(offered.offers[1]?.unblocks.map(({ title }) => title)).toEqual(['later']);
    expect(offered.offers[3]).toMatchObject({
      footing: 'parts-open',
      why: ['1 part of it still open', expect.any(String), 'priority 0'],
    });
    await set(base, { state: 'done' });
    expect(titles(await next('ann', { limit: 10 }))).toEqual(['urgent', 'part', 'later', 'whole']);
  });

  test('a part waits for what its whole waits for', async () => {
    const base = await add('base');
    const whole = await add('whole', { 'depends-on': [base] });
    await add('part', { parent: whole });
    expect(titles(await next('ann', { limit: 10 }))).toEqual(['base']);
    await set(base, { state: 'dropped' });
    expect(titles(await next('ann', { limit: 10 }))).toEqual(['part', 'whole']);
  });

  test('what was taken off the plan is waited for by nobody', async () => {
    const base = await add('base');
    await add('later', { 'depends-on': [base] });
    await set(base, { remove: true });
    expect(titles(await next('ann', { limit: 10 }))).toEqual(['later']);
  });
});

describe('taking', () => {
  test('makes the caller its owner, and the next one gets another', async () => {
    const [first, second] = [await add('first'), await add('second')];
    const mine = await take('ann');
    expect(mine.taken).toMatchObject({
      item: { id: first, owner: 'ann', state: 'doing' },
      claim: { holder: 'ann', standing: 'confirmed' },
    });
    expect((await take('bob')).taken?.item.id).toBe(second);
    expect((await take('carl')).taken).toBe(null);
    const lost = await take('carl', { item: first });
    expect(lost).toMatchObject({ taken: null, lost: [{ item: first, heldBy: { holder: 'ann' } }] });
    expect((await take('ann', { item: first })).taken?.claim.id).toBe(mine.taken?.claim.id);
  });

  test('a whole whose parts are open is taken by its name only', async () => {
    const whole = await add('whole');
    const part = await add('part', { parent: whole });
    expect((await take('ann')).taken?.item.id).toBe(part);
    const none = await take('bob');
    expect([none.taken, none.notes.join()]).toEqual([null, expect.stringContaining('take it by its name')]);
    expect((await take('bob', { item: whole })).taken?.item.id).toBe(whole);
  });

  test('what cannot be begun is not taken, and it is said why', async () => {
    const base = await add('base');
    const later = await add('later', { 'depends-on': [base] });
    const refused = await take('ann', { item: later });
    expect(refused).toMatchObject({ taken: null, offers: [] });
    expect(refused.notes.join()).toContain('depends on "base", which is todo');
    await set(base, { state: 'done' });
    const done = await take('ann', { item: base });
    expect([done.taken, done.notes.join()]).toEqual([null, expect.stringContaining('it is done')]);
  });

  test.each(['todo', 'done', 'dropped'] as const)('putting it to %s gives it back', async (state) => {
    const id = await add('first');
    await take('ann');
    const other = await set(id, { state }, 'bob');
    expect(other.notes.join()).toContain('ann was doing it');
    const { claims, items } = await room.call('plan.show', { workspace: 'w' });
    expect([claims, items[0]?.state]).toEqual([[], state]);
  });

  test('a claim that ran out leaves it stalled: offered behind what is ready, and taken over', async () => {
    const [old, fresh] = [await add('old', { priority: 0 }), await add('fresh')];
    await take('ann', { minutes: 30 });
    nowMs += 31 * minuteMs;
    const offered = await next('bob', { limit: 5 });
    expect(offered.offers.map(({ item, footing }) => [item.id, footing])).toEqual([
      [fresh, 'ready'],
      [old, 'stalled'],
    ]);
    expect(offered.offers[1]?.why.join()).toContain('the claim of ann ran out');
    await take('bob');
    expect((await take('carl')).taken).toMatchObject({ item: { id: old, owner: 'carl', state: 'doing' } });
  });

  test('gives no item to two of any number who ask at once', async () => {
    let rounds = 0;
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 2, max: 9 }),
      async (many, asking) => {
        rounds += 1;
        const round = `round ${rounds}`;
        await room.workspaces.create(round);
        for (let at = 0; at < many; at += 1)
          await room.call('plan.add', { title: `item ${at}`, workspace: round });
        const all = await Promise.all(
          Array.from({ length: asking }, (_, at) => take(`agent-${at}`, { workspace: round })),
        );
        const taken = all.flatMap(({ taken: one }) => one?.item.id ?? []);
        expect(new Set(taken).size).toBe(taken.length);
        expect(taken).toHaveLength(Math.min(many, asking));
        const { items, claims } = await room.call('plan.show', { workspace: round });
        for (const { taken: one } of all)
          if (one !== null) expect(items.find(({ id }) => id === one.item.id)?.owner).toBe(one.claim.holder);
        expect(claims.map(({ item }) => item).sort()).toEqual([...taken].sort());
      },
    );
    await fc.assert(property, { numRuns: 5 });
  });
});
