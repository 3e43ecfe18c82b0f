import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionId } from '../../../../src/schema/ids.ts';
import type { InputOf } from '../../../../src/schema/operation.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../../world/engine-room.ts';

const workspace = 'shop';
const hourMs = 3_600_000;
let room: EngineRoom;

beforeEach(async () => {
  room = await openEngineRoom();
  await room.call('workspace.create', { name: workspace, bind: false });
});
afterEach(() => room.remove());

const by = (name: string, more: object = {}): object => ({
  agent: 'codex',
  session: sessionId('codex', name),
  ...more,
});

let serial = 0;
const append = (given: object, branch = 'main') => {
  serial += 1;
  return room.call('event.append', { workspace, branch, events: numbered(serial, 1, given) });
};

const main: InputOf<'replay.show'> = { whole: 'branch', branch: 'main' };
const orderOf = async (subject: InputOf<'replay.show'>): Promise<string> => {
  const { order } = await room.call('replay.show', { workspace, ...subject });
  expect((await room.call('replay.find', { workspace, ...subject })).order).toBe(order);
  return order;
};

test('the order stays while steps come behind the last, and is another one when older ones come in', async () => {
  await append(by('a'));
  const first = await orderOf(main);
  await append(by('b'));
  expect(await orderOf(main)).toBe(first);
  expect(await orderOf({ ...main, only: ['prompt'] })).toBe(first);
  await append(by('late', { at: Date.now() - hourMs }));
  const second = await orderOf(main);
  expect(second).not.toBe(first);
  await append(by('b'));
  expect(await orderOf(main)).toBe(second);
});

test('a subagent that starts later leaves the numbers as they were; one from before does not', async () => {
  await append(by('parent'));
  const subject = { session: sessionId('codex', 'parent') };
  const first = await orderOf(subject);
  const begun = { type: 'session.started', body: { parentSession: subject.session } };
  await append(by('child', begun));
  expect((await room.call('replay.show', { workspace, ...subject })).total).toBe(2);
  expect(await orderOf(subject)).toBe(first);
  await append(by('earlier', { ...begun, at: Date.now() - hourMs }));
  expect(await orderOf(subject)).not.toBe(first);
});

test('a session that joins a run brings what it did on the board before', async () => {
  await room.call('branch.create', { workspace, name: 'run' });
  const { item } = await room.call('plan.add', { workspace, branch: 'run', title: 'to do' });
  const caller = sessionId('codex', 'joins');
  await room.call('claim.take', { workspace, branch: 'run', item: item.id, caller });
  const subject: InputOf<'replay.show'> = { whole: 'run', branch: 'run' };
  await append(by('a'), 'run');
  const first = await orderOf(subject);
  await append(by('a'), 'run');
  expect(await orderOf(subject)).toBe(first);
  const { steps } = await room.call('replay.show', { workspace, ...subject });
  await append({ ...by('joins'), session: caller }, 'run');
  const joined = await room.call('replay.show', { workspace, ...subject });
  expect(joined.total).toBe(steps.length + 2);
  expect(joined.order).not.toBe(first);
});
