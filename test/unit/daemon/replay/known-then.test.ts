import { afterEach, beforeEach, expect, test } from 'vitest';
import { boardOf } from '../../../../src/daemon/lines.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import type { InputOf, OutputOf } from '../../../../src/schema/operation.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../../world/engine-room.ts';

const workspace = 'shop';
const agent = { agent: 'claude-code', session: sessionId('claude-code', 'planner') };
let room: EngineRoom;

beforeEach(async () => {
  room = await openEngineRoom();
  await room.call('workspace.create', { name: workspace, bind: false });
  await plan('main', 'for everybody');
  for (const name of ['run', 'run/a', 'run/b']) await room.call('branch.create', { workspace, name });
});
afterEach(() => room.remove());

const plan = async (branch: string, title: string): Promise<string> =>
  (await room.call('plan.add', { workspace, branch, title })).item.id;

const work = (branch: string, from: number, given: object = agent) =>
  room.call('event.append', { workspace, branch, events: numbered(from, 1, given) });

type Subject = Pick<InputOf<'replay.show'>, 'whole' | 'branch' | 'session' | 'children'>;

/** What was known at the last step of a type, as the viewer asks for it. */
async function knownAt(type: string, subject: Subject): Promise<OutputOf<'replay.show'>['state']> {
  const asked = { workspace, ...subject };
  const { steps } = await room.call('replay.show', asked);
  const after = steps.findLastIndex((step) => step.type === type);
  expect(after).toBeGreaterThanOrEqual(0);
  return (await room.call('replay.show', { ...asked, after, limit: 1, state: true })).state;
}

const plansOf = (known: OutputOf<'replay.show'>['state']): string[] =>
  known?.plan.map(({ title }) => title) ?? [];

test('at a claim the plan is that of the branch of whoever took it, as it was then', async () => {
  await plan('run/b', 'for b');
  const item = await plan('run/a', 'for a');
  await work('run/a', 1);
  await room.call('claim.take', { workspace, branch: 'run/a', item, caller: agent.session });
  await plan('run/a', 'later');
  const known = await knownAt('claim.taken', { whole: 'run', branch: 'run' });
  expect(plansOf(known)).toEqual(['for everybody', 'for a']);
  expect(known?.claims.map((claim) => claim.item)).toEqual([item]);
  expect(plansOf(await knownAt('claim.taken', { branch: 'run/a', session: agent.session }))).toEqual([
    'for everybody',
    'for a',
  ]);
});

test('from another branch nothing is known of it but what is seen from both', async () => {
  const item = await plan('run/a', 'for a');
  await room.call('claim.take', { workspace, branch: 'run/a', item, caller: agent.session });
  await plan('main', 'later');
  const known = await knownAt('claim.taken', { whole: 'branch', branch: 'main' });
  expect(plansOf(known)).toEqual(['for everybody']);
  expect(known?.claims).toHaveLength(1);
});

test('a session that goes on elsewhere is where it was last, whatever of it stands on the board', async () => {
  const item = await plan('run/a', 'for a');
  await plan('run/b', 'for b');
  await work('run/a', 1);
  await room.call('claim.take', { workspace, branch: 'run/a', item, caller: agent.session });
  await work('run/b', 2);
  await room.call('claim.release', { workspace, caller: agent.session });
  await work('run/a', 3);
  const released = await knownAt('claim.released', { whole: 'run', branch: 'run' });
  expect(plansOf(released)).toEqual(['for everybody', 'for b']);
  expect(plansOf(await knownAt('branch.created', { whole: 'branch', branch: 'run/b' }))).toEqual([
    'for everybody',
  ]);
});

test('what the daemon does about a claim happens where its holder is', async () => {
  const item = await plan('run/a', 'for a');
  const { claim } = await room.call('claim.take', {
    workspace,
    branch: 'run/a',
    item,
    caller: agent.session,
  });
  const daemon = {
    agent: 'hivemind',
    session: sessionId('hivemind', 'x'),
    actor: { kind: 'daemon', name: 'hivemind' },
  };
  const body = { key: claim.id, set: { state: 'lost' } };
  const { open, appender } = await room.workspaces.resolve({ workspace });
  await appender.append(numbered(1, 1, { ...daemon, type: 'claim.lost', body }), { branch: boardOf(open) });
  const { steps } = await room.call('replay.show', { workspace, whole: 'branch', branch: 'run/a' });
  const lost = steps.find(({ type }) => type === 'claim.lost')?.id ?? '';
  const shown = await room.call('plan.show', { workspace, branch: 'run/a', at: lost });
  expect([shown.branch, shown.items.map(({ title }) => title)]).toEqual([
    'run/a',
    ['for everybody', 'for a'],
  ]);
});
