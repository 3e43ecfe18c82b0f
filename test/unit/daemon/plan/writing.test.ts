import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InputOf, OutputOf } from '../../../../src/schema/operation.ts';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

let room: EngineRoom;
beforeEach(async () => {
  room = await openEngineRoom();
  await room.workspaces.create('w');
});
afterEach(() => room.remove());

type Item = OutputOf<'plan.add'>['item'];
const add = async (title: string, more: Partial<InputOf<'plan.add'>> = {}): Promise<Item> =>
  (await room.call('plan.add', { title, workspace: 'w', ...more })).item;
const set = (item: string, more: Partial<InputOf<'plan.set'>>): Promise<OutputOf<'plan.set'>> =>
  room.call('plan.set', { item, workspace: 'w', ...more });
const show = (more: Partial<InputOf<'plan.show'>> = {}): Promise<OutputOf<'plan.show'>> =>
  room.call('plan.show', { workspace: 'w', ...more });

describe('ties', () => {
  test('that close a ring are refused, with the ring named', async () => {
    const a = await add('a');
    const b = await add('b', { 'depends-on': [a.id] });
    const c = await add('c', { parent: b.id });
    const closing: [string, Partial<InputOf<'plan.set'>>][] = [
      [a.id, { 'depends-on': [b.id] }],
      [a.id, { 'depends-on': [c.id] }],
      [c.id, { 'depends-on': [b.id] }],
      [b.id, { parent: c.id }],
      [a.id, { 'depends-on': [a.id] }],
    ];
    for (const [item, more] of closing)
      await expect(set(item, more)).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
        message: expect.stringMatching(/wait for itself: "\w" .* waits for "\w"/),
      });
    expect((await show()).items.map(({ dependsOn, parent }) => [dependsOn, parent])).toEqual([
      [[], null],
      [[a.id], null],
      [[], b.id],
    ]);
  });

  test('of two changes at once that would close one together, one is refused', async () => {
    const [a, b] = [await add('a'), await add('b')];
    const both = await Promise.allSettled([
      set(a.id, { 'depends-on': [b.id] }),
      set(b.id, { 'depends-on': [a.id] }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('a ring that came from two machines hangs nothing, and can be taken apart', async () => {
    const [a, b, c, d] = [await add('a'), await add('b'), await add('c'), await add('d')];
    const { events } = await room.call('event.export', { workspace: 'w' });
    const [first] = events.filter(({ type }) => type === 'plan.added');
    if (first === undefined) throw new Error('nothing was added');
    const { agent, session, actor } = first;
    const tie = (key: string, set: Record<string, unknown>) => ({
      type: 'plan.changed',
      agent,
      session,
      actor,
      identity: { nativeId: key, phase: 'tied' },
      body: { key, set },
    });
    const tied = [
      tie(a.id, { [`dependsOn/${b.id}`]: true }),
      tie(b.id, { [`dependsOn/${a.id}`]: true }),
      tie(c.id, { parent: d.id }),
      tie(d.id, { parent: c.id }),
    ];
    await room.call('event.append', { workspace: 'w', events: tied });
    const graph = await room.call('plan.graph', { workspace: 'w' });
    expect(graph.rings.map((ring) => [...new Set(ring)].sort())).toEqual([
      [a.id, b.id],
      [c.id, d.id],
    ]);
    expect(graph.critical).toEqual([]);
    const { offers } = await room.call('plan.next', { workspace: 'w', limit: 9 });
    expect(offers.map(({ item, footing }) => [item.title, footing])).toEqual([
      ['c', 'parts-open'],
      ['d', 'parts-open'],
    ]);
    expect((await show({ item: a.id })).detail?.footing).toBe('waiting');
    expect((await room.call('plan.edit', { workspace: 'w' })).text).toContain(`^${b.id.slice(-6)}`);
    await set(a.id, { 'no-depends-on': true });
    await set(c.id, { parent: '' });
    expect((await room.call('plan.graph', { workspace: 'w' })).rings).toEqual([]);
  });
});

describe('fields', () => {
  test('members of sets come and go by themselves', async () => {
    const [a, b] = [await add('a'), await add('b')];
    const item = await add('c', {
      'depends-on': [a.id, 'b'],
      blocker: 'x, y',
      question: 'which?',
      priority: 0,
    });
    expect(item).toMatchObject({ dependsOn: [a.id, b.id].sort(), priority: 0, blockers: [{ text: 'x, y' }] });
    const [asked] = item.questions;
    const after = (
      await set('c', {
        undepend: ['a'],
        unblock: [item.blockers[0]?.id ?? ''],
        answer: `${asked?.id}=this=that`,
      })
    ).item;
    expect(after).toMatchObject({
      dependsOn: [b.id],
      blockers: [],
      questions: [{ text: 'which?', answer: 'this=that' }],
    });
    await expect(set('c', { unblock: ['nothing'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(set('c', { undepend: ['a'] })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect((await set('c', { owner: 'ann', parent: 'a' })).item).toMatchObject({
      owner: 'ann',
      parent: a.id,
    });
    expect((await set('c', { owner: '', parent: '' })).item).toMatchObject({ owner: null, parent: null });
  });

  test('what is so already is not written again', async () => {
    const item = await add('a', { owner: 'ann' });
    const again = await set('a', { owner: 'ann', state: 'todo' });
    expect([again.event, again.notes]).toEqual([item.event, ['it is so already: nothing was written']]);
  });

  test('links are checked as far as they can be, and shown by what they lead to', async () => {
    await room.call('memory.remember', { workspace: 'w', text: 'Redis', subject: 'The session store' });
    const { item, event } = await room.call('plan.add', {
      workspace: 'w',
      title: 'a',
      link: ['ABC1234', 'commit:00ff00ff', 'decision:the session store'],
    });
    expect(item.links).toEqual(['commit:00ff00ff', 'commit:abc1234', 'decision:session store']);
    expect((await set('a', { link: [event], unlink: ['abc1234'] })).item.links).toContain(event);
    const { detail } = await show({ item: 'a' });
    expect(detail?.links.map(({ kind, title }) => [kind, title])).toEqual([
      ['commit', null],
      ['decision', 'The session store: Redis'],
      ['event', expect.stringContaining('plan.added: a')],
    ]);
    for (const link of [
      'decision:nothing',
      `evt_${'0'.repeat(32)}`,
      `ses_${'0'.repeat(32)}`,
      'evt_x',
      'something',
    ])
      await expect(set('a', { link: [link] })).rejects.toMatchObject({
        code: expect.stringMatching(/NOT_FOUND|INVALID_ARGUMENT/),
      });
  });

  test('a state says what follows from it', async () => {
    const whole = await add('whole');
    const part = await add('part', { parent: whole.id });
    await add('later', { 'depends-on': [whole.id] });
    const early = await set('whole', { state: 'done' });
    expect(early.notes).toEqual([
      `parts of it are still open: "part" (${part.id.slice(-6)})`,
      expect.stringContaining('nothing that they depend on is open any more: "later"'),
    ]);
    await set('whole', { state: 'doing' });
    expect((await set('part', { state: 'done' })).notes.join()).toContain('every part is done of: "whole"');
  });
});

test('of members added on each side of a merge all stay; two answers to one question are a conflict', async () => {
  const item = await add('a', { question: 'which?' });
  const id = item.questions[0]?.id ?? '';
  await room.call('branch.create', { workspace: 'w', name: 'side' });
  await set('a', { blocker: 'ours', link: ['aaaaaaa'], answer: `${id}=EU` });
  await set('a', { blocker: 'theirs', link: ['bbbbbbb'], branch: 'side' });
  const merged = await room.call('merge.run', { workspace: 'w', name: 'side', into: 'main' });
  expect([merged.outcome, merged.conflicts]).toEqual(['merged', []]);
  const [both] = (await show()).items;
  expect(both?.blockers.map(({ text }) => text).sort()).toEqual(['ours', 'theirs']);
  expect(both).toMatchObject({
    links: ['commit:aaaaaaa', 'commit:bbbbbbb'],
    questions: [{ answer: 'EU' }],
    contested: [],
  });
  await set('a', { answer: `${id}=US`, branch: 'side' });
  const split = await room.call('merge.run', { workspace: 'w', name: 'side', into: 'main' });
  expect(split.conflicts.map(({ field }) => field)).toEqual([`question/${id}`]);
  const { writes } = await room.call('plan.history', { workspace: 'w', item: 'a' });
  const brought = writes.filter(({ mergedBy }) => mergedBy !== null);
  expect(brought.map(({ branch, mergedBy }) => [branch, mergedBy])).toEqual([['side', merged.event]]);
});
