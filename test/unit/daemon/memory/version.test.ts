import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

const workspace = 'shop';
let room: EngineRoom;

beforeEach(async () => {
  room = await openEngineRoom();
  await room.call('workspace.create', { name: workspace, bind: false });
});
afterEach(() => room.remove());

const decide = (choice: string, more: { replaces?: string } = {}) =>
  room.call('memory.decide', { workspace, subject: 'store', choice, ...more });
const note = (text: string, more: { replaces?: string } = {}) =>
  room.call('memory.note', { workspace, text, ...more });
const withdraw = (name: string, more: { event?: string } = {}) =>
  room.call('memory.withdraw', { workspace, name, ...more });
const shown = async (name: string) => (await room.call('memory.show', { workspace, name })).memory;
const settled = async (...calls: Promise<unknown>[]) =>
  (await Promise.allSettled(calls)).map(({ status }) => status).sort();

const changed = {
  code: 'FAILED_PRECONDITION',
  message: expect.stringMatching(/^the decision "store" has changed since: it says "Postgres" now/),
  hint: 'hivemind memory show store',
};

describe('a version of what is remembered', () => {
  it('is not withdrawn once another decision has taken its place', async () => {
    const { event } = await decide('Redis');
    await decide('Postgres');
    for (const [name, more] of [
      ['store', { event }],
      ['store', { event: event.slice(-8) }],
      [event, {}],
    ] as const)
      await expect(withdraw(name, more), name).rejects.toMatchObject(changed);
    expect(await shown('store')).toMatchObject({ text: 'Postgres', state: 'standing' });
    await withdraw('store', { event: (await shown('store')).event });
    expect(await shown('store')).toMatchObject({ state: 'withdrawn' });
  });

  it('is not overwritten by whoever has seen the one before', async () => {
    const { event } = await decide('Redis');
    await decide('Postgres', { replaces: event });
    await expect(decide('files', { replaces: event })).rejects.toMatchObject(changed);
    const other = await room.call('memory.agree', { workspace, name: 'store', rule: 'ask first' });
    await expect(decide('files', { replaces: other.event })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      hint: 'hivemind remember convention store …',
    });
    expect(await shown('store')).toMatchObject({ text: 'Postgres' });
  });

  it('is withdrawn or replaced by one of those who come in the same moment', async () => {
    const { event } = await decide('Redis');
    const both = [withdraw('store', { event }), decide('Postgres', { replaces: event })];
    expect(await settled(...both)).toEqual(['fulfilled', 'rejected']);
    const fact = (await note('the database is rebuilt at night')).event;
    const three = [
      note('on Sundays', { replaces: fact }),
      note('on Mondays', { replaces: fact }),
      withdraw(fact),
    ];
    expect(await settled(...three)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const { facts } = await room.call('memory.list', { workspace, kind: 'fact' });
    expect(facts.length).toBeLessThan(2);
    await expect(note('never', { replaces: fact })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/^that fact was (replaced|withdrawn) before; nothing was written/),
    });
  });

  it('is withdrawn once', async () => {
    await decide('Redis');
    await withdraw('store');
    await expect(withdraw('store')).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/was withdrawn before/),
    });
    await decide('Redis');
    expect(await shown('store')).toMatchObject({ state: 'standing' });
  });
});
