import { afterEach, beforeEach, expect, test } from 'vitest';
import { boardOf } from '../../../../src/daemon/lines.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../../world/engine-room.ts';

const workspace = 'shop';
const agent = { agent: 'claude-code', session: sessionId('claude-code', 'planner') };
let room: EngineRoom;

beforeEach(async () => {
  room = await openEngineRoom();
  await room.call('workspace.create', { name: workspace, bind: false });
  await room.call('branch.create', { workspace, name: 'try' });
});
afterEach(() => room.remove());

const work = async (branch: string, from: number): Promise<string> => {
  const events = numbered(from, 1, agent);
  const { appended } = await room.call('event.append', { workspace, branch, events });
  return appended[0] ?? '';
};

const fork = (name: string, from: string) => room.call('branch.create', { workspace, name, from });

const saidOn = async (branch: string): Promise<string[]> => {
  const { steps } = await room.call('replay.show', { workspace, whole: 'branch', branch, only: ['reply'] });
  return steps.map(({ text }) => text);
};

const boardStep = async (type: string): Promise<string> => {
  const { steps } = await room.call('replay.show', { workspace, whole: 'branch', branch: 'main' });
  return steps.findLast((step) => step.type === type)?.id ?? '';
};

test('a step of a deleted branch that was merged is a place to begin, as it was then', async () => {
  const step = await work('try', 1);
  await work('try', 2);
  await room.call('merge.run', { workspace, name: 'try' });
  await room.call('branch.delete', { workspace, name: 'try' });
  await fork('again', step);
  expect(await saidOn('again')).toEqual(['answer 1']);
  await work('again', 3);
  expect(await saidOn('again')).toEqual(['answer 1', 'answer 3']);
  await fork('further', await work('again', 4));
  expect(await saidOn('further')).toEqual(['answer 1', 'answer 3', 'answer 4']);
});

test('what nobody sees of a deleted branch is no place to begin until it is taken back', async () => {
  await work('try', 1);
  await room.call('merge.run', { workspace, name: 'try' });
  const later = await work('try', 2);
  const { item } = await room.call('plan.add', { workspace, branch: 'try', title: 'hidden' });
  await room.call('claim.take', { workspace, branch: 'try', item: item.id, caller: agent.session });
  await room.call('branch.delete', { workspace, name: 'try' });
  const refused = {
    code: 'FAILED_PRECONDITION',
    message: expect.stringContaining('"try", which was deleted'),
    hint: 'hivemind branch restore try',
  };
  await expect(fork('again', later)).rejects.toMatchObject(refused);
  await expect(fork('again', await boardStep('claim.taken'))).rejects.toMatchObject(refused);
  await room.call('branch.restore', { workspace, name: 'try' });
  await fork('again', later);
  expect(await saidOn('again')).toEqual(['answer 1', 'answer 2']);
});

test('a step of the board begins where it happened', async () => {
  await work('try', 1);
  const { item } = await room.call('plan.add', { workspace, branch: 'try', title: 'to do' });
  await room.call('claim.take', { workspace, branch: 'try', item: item.id, caller: agent.session });
  await work('try', 2);
  const { branch } = await fork('again', await boardStep('claim.taken'));
  expect(branch.parent).toBe('try');
  expect(await saidOn('again')).toEqual(['answer 1']);
});

test('what happened on no branch is no place to begin', async () => {
  await work('main', 1);
  const board = { type: 'workspace.pruned', agent: 'cli', session: sessionId('cli', 'ann') };
  const { open, appender } = await room.workspaces.resolve({ workspace });
  await appender.append(numbered(2, 1, board), { branch: boardOf(open) });
  await expect(fork('again', await boardStep('workspace.pruned'))).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    message: expect.stringContaining('(workspace.pruned) happened on no branch'),
    hint: expect.stringContaining('hivemind branch list'),
  });
});
