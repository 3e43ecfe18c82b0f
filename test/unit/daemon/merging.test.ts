import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionId } from '../../../src/schema/ids.ts';
import type { InputOf, OutputOf } from '../../../src/schema/operation.ts';
import type { MergeConflict } from '../../../src/schema/records.ts';
import { type EngineRoom, openEngineRoom } from '../../world/engine-room.ts';

const workspace = 'shop';
let room: EngineRoom;

beforeEach(async () => {
  room = await openEngineRoom();
  await room.call('workspace.create', { name: workspace, bind: false });
});
afterEach(() => room.remove());

const create = (name: string, from?: string) =>
  room.call('branch.create', { workspace, name, ...(from === undefined ? {} : { from }) });

const decide = (subject: string, text: string, branch = 'main', reason?: string) =>
  room.call('memory.remember', {
    workspace,
    subject,
    text,
    branch,
    ...(reason === undefined ? {} : { reason }),
  });

const merge = (name: string, more: Partial<InputOf<'merge.run'>> = {}): Promise<OutputOf<'merge.run'>> =>
  room.call('merge.run', { workspace, name, ...more });

const decided = async (branch = 'main'): Promise<Record<string, string>> => {
  const { decisions } = await room.call('memory.list', { workspace, branch });
  return Object.fromEntries(decisions.map(({ subject, choice }) => [subject, choice]));
};

let serial = 0;
const note = (branch: string): InputOf<'event.append'> => {
  serial += 1;
  return {
    workspace,
    branch,
    events: [
      {
        type: 'memory.noted',
        agent: 'tester',
        session: sessionId('tester', branch),
        identity: { nativeId: `note-${serial}`, phase: 'noted' },
        actor: { kind: 'agent', name: 'tester' },
        text: `note ${serial}`,
        body: { content: `note ${serial}` },
      },
    ],
  };
};

const idsOn = async (branch: string): Promise<Set<string>> => {
  const { events } = await room.call('event.export', { workspace, branch, limit: 10_000 });
  return new Set(events.map(({ id }) => id));
};

test('many merges into one branch at once: each is whole, and none overlooks another', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `run/${at}`);
  await Promise.all(names.map((name) => create(name)));
  await Promise.all(names.map((name) => decide('one subject', `choice of ${name}`, name)));
  await Promise.all(names.map((name) => decide(`subject of ${name}`, 'yes', name)));
  const merges = await Promise.all(names.map((name) => merge(name)));
  // The first to come finds no other choice; every later one finds it.
  expect(merges.filter(({ outcome }) => outcome === 'merged')).toHaveLength(1);
  expect(merges.filter(({ outcome }) => outcome === 'conflicts')).toHaveLength(11);
  expect(Object.keys(await decided())).toHaveLength(2);
  const again = await Promise.all(names.map((name) => merge(name, { strategy: 'latest' })));
  expect(again.map(({ outcome }) => outcome).sort()).toEqual(
    ['up-to-date', ...Array(11).fill('merged')].sort(),
  );
  const { decisions } = await room.call('memory.list', { workspace });
  expect(decisions).toHaveLength(13);
  expect(decisions.flatMap(({ contested }) => contested)).toEqual([]);
});

test('a source that is still being written is cut where it is; the rest comes with the next merge', async () => {
  await create('busy');
  const acked = new Set<string>();
  let isDone = false;
  const writing = (async () => {
    while (!isDone) for (const id of (await room.call('event.append', note('busy'))).appended) acked.add(id);
  })();
  const merges: { before: Set<string>; merge: OutputOf<'merge.run'>; seen: Set<string> }[] = [];
  for (let round = 0; round < 8; round += 1) {
    const before = new Set(acked);
    const done = await merge('busy');
    merges.push({ before, merge: done, seen: await idsOn('main') });
  }
  isDone = true;
  await writing;
  for (const { before, merge: done, seen } of merges) {
    // What was acknowledged before the merge was asked for is in it.
    if (done.outcome === 'merged') for (const id of before) expect(seen.has(id)).toBe(true);
  }
  const rest = [...acked].filter((id) => !merges.at(-1)?.seen.has(id));
  const last = await merge('busy');
  expect(last.outcome).toBe(rest.length === 0 ? 'up-to-date' : 'merged');
  const main = await idsOn('main');
  for (const id of acked) expect(main.has(id)).toBe(true);
});

test('a resolution names the values that it settles: one of other values is refused', async () => {
  await decide('store', 'Postgres');
  await create('a');
  await decide('store', 'MySQL', 'a', 'we know it');
  await decide('store', 'SQLite', 'main', 'it is small');
  const [conflict] = (await merge('a')).conflicts as [MergeConflict];
  expect(conflict.theirs).toMatchObject({ value: 'MySQL', reason: 'we know it', branch: 'a' });
  expect(conflict.ours).toMatchObject({ value: 'SQLite', reason: 'it is small', branch: 'main' });
  await decide('store', 'MariaDB', 'a');
  const resolutions = { [conflict.id]: { take: 'theirs' as const } };
  await expect(room.call('merge.resolve', { workspace, name: 'a', resolutions })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  expect(await decided()).toEqual({ store: 'SQLite' });
  const [now] = (await merge('a')).conflicts as [MergeConflict];
  const value = 'none of them';
  const done = await room.call('merge.resolve', {
    workspace,
    name: 'a',
    resolutions: { [now.id]: { value } },
  });
  expect(done).toMatchObject({ outcome: 'merged', conflicts: [], settled: [{ by: 'value' }] });
  const { decisions } = await room.call('memory.list', { workspace });
  expect(decisions).toMatchObject([{ subject: 'store', choice: value, reason: '', contested: [] }]);
});

test('a merge that stops is listed until it is given up, or done', async () => {
  await create('a');
  await decide('store', 'MySQL', 'a');
  await decide('store', 'SQLite');
  const before = await idsOn('main');
  await merge('a');
  await merge('a');
  const stopped = async () => (await room.call('merge.status', { workspace })).stopped;
  expect(await stopped()).toMatchObject([{ source: 'a', into: 'main', conflicts: 1 }]);
  expect(await decided()).toEqual({ store: 'SQLite' });
  // That it stopped is said once, on the board, and nothing else has changed.
  expect((await idsOn('main')).size).toBe(before.size + 1);
  expect(await room.call('merge.abort', { workspace, name: 'a' })).toMatchObject({ aborted: true });
  expect(await stopped()).toEqual([]);
  expect(await room.call('merge.abort', { workspace, name: 'a' })).toMatchObject({ aborted: false });
  await merge('a');
  expect(await stopped()).toHaveLength(1);
  await merge('a', { strategy: 'ours' });
  expect(await stopped()).toEqual([]);
});

test('the rules of the gate are asked, and a dry run says what they would say', async () => {
  await room.call('workspace.set', { workspace, key: 'rules', value: 'fresh-base' });
  await create('a');
  await room.call('event.append', note('a'));
  await room.call('event.append', note('main'));
  const dry = await merge('a', { 'dry-run': true });
  expect(dry.outcome).toBe('refused');
  expect(dry.verdicts).toContainEqual(
    expect.objectContaining({ rule: 'fresh-base', passed: false, hint: 'hivemind merge main --into a' }),
  );
  expect((await merge('a')).outcome).toBe('refused');
  expect((await merge('main', { into: 'a' })).outcome).toBe('refused');
  await room.call('workspace.set', { workspace, key: 'rules', value: 'no-conflicts' });
  expect((await merge('main', { into: 'a' })).outcome).toBe('merged');
  await room.call('workspace.set', { workspace, key: 'rules', value: 'no-conflicts,fresh-base' });
  expect((await merge('a', { 'dry-run': true })).outcome).toBe('would-merge');
  expect((await merge('a')).outcome).toBe('merged');
  await expect(
    room.call('workspace.set', { workspace, key: 'rules', value: 'no-such-rule' }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('opposed decisions under different subjects stop a merge, and the one that is not taken is withdrawn', async () => {
  await create('a');
  await decide('Database for sessions', 'use PostgreSQL', 'a');
  await decide('session storage', 'use Redis');
  const { conflicts } = await merge('a');
  expect(conflicts.map(({ why }) => why)).toEqual(['opposed']);
  const both = await merge('a', {
    'dry-run': true,
    resolutions: { [conflicts[0]?.id ?? '']: { take: 'both' } },
  });
  expect(both.outcome).toBe('would-merge');
  await merge('a', { strategy: 'theirs' });
  expect(await decided()).toEqual({ 'Database for sessions': 'use PostgreSQL' });
});

test('a decision that loses to another of its own subject withdraws nobody', async () => {
  await create('a');
  // Theirs under "storage" contradicts ours under another name, but ours under "storage" is the later one.
  await decide('session storage', 'use PostgreSQL', 'a');
  await decide('session storage', 'use Redis', 'main');
  await decide('Database for sessions', 'use Redis', 'main');
  const { settled } = await merge('a', { strategy: 'ours' });
  expect(settled).toHaveLength(1);
  expect(await decided()).toEqual({ 'session storage': 'use Redis', 'Database for sessions': 'use Redis' });
});

test('a fork from a step sees what there was, on whatever branch the step is, and goes on by itself', async () => {
  const { item } = await room.call('plan.add', { workspace, title: 'first' });
  await create('a');
  const { event } = await room.call('plan.set', { workspace, item: item.id, state: 'doing', branch: 'a' });
  await room.call('plan.set', { workspace, item: item.id, state: 'done', branch: 'a' });
  await room.call('plan.add', { workspace, title: 'second' });
  await create('what if', event);
  const states = async (branch: string, at?: string) =>
    (await room.call('plan.show', { workspace, branch, ...(at === undefined ? {} : { at }) })).items.map(
      ({ title, state }) => `${title} ${state}`,
    );
  expect(await states('what if')).toEqual(['first doing']);
  expect(await states('a', event)).toEqual(['first doing']);
  expect(await states('a')).toEqual(['first done']);
  await room.call('plan.set', { workspace, item: item.id, state: 'blocked', branch: 'what if' });
  expect(await states('a')).toEqual(['first done']);
  expect(await states('what if')).toEqual(['first blocked']);
  // A step that is not seen from here is nothing that one can ask about.
  await expect(room.call('plan.show', { workspace, at: event })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('branches that say of each other that they are the parent are shown, read and merged all the same', async () => {
  const [one, two] = ['1', '2'].map((digit) => `br_${digit.repeat(32)}`) as [string, string];
  for (const [id, parent] of [
    [one, two],
    [two, one],
  ] as const) {
    const { events, ...where } = note('main');
    const body = { branch: id, name: `ring ${id.slice(-1)}`, parent: { branch: parent, cut: {} } };
    const birth = { ...events[0], type: 'branch.created', body };
    await room.call('event.append', { ...where, events: [birth as (typeof events)[number]] });
  }
  const { lineage } = await room.call('branch.show', { workspace, name: 'ring 1' });
  expect(lineage).toEqual(['ring 2', 'ring 1']);
  await room.call('event.append', note('ring 1'));
  expect(await merge('ring 1', { into: 'ring 2' })).toMatchObject({ outcome: 'merged', events: 1 });
});
