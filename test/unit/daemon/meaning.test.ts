import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isEmbedded } from '../../../src/core/embed-text.ts';
import { openEmbedderHost } from '../../../src/daemon/embedder-host.ts';
import { liveLines, mainLine, scopeOf, spansOf } from '../../../src/daemon/lines.ts';
import { openLog } from '../../../src/daemon/log.ts';
import { createVectorStore, type Meant } from '../../../src/daemon/meaning.ts';
import { EmbedWorker } from '../../../src/daemon/workers/embedder.ts';
import type { LiveWorkspace } from '../../../src/daemon/workspaces.ts';
import { EmbedderSettings } from '../../../src/schema/embedder.ts';
import type { Filter } from '../../../src/store/filter.ts';
import { doJob, type RunJob } from '../../../src/store/job.ts';
import { type Forest, plantForest, reopen, store, where } from '../../world/branch-forest.ts';
import { step } from '../../world/branch-steps.ts';
import { type EmbedServer, startEmbedServer } from '../../world/embed-server.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../world/engine-room.ts';
import { eventually } from '../../world/home.ts';
import { createRandom } from '../../world/random.ts';

let server: EmbedServer;
beforeAll(async () => {
  server = await startEmbedServer();
});
afterAll(() => server.stop());
beforeEach(() => server.behave({ dims: 32, delayMs: 0, failWith: null, refuse: null, nonsense: 'none' }));

const use = (room: EngineRoom) =>
  room.call('embedder.set', { provider: 'openai', url: server.url, model: 'test-embed' });

const caughtUp = (live: LiveWorkspace): Promise<true> =>
  eventually(
    async () => live.meaning.state().waiting === 0 && live.meaning.state().error === null,
    'all vectors',
  );

/** A machine that is busy may take longer than a question waits: then it is asked again. */
const patiently = (ask: () => Promise<Meant>): Promise<Meant> =>
  eventually(async () => {
    const answer = await ask();
    return !answer.why?.includes('within 300 ms') && answer;
  }, 'an answer in time');

test('a search by meaning finds all that is seen from a branch, and nothing else', async () => {
  const forest = await plantForest(createRandom(20_261_121));
  try {
    await use(forest.room);
    let found = 0;
    for (let round = 0; round < 3; round += 1) {
      for (let done = 0; done < 50; done += 1) await step(forest);
      if (round === 1) await store(forest, true);
      if (round > 0) await reopen(forest, { isSaved: true, as: 'new' });
      await caughtUp(forest.live);
      found += await compare(forest);
    }
    expect(found).toBeGreaterThan(200);
  } finally {
    await forest.room.remove();
  }
}, 120_000);

/** Each branch's finds beside what is exported from it; how many there were. */
async function compare({ live, room }: Forest): Promise<number> {
  const { open, meaning } = live;
  let count = 0;
  for (const { id, name } of liveLines(open)) {
    const filter = { spans: spansOf(open, scopeOf(open, id)) };
    const { hits } = await patiently(() => meaning.search('about', filter, 100_000));
    const { events } = await room.call('event.export', { ...where, branch: name, limit: 1000 });
    const seen = events.filter((event) => isEmbedded(event) && event.text.includes('about'));
    const texts = new Set(hits?.map((hit) => hit.id));
    expect(seen.filter((event) => !texts.has(event.id))).toEqual([]);
    const visible = new Set(events.map((event) => event.id));
    expect(hits?.filter((hit) => !visible.has(hit.id))).toEqual([]);
    count += seen.length;
  }
  return count;
}

describe('one workspace', () => {
  let room: EngineRoom;
  let live: LiveWorkspace;
  let main: Filter;
  beforeEach(async () => {
    room = await openEngineRoom();
    live = await room.workspaces.live(await room.workspaces.create('w'));
    main = { spans: spansOf(live.open, scopeOf(live.open, mainLine(live.open).id)) };
  });
  afterEach(() => room.remove());

  const write = (texts: readonly string[], given: object = {}) => {
    const drafts = numbered(live.open.store.lastSeq(), texts.length, given);
    return live.appender.append(
      drafts.map((draft, at) => ({ ...draft, text: texts[at] ?? '' })),
      { branch: mainLine(live.open).id },
    );
  };
  const searchOnce = (query: string) => live.meaning.search(query, main, 5);
  const search = (query: string) => patiently(() => searchOnce(query));
  const textOf = async (id: string | undefined): Promise<string | undefined> =>
    (await live.open.store.find({ ...main, ids: [id ?? ''] }))[0]?.text;

  test('without an embedder there is nothing, and it says why', async () => {
    await write(['something']);
    expect(await search('something')).toEqual({ hits: null, why: 'no embedder is set' });
    expect(live.meaning.state()).toEqual({ model: null, embedded: 0, waiting: 0, error: null });
  });

  test('the nearest comes first, with its cosine; a question that comes again is not sent again', async () => {
    await write(['the parser fails on an empty file', 'bread is made of flour', 'the parser is slow']);
    await use(room);
    await caughtUp(live);
    const { hits } = await search('parser fails on empty file');
    expect(await textOf(hits?.[0]?.id)).toBe('the parser fails on an empty file');
    expect(hits?.[0]?.score).toBeGreaterThan(0.8);
    expect(hits?.map(({ score }) => score)).toEqual(
      [...(hits ?? [])].map(({ score }) => score).sort((a, b) => b - a),
    );
    const before = (await server.seen()).requests;
    expect(await search('parser fails on empty file')).toEqual({ hits, why: null });
    expect((await server.seen()).requests).toBe(before);
    await write(['parser fails on empty file again']);
    await caughtUp(live);
    expect((await search('parser fails on empty file')).hits).toHaveLength(4);
  });

  test('a slow or failing embedder costs a question its vectors, and nothing else', async () => {
    await use(room);
    await write(['the parser fails']);
    await caughtUp(live);
    await server.behave({ delayMs: 3_000 });
    expect(await searchOnce('parser')).toMatchObject({
      hits: null,
      why: expect.stringContaining('within 300 ms'),
    });
    await server.behave({ delayMs: 0, failWith: 500 });
    expect(await search('parser')).toMatchObject({ hits: null, why: expect.stringContaining('500') });
    await server.behave({ failWith: null });
    expect((await search('parser')).hits).toHaveLength(1);
    const gone = new AbortController();
    gone.abort();
    expect((await live.meaning.search('other', main, 5, gone.signal)).hits).toBeNull();
  });

  test('texts that are alike are sent once; what is our own, or says nothing, is not sent', async () => {
    await use(room);
    const before = (await server.seen()).texts.length;
    await write([
      'Built  in commit 1a2b3c4d5e6f',
      'built in commit 9f8e7d6c5b4a',
      'error 404',
      'error 500',
      '',
    ]);
    await write(['said by us'], { agent: 'hivemind' });
    await write(['a claim'], { type: 'claim.taken' });
    await caughtUp(live);
    const texts = (await server.seen()).texts.slice(before);
    expect(texts.filter((text) => /built/i.test(text))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith('error'))).toHaveLength(2);
    expect(texts.join()).not.toMatch(/said by us|a claim/);
    expect(live.meaning.state().embedded).toBe(4);
  });

  test('no secret is sent, neither of an event nor of a question', async () => {
    await use(room);
    const secret = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
    await write([`the token is ${secret} for the parser`]);
    await caughtUp(live);
    expect((await search(`why does ${secret} not work`)).hits).toHaveLength(1);
    await room.call('embedder.test', { text: `try ${secret}` });
    const { texts } = await server.seen();
    expect(texts.join()).not.toContain(secret);
    expect(texts.filter((text) => text.startsWith('why does [redacted'))).toHaveLength(1);
  });

  test('a text that the model refuses is left out; the others are not', async () => {
    await server.behave({ refuse: 'forbidden' });
    await use(room);
    await write(Array.from({ length: 20 }, (_, at) => (at === 13 ? 'forbidden word' : `subject ${at}`)));
    await caughtUp(live);
    expect(live.meaning.state()).toMatchObject({ embedded: 19, waiting: 0 });
  });

  test('a server that refuses everything is no reason to leave everything out', async () => {
    await use(room);
    await server.behave({ failWith: 400 });
    await write(['one', 'two', 'three']);
    await eventually(async () => live.meaning.state().error !== null, 'an error');
    expect(live.meaning.state()).toMatchObject({ embedded: 0 });
    expect(live.meaning.state().waiting).toBeGreaterThan(0);
    await server.behave({ failWith: null });
    await caughtUp(live);
    expect(live.meaning.state().embedded).toBe(3);
    expect(room.errors.filter((message) => message.includes('embedding failed'))).toHaveLength(1);
  });

  test('vectors wait until those before them are indexed, so that they do not fill the memory', async () => {
    const home = mkdtempSync(join(tmpdir(), 'hm-embedder-'));
    const indexing = Promise.withResolvers<void>();
    const runJob: RunJob = async (...job) => {
      await indexing.promise;
      return doJob(...job);
    };
    const log = openLog(join(home, 'log'));
    const host = await openEmbedderHost({ home, log, env: process.env });
    await host.set(EmbedderSettings.parse({ provider: 'openai', url: server.url, model: 'test-embed' }));
    await write(Array.from({ length: 600 }, (_, at) => `the parser fails on file ${at}`));
    const vectors = createVectorStore({ open: live.open, host, runJob, log, closeRows: 64 });
    const worker = new EmbedWorker({ open: live.open, vectors, host, log });
    try {
      const embedded = (): number => vectors.state().embedded;
      await eventually(async () => embedded() >= 256, 'four tables', 30_000);
      await sleep(1_500);
      expect(embedded()).toBeLessThan(256 + 64);
      indexing.resolve();
      await eventually(async () => vectors.state().waiting === 0, 'the rest', 30_000);
      expect(embedded()).toBe(600);
    } finally {
      indexing.resolve();
      await worker.close();
      await vectors.close();
      await host.close();
      rmSync(home, { recursive: true, force: true });
    }
  }, 60_000);

  test('another model: nothing is found by meaning until it has begun, and then by its own vectors', async () => {
    await use(room);
    await write(['the parser fails']);
    await caughtUp(live);
    await room.call('embedder.set', { provider: 'ollama', url: server.url, model: 'other-embed', dims: 16 });
    await caughtUp(live);
    expect(live.meaning.state().model).toContain('other-embed');
    expect((await search('parser fails')).hits).toHaveLength(1);
    await room.call('embedder.set', { provider: 'none' });
    expect((await search('parser fails')).hits).toBeNull();
  });
});
