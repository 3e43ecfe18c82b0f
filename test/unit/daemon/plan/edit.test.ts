import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InputOf, OutputOf } from '../../../../src/schema/operation.ts';
import { type EngineRoom, openEngineRoom } from '../../../world/engine-room.ts';

let room: EngineRoom;
beforeEach(async () => {
  room = await openEngineRoom();
  await room.workspaces.create('w');
});
afterEach(() => room.remove());

const edit = (text?: string, more: Partial<InputOf<'plan.edit'>> = {}): Promise<OutputOf<'plan.edit'>> =>
  room.call('plan.edit', { workspace: 'w', ...(text === undefined ? {} : { text }), ...more });
const show = async () => (await room.call('plan.show', { workspace: 'w' })).items;
const set = (item: string, more: Partial<InputOf<'plan.set'>>) =>
  room.call('plan.set', { workspace: 'w', item, ...more });
const fields = ({ changes }: OutputOf<'plan.edit'>): string[] =>
  changes.map(({ title, field }) => `${title}: ${field}`);

const list = `# Plan of the week

- [ ] Move sessions
  They are in the database now.
  - [x] Set up Redis
  - [~] Write the adapter
    - priority: 1
    - owner: ann
    - needs: Set up Redis
    - question: which client?
* [ ] Ship it
  - blocker: no quota, yet
\`\`\`
- [ ] not an item
\`\`\`
`;

describe('a list that somebody has', () => {
  test('becomes the plan, with what is below each', async () => {
    const first = await edit(list);
    expect(first.notes).toEqual(['1 lines are no items: left out']);
    const items = await show();
    const [move, redis, adapter, ship] = items;
    expect(items.map(({ title, state }) => [title, state])).toEqual([
      ['Move sessions', 'todo'],
      ['Set up Redis', 'done'],
      ['Write the adapter', 'doing'],
      ['Ship it', 'todo'],
    ]);
    expect(move).toMatchObject({ parent: null, note: 'They are in the database now.' });
    expect(adapter).toMatchObject({
      parent: move?.id,
      priority: 1,
      owner: 'ann',
      dependsOn: [redis?.id],
      questions: [{ text: 'which client?' }],
    });
    expect(ship?.blockers).toMatchObject([{ text: 'no quota, yet' }]);
  });

  test('read again adds nothing, and takes nothing back', async () => {
    await edit(list);
    await set('Ship it', { state: 'doing', owner: 'bob', priority: 0 });
    const before = await show();
    expect(fields(await edit(list))).toEqual([]);
    expect(await show()).toEqual(before);
    expect(fields(await edit(list.replace('* [ ] Ship it', '- [ ] Tell them\n* [x] Ship it')))).toEqual([
      'Tell them: item',
      'Tell them: state',
      'Ship it: state',
    ]);
  });
});

describe('the plan as a text', () => {
  test('given back as it is changes nothing', async () => {
    await edit(list);
    await room.call('plan.add', {
      workspace: 'w',
      title: 'odd ^abcdef [x] \u001b[2J\nsecond line',
      note: '\n> a\n\n- [ ] b',
    });
    const { text } = await edit();
    const again = await edit(text);
    expect([again.changes, again.events]).toEqual([[], []]);
  });

  test('says what is new, changed, moved and gone; a dry run says the same and writes nothing', async () => {
    await edit(list);
    const { text } = await edit();
    const lines = text.split('\n');
    const ship = lines.findIndex((line) => line.includes('Ship it'));
    const changed = [
      ...lines
        .slice(0, ship)
        .filter((line) => !line.includes('Set up Redis'))
        .map((line) => line.replace('owner: ann', 'owner: bob')),
      '- [ ] Tell them',
      lines[ship]?.replace('[ ]', '[!]').replace('Ship it', 'Ship all'),
      '  > at night',
      '',
    ].join('\n');
    const dry = await edit(changed, { 'dry-run': true });
    expect((await show()).map(({ title }) => title)).toContain('Set up Redis');
    const done = await edit(changed);
    expect(fields(done)).toEqual(fields(dry));
    expect(done.events.length).toBeGreaterThan(3);
    const items = await show();
    expect(items.map(({ title, state }) => [title, state])).toEqual([
      ['Move sessions', 'todo'],
      ['Tell them', 'todo'],
      ['Ship all', 'blocked'],
      ['Write the adapter', 'doing'],
    ]);
    expect(items[2]).toMatchObject({ note: 'at night', blockers: [] });
    expect(items[3]).toMatchObject({ owner: 'bob', dependsOn: [] });
  });

  test('leaves alone what others have written meanwhile, and is refused where both changed the same', async () => {
    await edit(list);
    const { text } = await edit();
    await set('Ship it', { note: 'theirs', blocker: 'no key' });
    await room.call('plan.add', { workspace: 'w', title: 'theirs' });
    await edit(text.replace('Ship it', 'Ship all'));
    const items = await show();
    expect(items.map(({ title }) => title)).toContain('theirs');
    expect(items.find(({ title }) => title === 'Ship all')).toMatchObject({
      note: 'theirs',
      blockers: [{}, {}],
    });
    await set('Ship all', { title: 'Ship some' });
    const wrong = edit(text.replace('Ship it', 'Ship none'));
    await expect(wrong).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('title has become "Ship some"'),
    });
    const without = text
      .split('\n')
      .filter((line) => !/Ship it|no quota/.test(line))
      .join('\n');
    await expect(edit(without)).rejects.toMatchObject({ code: 'CONFLICT' });
    await set('Move sessions', { remove: true });
    await expect(edit(text.replace('Move sessions', 'Move them'))).rejects.toMatchObject({
      message: expect.stringContaining('was taken off the plan'),
    });
    expect((await show()).map(({ title }) => title)).toContain('Ship some');
  });

  test('of one item is about that and its new parts', async () => {
    await edit(list);
    const { text } = await edit(undefined, { item: 'Write the adapter' });
    expect(text).not.toContain('Ship it');
    const done = await edit(text.replace('priority: 1', 'priority: 0').replace(/\n$/, '\n  - [ ] Test it\n'));
    expect(fields(done)).toEqual([
      'Write the adapter: priority',
      'Test it: item',
      'Test it: state',
      'Test it: parent',
    ]);
    const items = await show();
    const adapter = items.find(({ title }) => title === 'Write the adapter');
    expect(items.find(({ title }) => title === 'Test it')?.parent).toBe(adapter?.id);
    expect([adapter?.parent, items.length]).toEqual([items[0]?.id, 5]);
  });

  test('that is broken says each line that is', async () => {
    await edit(list);
    const { text } = await edit();
    const broken = `${text}- [q] x\n- [ ]\n- [ ] y ^ffffffff\n  - priority: 9\n  - priorty: 1\n- [ ] z\n  - needs: nothing\nprose\n`;
    const failure = edit(broken);
    await expect(failure).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const faults: string[] = await failure.catch((error) => error.details.faults);
    expect(faults.map((fault) => fault.replace(/^line \d+: /, '').slice(0, 24))).toEqual([
      '[q] is no state: [ ] [~]',
      'an item needs a title',
      'priority: a priority is ',
      '"- priorty: 1" is neithe',
      '"prose" is no item and n',
      'no plan item ^ffffffff i',
      'needs "nothing", which i',
    ]);
    await expect(edit('- [ ] y ^ffffffff\n- [ ] z\n  - needs: nothing')).rejects.toMatchObject({
      message: expect.stringMatching(/line 1: no plan item .*; line 2: needs "nothing"/),
    });
  });

  test('that ties a ring is refused, but one turned around is not', async () => {
    await edit('- [ ] a\n- [ ] b\n  - needs: a\n');
    const { text } = await edit();
    const [a, b] = await show();
    const tail = (id = ''): string => id.slice(-6);
    const both = text.replace(/(- \[ \] a \^\w+)/, `$1\n  - needs: ^${tail(b?.id)} b`);
    await expect(edit(both)).rejects.toMatchObject({ message: expect.stringContaining('wait for itself') });
    await edit(both.replace(`  - needs: ^${tail(a?.id)} a\n`, ''));
    expect((await show()).map(({ title, dependsOn }) => [title, dependsOn])).toEqual([
      ['a', [b?.id]],
      ['b', []],
    ]);
  });

  test('of another branch is refused', async () => {
    await edit(list);
    await room.call('branch.create', { workspace: 'w', name: 'side' });
    const { text } = await edit(undefined, { branch: 'side' });
    await expect(edit(text)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });
});
