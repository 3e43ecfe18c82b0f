import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InputOf } from '../../../../src/schema/operation.ts';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

const workspace = 'shop';
let room: EngineRoom;

beforeEach(async () => {
  room = await openEngineRoom();
  await room.call('workspace.create', { name: workspace, bind: false });
});
afterEach(() => room.remove());

const remember = async (text: string) =>
  (
    await room.call('memory.remember', {
      workspace,
      text,
      embedding: [1, 0],
      metadata: { about: 'database' },
    })
  ).event;
const found = async (query: Omit<InputOf<'memory.query'>, 'workspace'>) =>
  (await room.call('memory.query', { workspace, ...query })).hits.map(({ content }) => content);

describe('memory.query', () => {
  it('does not answer with facts and attempts that were withdrawn or replaced', async () => {
    const [replaced, withdrawn] = [
      await remember('the database is rebuilt at night'),
      await remember('the database is slow'),
    ];
    const tried = await room.call('memory.attempt', { workspace, approach: 'a second database' });
    await remember('the database is small');
    await room.call('memory.note', {
      workspace,
      text: 'the database is rebuilt on Sundays',
      replaces: replaced,
    });
    await room.call('memory.withdraw', { workspace, name: withdrawn });
    await room.call('memory.withdraw', { workspace, name: tried.event });
    expect((await found({ text: 'database' })).sort()).toEqual([
      'the database is rebuilt on Sundays',
      'the database is small',
    ]);
    expect(await found({ vector: [1, 0] })).toEqual(['the database is small']);
    // What does not stand takes nobody's place in a short answer.
    expect(await found({ where: { about: 'database' }, limit: 1 })).toEqual(['the database is small']);
  });

  it('answers with them on a branch that does not see the withdrawal', async () => {
    const note = await remember('the database is slow');
    await room.call('branch.create', { workspace, name: 'side' });
    await room.call('memory.withdraw', { workspace, name: note });
    expect(await found({ text: 'database' })).toEqual([]);
    expect(await found({ text: 'database', branch: 'side' })).toEqual(['the database is slow']);
  });
});
