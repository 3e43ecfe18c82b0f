import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HivemindError, type Memory, open } from '../../src/sdk/index.ts';
import { type Home, makeHome } from '../world/home.ts';

let home: Home;
let before: string | undefined;
beforeAll(() => {
  home = makeHome();
  before = process.env.HIVEMIND_HOME;
  process.env.HIVEMIND_HOME = `${home.dir}/.hivemind`;
  // The daemon that the SDK starts belongs to this world, and ends with it.
  process.env.HOME = home.dir;
});
afterAll(async () => {
  if (before === undefined) delete process.env.HIVEMIND_HOME;
  else process.env.HIVEMIND_HOME = before;
  await home.remove();
});

let number = 0;
const fresh = (options = {}): Promise<Memory> => open(`w-${++number}`, { create: true, ...options });
const contents = (hits: { content: string }[]): string[] => hits.map(({ content }) => content);

describe('open', () => {
  test('starts a daemon, and makes a workspace once, however many ask', async () => {
    await expect(open('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const all = await Promise.all(Array.from({ length: 20 }, () => open('together', { create: true })));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all[0]).toMatchObject({ workspace: 'together', name: 'main', agent: 'sdk' });
  });

  test('begins on the branch that is asked for', async () => {
    const main = await fresh();
    const there = await main.branch('planner');
    expect(await open(main.workspace, { branch: 'planner' })).toMatchObject({ id: there.id });
    process.env.HIVEMIND_BRANCH = 'made by asking';
    const asked = await open(main.workspace).finally(() => delete process.env.HIVEMIND_BRANCH);
    expect(asked.name).toBe('made by asking');
  });

  test('is on the branch of its worktree, or of its session, where the workspace says so', async () => {
    const main = await fresh();
    const here = { cwd: process.cwd(), workspace: main.workspace };
    await main.branch('mine');
    await home.call('branch.switch', { ...here, name: 'mine' });
    expect((await open(main.workspace)).name).toBe('mine');
    expect((await open(main.workspace, { branch: 'main' })).id).toBe(main.id);
    await home.call('branch.switch', { ...here, auto: true });
    expect((await open(main.workspace)).id).toBe(main.id);
    await home.call('workspace.set', { workspace: main.workspace, key: 'branching', value: 'session' });
    const [one, other, again] = await Promise.all(
      ['run-1', 'run-2', 'run-1'].map((session) => open(main.workspace, { session, agent: 'alice' })),
    );
    expect(one?.name).toMatch(/^alice\/[0-9a-f]{8}$/);
    expect(again?.id).toBe(one?.id);
    expect(other?.id).not.toBe(one?.id);
    await one?.append({ content: 'a secret of run one' });
    expect(contents((await again?.query('secret of run')) ?? [])).toEqual(['a secret of run one']);
    for (const memory of [main, other]) expect(await memory?.query('secret of run')).toEqual([]);
  });

  test('goes on when the daemon has been killed', async () => {
    const memory = await fresh();
    const id = await memory.append({ content: 'before' });
    await home.kill();
    const after = await memory.append({ content: 'after' });
    expect((await memory.query({ where: {}, text: 'before after' })).map((hit) => hit.id).sort()).toEqual(
      [id, after].sort(),
    );
  });
});

describe('branches', () => {
  test('256 who ask for one name get one branch, and 256 names are as many', async () => {
    const main = await fresh();
    const same = await Promise.all(Array.from({ length: 256 }, () => main.branch('run-1/ours')));
    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    const own = await Promise.all(Array.from({ length: 256 }, (_, at) => main.branch(`run-1/${at}`)));
    expect(new Set(own.map(({ id }) => id)).size).toBe(256);
    expect(await main.branches()).toHaveLength(258);
  });

  test('see what was there when they were forked, and their own', async () => {
    const main = await fresh();
    const first = await main.append({ content: 'apple first', embedding: [1, 0], metadata: { n: 1 } });
    const a = await main.branch('a', { agent: 'alice' });
    const b = await main.branch('b', { agent: 'bob' });
    await main.append({ content: 'apple late', embedding: [1, 0], metadata: { n: 1 } });
    await a.append({ content: 'apple of alice', embedding: [1, 0], metadata: { n: 1 } });
    await b.append({ content: 'apple of bob', embedding: [1, 0], metadata: { n: 1 } });
    const past = await main.branch('past', { from: first });
    const seen: [Memory, string[]][] = [
      [main, ['apple first', 'apple late']],
      [a, ['apple first', 'apple of alice']],
      [b, ['apple first', 'apple of bob']],
      [past, ['apple first']],
    ];
    for (const [memory, expected] of seen) {
      for (const query of [{ vector: [1, 0] }, { where: { n: 1 } }, { text: 'apple' }])
        for (let again = 0; again < 2; again += 1)
          expect(contents(await memory.query({ ...query, where: { n: 1 } })).sort()).toEqual(expected);
      const exported: string[] = [];
      for await (const { type, text } of memory.export()) if (type === 'memory.noted') exported.push(text);
      expect(exported).toEqual(expected);
    }
    const merged = await main.merge(a);
    expect(merged).toMatchObject({ merged: true, outcome: 'merged', source: 'a', into: 'main' });
    expect(contents(await main.query({ vector: [1, 0] })).sort()).toEqual([
      'apple first',
      'apple late',
      'apple of alice',
    ]);
    await main.delete(b);
    await expect(b.query('apple first')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect((await main.branches()).map(({ name }) => name).sort()).toEqual(['a', 'main', 'past']);
  });
});

describe('append and query', () => {
  test('gives back ids in order, and what was written with them', async () => {
    const memory = await fresh({ agent: 'writer', session: 'run-7' });
    expect(await memory.append([])).toEqual([]);
    const one = await memory.append({ content: 'one', metadata: { deep: { x: [1] } }, paths: ['a.ts'] });
    const many = await memory.append(
      Array.from({ length: 2_345 }, (_, n) => ({ content: `note ${n}`, metadata: { n } })),
    );
    expect(many).toHaveLength(2_345);
    const [hit] = await memory.query({ where: { n: 1_234 } });
    expect(hit).toMatchObject({ id: many[1_234], content: 'note 1234', agent: 'writer', branch: 'main' });
    const said = (await memory.query('one')).find(({ id }) => id === one);
    expect(said).toMatchObject({ metadata: { deep: { x: [1] } }, event: { paths: ['a.ts'] } });
    const sessions = await home.call('session.list', { workspace: memory.workspace });
    expect(sessions.sessions).toMatchObject([{ agent: 'writer', nativeId: 'run-7', id: memory.session }]);
  });

  test('compares vectors of as many dimensions, exactly', async () => {
    const memory = await fresh();
    const angles = Array.from({ length: 40 }, (_, at) => (at * Math.PI) / 40);
    await memory.append(
      angles.map((angle, at) => ({
        content: `at ${at}`,
        embedding: [Math.cos(angle) * (at + 1), Math.sin(angle) * (at + 1)],
        metadata: { even: at % 2 === 0 },
      })),
    );
    await memory.append({ content: 'three', embedding: Float32Array.of(1, 0, 0) });
    const near = await memory.query({ vector: [1, 0], where: { even: true }, limit: 3 });
    expect(contents(near)).toEqual(['at 0', 'at 2', 'at 4']);
    for (const [at, { score, event }] of near.entries()) {
      expect(score).toBeCloseTo(Math.cos(angles[at * 2] ?? 0), 5);
      expect(event.body).not.toHaveProperty('embedding');
    }
    expect(contents(await memory.query({ vector: [2, 0, 0] }))).toEqual(['three']);
    expect(await memory.query({ vector: [1, 0, 0, 0] })).toEqual([]);
    await memory.append({ content: 'nearer', embedding: [1, 1e-9] });
    expect(contents(await memory.query({ vector: [1, 0], limit: 2 })).sort()).toEqual(['at 0', 'nearer']);
  });

  test('refuses what is no vector, and names the element', async () => {
    const memory = await fresh();
    for (const [vector, message] of [
      [[1, Number.NaN], 'vector[1]'],
      [[Number.POSITIVE_INFINITY], 'vector[0]'],
      [[0, 0], 'vector'],
      [[], 'vector'],
    ] as const) {
      await expect(memory.query({ vector })).rejects.toThrow(message);
      await expect(memory.append({ content: 'x', embedding: vector })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
    await expect(memory.query({})).rejects.toBeInstanceOf(HivemindError);
    await expect(
      home.call('memory.query', { workspace: memory.workspace, vector: [0, 0] }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('records and merge', () => {
  test('conflicts are results, and are settled by a function', async () => {
    const main = await fresh();
    await main.remember('Redis', { subject: 'cache' });
    const branch = await main.branch('other', { agent: 'other' });
    await main.remember('memcached', { subject: 'cache', reason: 'it is smaller' });
    await branch.remember('no cache', { subject: 'cache' });
    const item = await branch.plan.add('Take the cache out', { owner: 'other', paths: ['cache.ts'] });
    expect(await branch.plan.set(item.id, { state: 'doing' })).toMatchObject({ state: 'doing', by: 'other' });
    expect(await main.plan.show()).toEqual([]);

    expect((await main.diff(branch)).conflicts).toHaveLength(1);
    const stopped = await main.merge('other');
    expect(stopped).toMatchObject({ merged: false, outcome: 'conflicts', event: null });
    expect(stopped.conflicts[0]).toMatchObject({
      ours: { value: 'memcached', reason: 'it is smaller' },
      theirs: { value: 'no cache', agent: 'other' },
    });
    const fails = main.merge(branch, {
      resolve: () => {
        throw new Error('no idea');
      },
    });
    await expect(fails).rejects.toThrow('no idea');
    const dry = await main.merge(branch, { dryRun: true, strategy: 'theirs' });
    expect(dry).toMatchObject({ merged: false, outcome: 'would-merge' });

    const merged = await main.merge(branch, {
      resolve: async (conflicts) => Object.fromEntries(conflicts.map(({ id }) => [id, { value: 'LRU' }])),
      message: 'both were wrong',
    });
    expect(merged).toMatchObject({ merged: true, outcome: 'merged', conflicts: [] });
    const { decisions } = await home.call('memory.list', { workspace: main.workspace });
    expect(decisions).toMatchObject([{ subject: 'cache', choice: 'LRU' }]);
    expect(await main.plan.show({ state: 'doing' })).toMatchObject([{ title: 'Take the cache out' }]);
    expect(await main.merge(branch)).toMatchObject({ merged: true, outcome: 'up-to-date' });
    expect(await branch.merge('main', { into: 'other' })).toMatchObject({ merged: true, into: 'other' });
  });
});
