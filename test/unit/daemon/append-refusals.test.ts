import { afterEach, beforeEach, expect, test } from 'vitest';
import { mainLine, scopeOf, spansOf } from '../../../src/daemon/lines.ts';
import type { LiveWorkspace } from '../../../src/daemon/workspaces.ts';
import { Draft } from '../../../src/schema/event.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../world/engine-room.ts';

let room: EngineRoom;
let live: LiveWorkspace;
beforeEach(async () => {
  room = await openEngineRoom();
  live = await room.workspaces.live(await room.workspaces.create('w'));
});
afterEach(() => room.remove());

const options = (given: object = {}) => ({ branch: mainLine(live.open).id, ...given });

test('every draft that cannot be stored is named, and none of the call is stored', async () => {
  let deep: unknown = [];
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  const drafts = numbered(0, 5);
  const bad = [
    ...drafts.slice(0, 2),
    ...numbered(5, 1, { text: 'x'.repeat(4_200_000) }),
    ...drafts.slice(2, 4),
    ...numbered(6, 1, { body: { deep } }),
  ];
  await expect(live.appender.append(bad, options())).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: {
      issues: [
        { path: 'events.2', message: expect.stringMatching(/most is 4194304/) },
        { path: 'events.5', message: expect.stringMatching(/nested too deeply/) },
      ],
    },
  });
  expect(await live.appender.append(drafts, options())).toMatchObject({ duplicates: 0 });
});

test('the same delivery in other pieces is the same delivery', async () => {
  const drafts = numbered(0, 10).map((draft, index) => ({ ...draft, identity: { content: `${index}` } }));
  const send = (from: number, to: number, suffix = '') =>
    live.appender.append(
      drafts.slice(from, to).map((draft) => ({
        ...draft,
        identity: { content: `${draft.text}${suffix}` },
      })),
      options({ delivery: 'd', place: from }),
    );
  expect((await send(0, 4)).ids).toHaveLength(4);
  // Even where the content differs: what recognises it is its place in the delivery.
  expect(await send(2, 10, ' again')).toMatchObject({ duplicates: 2 });
  expect(await send(0, 10, ' and again')).toMatchObject({ ids: [], duplicates: 10 });
});

test('calls that overlap while the disk is busy store each fact once', async () => {
  const calls = Array.from({ length: 20 }, (_, index) =>
    live.appender.append(numbered(index, 10), options()),
  );
  const done = await Promise.all(calls);
  const ids = done.flatMap((one) => one.ids);
  expect(new Set(ids).size).toBe(29);
  expect(done.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(200 - 29);
});

test('half a surrogate pair in the nonce of a delivery does not make it another one', async () => {
  const [draft] = numbered(0, 1);
  if (draft === undefined) throw new Error('no draft');
  const send = (content: string) =>
    live.appender.append([{ ...draft, identity: { content } }], options({ delivery: 'n\ud800' }));
  expect(await send('a')).toMatchObject({ duplicates: 0 });
  expect(await send('b')).toMatchObject({ duplicates: 1 });
});

test('a body keeps every key, whatever it is called, through journal and tables', async () => {
  const body = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "": {"__proto__": 3}}');
  const [draft] = numbered(0, 1);
  const parsed = Draft.parse({ ...draft, body });
  const { ids } = await live.appender.append([parsed], options());
  const read = async (): Promise<string> => {
    const { store } = (await room.workspaces.live(live.open.workspace)).open;
    const [event] = await store.find(
      { spans: spansOf(live.open, scopeOf(live.open, mainLine(live.open).id)), ids },
      { limit: 1 },
    );
    return JSON.stringify(event?.body);
  };
  expect(await read()).toBe(JSON.stringify(body));
  await live.open.store.flush();
  await room.workspaces.reopen(live.open.workspace);
  expect(await read()).toBe(JSON.stringify(body));
});
