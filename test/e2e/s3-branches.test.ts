import { expect, test } from 'vitest';
import { sessionId } from '../../src/schema/ids.ts';
import type { InputOf } from '../../src/schema/operation.ts';
import type { MergeConflict, PlanItem } from '../../src/schema/records.ts';
import { eventually } from '../world/home.ts';
import { giveTeam, type Machine, patienceMs, workspace } from '../world/team.ts';

const given = giveTeam();

async function two(): Promise<[Machine, Machine]> {
  const { team } = given();
  const machines: [Machine, Machine] = [await team.machine(), await team.machine()];
  for (const machine of machines) await machine.join();
  return machines;
}

const remember = (machine: Machine, text: string, subject: string, branch = 'main') =>
  machine.home.call('memory.remember', { workspace, text, subject, branch });

const plan = async (machine: Machine, branch = 'main'): Promise<PlanItem[]> =>
  (await machine.home.call('plan.show', { workspace, branch })).items;

const decisions = async (machine: Machine, branch = 'main') =>
  (await machine.home.call('memory.list', { workspace, branch })).decisions;

const soon = <T>(check: () => Promise<T | null | undefined | false>, what: string): Promise<T> =>
  eventually(() => check().catch(() => null), what, patienceMs);

const branchesOf = async (machine: Machine): Promise<string[]> =>
  (await machine.home.call('branch.list', { workspace })).branches.map(({ name }) => name).sort();

/** Until a machine has what another one wrote last. */
async function catchUp(from: Machine, to: Machine): Promise<void> {
  const mark = `mark ${Math.random()}`;
  await remember(from, mark, 'the mark');
  await soon(
    async () => (await decisions(to)).some(({ choice }) => choice === mark),
    'what the other machine wrote',
  );
}

test('a branch of one machine is isolated, seen and merged by another, with its conflicts', async () => {
  const [a, b] = await two();
  await remember(a, 'use PostgreSQL', 'session store');
  const { item } = await a.home.call('plan.add', { workspace, title: 'move the sessions' });
  await a.home.call('branch.create', { workspace, name: 'run/α' });
  await remember(a, 'use MySQL', 'session store', 'run/α');
  await a.home.call('plan.set', { workspace, item: item.id, state: 'doing', branch: 'run/α' });
  await soon(async () => (await branchesOf(b)).includes('run/α'), 'the branch on the other machine');
  await soon(async () => (await plan(b, 'run/α'))[0]?.state === 'doing', 'the plan on the branch');
  expect((await plan(b))[0]?.state).toBe('todo');
  expect((await decisions(b)).map(({ choice }) => choice)).toContain('use PostgreSQL');
  await remember(b, 'use SQLite', 'session store');
  const stopped = await b.home.call('merge.run', { workspace, name: 'run/α' });
  expect(stopped.outcome).toBe('conflicts');
  const [conflict] = stopped.conflicts as [MergeConflict];
  expect([conflict.base, conflict.ours.value, conflict.theirs.value]).toEqual([
    'use PostgreSQL',
    'use SQLite',
    'use MySQL',
  ]);
  const resolutions: InputOf<'merge.resolve'>['resolutions'] = { [conflict.id]: { take: 'theirs' } };
  expect((await b.home.call('merge.resolve', { workspace, name: 'run/α', resolutions })).outcome).toBe(
    'merged',
  );
  await soon(
    async () => (await decisions(a)).some(({ choice }) => choice === 'use MySQL'),
    'the merge on the first machine',
  );
  expect((await plan(a))[0]).toMatchObject({ state: 'doing', contested: [] });
  expect((await a.home.call('merge.run', { workspace, name: 'run/α' })).outcome).toBe('up-to-date');
});

test('what two machines write to one field without having seen each other is contested on both, until somebody writes it again', async () => {
  const [a, b] = await two();
  const { item } = await a.home.call('plan.add', { workspace, title: 'move the sessions' });
  await soon(async () => (await plan(b)).length === 1, 'the item');
  await Promise.all([a.line.refuse(), b.line.refuse()]);
  await a.home.call('plan.set', { workspace, item: item.id, owner: 'anna' });
  await b.home.call('plan.set', { workspace, item: item.id, owner: 'boris' });
  await Promise.all([a.line.listen(), b.line.listen()]);
  const contested = async (machine: Machine): Promise<PlanItem | undefined> =>
    (await plan(machine)).find((one) => one.contested.length === 1);
  const [onA, onB] = [
    await soon(() => contested(a), 'the contest on a'),
    await soon(() => contested(b), 'the contest on b'),
  ];
  expect(onA).toEqual(onB);
  expect([onA.owner, onA.contested[0]?.value].sort()).toEqual(['anna', 'boris']);
  await b.home.call('plan.set', { workspace, item: item.id, owner: 'both' });
  await soon(async () => (await plan(a))[0]?.owner === 'both', 'the last word');
  expect((await plan(a))[0]?.contested).toEqual([]);
});

test('a late write that a merge had not seen stands beside what the merge decided', async () => {
  const [a, b] = await two();
  await remember(a, 'one', 'topic');
  await a.home.call('branch.create', { workspace, name: 'side' });
  await remember(a, 'two', 'topic', 'side');
  await catchUp(a, b);
  await b.line.refuse();
  await remember(b, 'late', 'topic');
  await remember(a, 'three', 'topic');
  expect((await a.home.call('merge.run', { workspace, name: 'side', strategy: 'theirs' })).outcome).toBe(
    'merged',
  );
  await b.line.listen();
  const seen = async (machine: Machine) =>
    (await decisions(machine)).find(({ subject, contested }) => subject === 'topic' && contested.length > 0);
  const [onA, onB] = [
    await soon(() => seen(a), 'the contest on a'),
    await soon(() => seen(b), 'the contest on b'),
  ];
  expect(onA).toEqual(onB);
  const values = [
    onA.choice,
    ...onA.contested.filter(({ field }) => field === 'choice').map(({ value }) => value),
  ];
  expect(values.sort()).toEqual(['late', 'two']);
});

test('merges that cross between machines give one state, and a fork from an event sees what its writer had seen', async () => {
  const [a, b] = await two();
  for (const name of ['x', 'y']) await a.home.call('branch.create', { workspace, name });
  await remember(a, 'from x', 'x topic', 'x');
  await soon(async () => (await branchesOf(b)).includes('y'), 'the branches');
  await remember(b, 'from y', 'y topic', 'y');
  await catchUp(a, b);
  await catchUp(b, a);
  const merges = await Promise.all([
    a.home.call('merge.run', { workspace, name: 'y', into: 'x' }),
    b.home.call('merge.run', { workspace, name: 'x', into: 'y' }),
  ]);
  expect(merges.map(({ outcome }) => outcome)).toEqual(['merged', 'merged']);
  const topics = async (machine: Machine, branch: string): Promise<string> =>
    (await decisions(machine, branch))
      .map(({ choice }) => choice)
      .sort()
      .join();
  for (const machine of [a, b])
    for (const branch of ['x', 'y'])
      await soon(async () => (await topics(machine, branch)) === 'from x,from y', `${branch} on both`);
  // What b wrote before it had seen a's next word does not see it, wherever it is asked.
  await b.line.refuse();
  await remember(a, 'unseen by b', 'news', 'x');
  const session = sessionId('cli', 'b');
  const drafts: InputOf<'event.append'>['events'] = [
    {
      type: 'memory.noted',
      agent: 'b',
      session,
      identity: { content: 'step' },
      actor: { kind: 'agent', name: 'b' },
      text: 'a step of b',
      body: { content: 'a step of b' },
    },
  ];
  const { appended } = await b.home.call('event.append', { workspace, branch: 'x', events: drafts });
  await b.line.listen();
  const from = appended[0] ?? '';
  await soon(() => a.home.call('event.show', { workspace, branch: 'x', id: from }), 'the step on a');
  for (const machine of [a, b]) {
    await soon(async () => (await topics(machine, 'x')).includes('unseen'), 'the news');
    const name = `as it was, by ${machine === a ? 'a' : 'b'}`;
    await machine.home.call('branch.create', { workspace, name, from });
    expect(await topics(machine, name)).toBe('from x,from y');
  }
});
