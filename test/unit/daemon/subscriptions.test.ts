import { afterEach, describe, expect, test } from 'vitest';
import { parseCursor } from '../../../src/core/live-cursor.ts';
import type { Subscription } from '../../../src/daemon/subscriptions.ts';
import type { LiveWorkspace } from '../../../src/daemon/workspaces.ts';
import type { Event } from '../../../src/schema/event.ts';
import { mainBranchId } from '../../../src/schema/ids.ts';
import type { LiveNews } from '../../../src/schema/live.ts';
import { type Forest, plantForest, reopen, store } from '../../world/branch-forest.ts';
import { step } from '../../world/branch-steps.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../world/engine-room.ts';
import { createRandom, type Random } from '../../world/random.ts';

/** As the other properties: the same everywhere, others on demand. */
const firstSeed = Number(process.env.FC_SEED ?? 20_261_122);
const rounds = 3;

const rooms: EngineRoom[] = [];
afterEach(async () => {
  for (const room of rooms.splice(0)) await room.remove();
});

const everything = { from: {}, inside: null };

const wanted = (branch: string, given: Partial<Subscription> = {}): Subscription => ({
  branch,
  filter: {},
  after: everything,
  most: 100_000,
  beatMs: 1,
  ...given,
});

/** Somebody who follows a branch, by one long subscription or by coming again and again, as it falls. */
class Follower {
  readonly branch: string;
  readonly got: string[] = [];
  cursor = '0';
  #stream: AsyncGenerator<LiveNews, undefined> | null = null;

  constructor(branch: string) {
    this.branch = branch;
  }

  /** Takes what there is, or (`upTo`) only so much of it. */
  async read(live: LiveWorkspace, upTo = Number.POSITIVE_INFINITY): Promise<void> {
    const subscription = wanted(this.branch, { after: parseCursor(this.cursor) });
    this.#stream ??= live.feed.subscribe(subscription, new AbortController().signal);
    for (let taken = 0; taken < upTo; ) {
      const { value, done } = await this.#stream.next();
      if (done) break;
      this.cursor = value.cursor;
      if ('event' in value) {
        this.got.push(value.event.id);
        taken += 1;
      }
      if ('missed' in value) throw new Error('nothing is to be missed');
      if ('beat' in value || 'end' in value) break;
    }
  }

  /** Goes away; what it has not read by now it asks for when it comes again. */
  async leave(): Promise<void> {
    await this.#stream?.return(undefined);
    this.#stream = null;
  }
}

async function follow(forest: Forest, random: Random, followers: Map<string, Follower>): Promise<void> {
  const { model, live } = forest;
  for (const [id, { name, deletedAt }] of live.open.branches) {
    if (deletedAt !== null || !model.lines.has(name)) continue;
    const follower = followers.get(id) ?? new Follower(id);
    followers.set(id, follower);
    if (random.chance(0.3)) await follower.read(live, random.int(1, 7));
    if (random.chance(0.4)) await follower.leave();
    if (random.chance(0.6)) continue;
    await follower.read(live);
    const seen = [...model.seen(name)].map((fact) => fact.id);
    expect([...follower.got].sort(), `what came to ${name}`).toEqual(seen.sort());
  }
}

test('a subscriber is told what is seen from its branch, once, and nothing else', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const random = createRandom(firstSeed + round);
    const forest = await plantForest(random.fork());
    rooms.push(forest.room);
    const followers = new Map<string, Follower>();
    for (let act = 0; act < 90; act += 1) {
      await step(forest);
      if (act % 3 === 0) await follow(forest, random, followers);
      if (act % 30 === 20) await store(forest, random.chance(0.5));
      if (act % 40 !== 39) continue;
      for (const follower of followers.values()) await follower.leave();
      await reopen(forest, { isSaved: random.chance(0.5), as: random.pick(['new', 'earlier'] as const) });
    }
    expect([...followers.values()].filter(({ got }) => got.length > 20).length).toBeGreaterThan(2);
  }
}, 300_000);

async function openRoom(): Promise<{ room: EngineRoom; live: LiveWorkspace; main: string }> {
  const room = await openEngineRoom();
  rooms.push(room);
  const workspace = await room.workspaces.create('w');
  const live = await room.workspaces.live(workspace);
  return { room, live, main: mainBranchId(workspace.id) };
}

/** What a subscriber is told until nothing more comes. */
async function told(live: LiveWorkspace, subscription: Subscription): Promise<LiveNews[]> {
  const all: LiveNews[] = [];
  for await (const news of live.feed.subscribe(subscription, new AbortController().signal)) {
    if ('beat' in news) return all;
    all.push(news);
  }
  return all;
}

const eventsIn = (all: readonly LiveNews[]): Event[] =>
  all.flatMap((news) => ('event' in news ? [news.event] : []));

describe('coming back', () => {
  test('in the middle of a storm of writes nothing is missing and nothing comes twice', async () => {
    const { live, main } = await openRoom();
    const writing = Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        for (let part = 0; part < 10; part += 1)
          await live.appender.append(numbered(at * 100 + part * 10, 10), { branch: main });
      }),
    );
    let isOver = false;
    void writing.then(() => {
      isOver = true;
    });
    const got: string[] = [];
    let cursor = '0';
    for (let visit = 0, wasOver = false; !wasOver; visit += 1) {
      wasOver = isOver;
      const leave = visit % 7 === 6 ? Number.POSITIVE_INFINITY : 11 * visit + 1;
      const after = parseCursor(cursor);
      let taken = 0;
      for await (const news of live.feed.subscribe(wanted(main, { after }), new AbortController().signal)) {
        cursor = news.cursor;
        if ('event' in news) got.push(news.event.text);
        taken += 1;
        if ('beat' in news || (taken > leave && !wasOver)) break;
      }
    }
    await writing;
    const answers = got.filter((text) => text.startsWith('answer '));
    expect(new Set(answers).size).toBe(answers.length);
    expect(answers).toHaveLength(4_000);
  });

  test('from an event goes on behind it', async () => {
    const { room, live, main } = await openRoom();
    const { ids } = await live.appender.append(numbered(0, 5), { branch: main });
    const { openLive } = await import('../../../src/daemon/live-query.ts');
    const { LiveQuery } = await import('../../../src/schema/live.ts');
    const query = LiveQuery.parse({ workspace: 'w', after: ids[2] });
    const texts: string[] = [];
    for await (const news of await openLive(room.workspaces, query, new AbortController().signal)) {
      if ('event' in news) texts.push(news.event.text);
      if ('ready' in news) break;
    }
    expect(texts).toEqual(['answer 3', 'answer 4']);
    const nowhere = openLive(room.workspaces, { ...query, after: 'wr_1:x' }, new AbortController().signal);
    await expect(nowhere).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('a slow subscriber', () => {
  test('is told how much it has missed, and where that is', async () => {
    const { live, main } = await openRoom();
    await live.appender.append(numbered(0, 3), { branch: main });
    const slow = live.feed.subscribe(wanted(main, { after: null, most: 5 }), new AbortController().signal);
    expect((await slow.next()).value).toHaveProperty('ready');
    await live.appender.append(numbered(10, 2), { branch: main });
    expect(((await slow.next()).value as { event: Event }).event.text).toBe('answer 10');
    await live.appender.append(numbered(20, 30), { branch: main });
    expect(((await slow.next()).value as { event: Event }).event.text).toBe('answer 11');
    const { value } = await slow.next();
    expect(value).toMatchObject({ missed: { events: 30 } });
    await slow.return(undefined);
    const { missed, cursor } = value as Extract<LiveNews, { missed: object }>;
    const rest = await told(live, wanted(main, { after: parseCursor(missed.from) }));
    expect(eventsIn(rest).map(({ text }) => text)).toEqual(numbered(20, 30).map(({ text }) => text));
    expect(eventsIn(await told(live, wanted(main, { after: parseCursor(cursor) })))).toEqual([]);
    expect(live.feed.subscribers()).toBe(0);
  });

  test('keeps nobody waiting, and nothing in memory, while it does not read', async () => {
    const { live, main } = await openRoom();
    const idle = Array.from({ length: 50 }, () =>
      live.feed.subscribe(wanted(main, { most: 10 }), new AbortController().signal),
    );
    for (const one of idle) await one.next();
    for (let part = 0; part < 30; part += 1)
      await live.appender.append(numbered(part * 100, 100), { branch: main });
    for (const one of idle) await one.return(undefined);
    expect(live.open.store.lastSeq()).toBe(3_001);
  });
});

describe('a filter', () => {
  test('lets through what it says, from memory and from tables alike', async () => {
    const { live, main } = await openRoom();
    const drafts = [
      numbered(0, 1, { type: 'plan.changed', paths: ['src/a.ts'] }),
      numbered(1, 1, { type: 'plan_x.changed'.replace('_x', 'x'), status: 'failed' }),
      numbered(2, 1, { type: 'memory.decided', agent: 'codex' }),
      numbered(3, 1, { type: 'file.edited', paths: ['docs/b.md', 'src/deep/c.ts'] }),
    ].flat();
    const filters: [Subscription['filter'], string[]][] = [
      [{ kinds: { types: [], families: ['plan'] } }, ['answer 0']],
      [{ kinds: { types: ['memory.decided'], families: ['planx'] } }, ['answer 1', 'answer 2']],
      [{ kinds: { types: [], families: [] } }, []],
      [{ paths: { globs: ['src/**'] } }, ['answer 0', 'answer 3']],
      [{ statuses: ['failed'] }, ['answer 1']],
      [{ agents: ['codex'], kinds: { types: [], families: ['memory'] } }, ['answer 2']],
    ];
    const followed = filters.map(([filter]) =>
      live.feed.subscribe(wanted(main, { filter, after: null }), new AbortController().signal),
    );
    for (const one of followed) await one.next();
    await live.appender.append(drafts, { branch: main });
    for (const [at, [filter, expected]] of filters.entries()) {
      const texts: string[] = [];
      for await (const news of followed[at] ?? []) {
        if ('event' in news) texts.push(news.event.text);
        if ('beat' in news) break;
      }
      expect(texts, JSON.stringify(filter)).toEqual(expected);
    }
    while ((await live.open.store.flush()) > 0);
    await live.open.store.exclusively(() => live.open.store.generations.roll());
    await live.open.store.upkeep.run(new AbortController().signal);
    expect(live.open.store.freshSize()).toBe(0);
    for (const [filter, expected] of filters) {
      const texts = eventsIn(await told(live, wanted(main, { filter }))).map(({ text }) => text);
      expect(texts, JSON.stringify(filter)).toEqual(expected);
    }
  });
});

test('a subscription ends with a word when its branch is deleted or its workspace closed', async () => {
  const { room, live, main } = await openRoom();
  const { branch } = await room.call('branch.create', { workspace: 'w', name: 'b' });
  const there = live.feed.subscribe(
    wanted(branch.id, { after: null, beatMs: 60_000 }),
    new AbortController().signal,
  );
  const here = live.feed.subscribe(
    wanted(main, { after: null, beatMs: 60_000 }),
    new AbortController().signal,
  );
  for (const one of [there, here]) expect((await one.next()).value).toHaveProperty('ready');
  const waiting = there.next();
  await room.call('branch.delete', { workspace: 'w', name: 'b' });
  let last = await waiting;
  while (last.value !== undefined && !('end' in last.value)) last = await there.next();
  expect(last.value).toMatchObject({ end: { isFinal: true } });
  expect((await there.next()).done).toBe(true);
  await room.workspaces.close();
  let word = await here.next();
  while (word.value !== undefined && !('end' in word.value)) word = await here.next();
  expect(word.value).toMatchObject({ end: { isFinal: false } });
});
