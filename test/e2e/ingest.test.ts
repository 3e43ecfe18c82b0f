import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { prompts, session } from '../world/drafts.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { ackedLines, openUpload, post } from '../world/upload.ts';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

async function start(env: Record<string, string> = {}): Promise<OutputOf<'daemon.status'>> {
  const { stdout, stderr } = await home.hivemind(['daemon', 'start', '--json'], { env });
  if (stdout === '') throw new Error(stderr);
  await home.call('workspace.create', { name: 'w', bind: false }).catch(() => undefined);
  return JSON.parse(stdout) as OutputOf<'daemon.status'>;
}

const lineOf = (draft: object): string => `${JSON.stringify(draft)}\n`;
const lines = (from: number, count: number): string => prompts(from, count).map(lineOf).join('');

/** Texts of all that is stored, in order. */
async function stored(): Promise<string[]> {
  const { events } = await home.call('session.show', { workspace: 'w', session, limit: 100_000 });
  return events.map(({ text }) => text);
}
const texts = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `question number ${from + index}`);

test('a batch is answered once: what was stored, what was there, and which lines were refused and why', async () => {
  await start();
  const [good = {}] = prompts(100, 1);
  const bad = [
    'no json',
    JSON.stringify({ ...good, type: 'Not A Type' }),
    JSON.stringify({ ...good, text: 'x'.repeat(4_300_000) }),
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    JSON.stringify({ ...good, body: {} }).replace('{}', `{"d":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
    '{"type":"turn.replied"}',
  ];
  const body = Buffer.concat([
    Buffer.from(`${lines(0, 3)}\n${bad.join('\n')}\n`),
    Buffer.from([0x22, 0xff, 0x22, 0x0a]),
    Buffer.from(lines(3, 2)),
    Buffer.from(lineOf(prompts(5, 1)[0] ?? {}).trimEnd()),
  ]);
  const { status, body: answer } = await post(home.socket, '/v1/events?workspace=w', body);
  expect(status).toBe(200);
  const { refusals, ...result } = answer.result as { refusals: { line: number; message: string }[] };
  expect(result).toEqual({ lines: 14, appended: 6, duplicates: 0, refused: 7 });
  expect(refusals.map(({ line }) => line)).toEqual([5, 6, 7, 8, 9, 10, 11]);
  for (const [index, reason] of [
    /JSON/,
    /type/,
    /most is 4194304/,
    /./,
    /too deeply/,
    /./,
    /UTF-8/,
  ].entries())
    expect(refusals[index]?.message).toMatch(reason);
  expect(await stored()).toEqual(texts(0, 6));
  const again = await post(home.socket, '/v1/events?workspace=w', body);
  expect(again.body.result).toMatchObject({ appended: 0, duplicates: 6, refused: 7 });
});

test('a batch of nothing but refused lines is an error; an empty one is not', async () => {
  await start();
  const refused = await post(home.socket, '/v1/events?workspace=w', 'x\ny\n');
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'INVALID_ARGUMENT' } } });
  expect(refused.body.error?.details).toMatchObject({ refused: 2 });
  expect(await post(home.socket, '/v1/events?workspace=w', '')).toMatchObject({
    status: 200,
    body: { result: { lines: 0, appended: 0 } },
  });
  for (const [query, code] of [
    ['workspace=nobody', 'NOT_FOUND'],
    ['', 'FAILED_PRECONDITION'],
    ['workspace=w&line=0', 'INVALID_ARGUMENT'],
    [`workspace=w&delivery=${'d'.repeat(201)}`, 'INVALID_ARGUMENT'],
  ])
    expect((await post(home.socket, `/v1/events?${query}`, lines(0, 1))).body.error?.code).toBe(code);
});

test('a body of any length goes through, and what has no identity of its own is stored once per delivery', async () => {
  await start();
  const many = Array.from({ length: 12_000 }, (_, index) => ({
    ...prompts(0, 1)[0],
    identity: { content: 'always the same' },
    text: `line ${index}`,
  }));
  const body = many.map((draft, index) =>
    lineOf({ ...draft, identity: { content: `same ${index % 6000}`, ordinal: Math.floor(index / 6000) } }),
  );
  const send = (from: number, query: string) =>
    post(home.socket, `/v1/events?workspace=w&${query}`, body.slice(from).join(''));
  expect((await send(0, 'delivery=d1')).body.result).toMatchObject({ appended: 12_000, duplicates: 0 });
  expect((await send(0, 'delivery=d1')).body.result).toMatchObject({ appended: 0, duplicates: 12_000 });
  expect((await send(11_000, 'delivery=d1&line=11001')).body.result).toMatchObject({
    appended: 0,
    duplicates: 1_000,
  });
  const all = await stored();
  expect(all).toEqual(many.map(({ text }) => text));
});

test('a stream is answered while it runs, in the order of its lines', async () => {
  await start();
  const upload = openUpload(home.socket, 'workspace=w');
  upload.write(lines(0, 1));
  await eventually(async () => ackedLines(upload.news).includes(1), 'the first line');
  expect((await home.call('daemon.status', {})).connections).toBe(1);
  expect(await stored()).toEqual(texts(0, 1));
  const half = lines(1, 1);
  upload.write(half.slice(0, 20));
  upload.write(`${half.slice(20)}nothing\n${lines(2, 300)}`);
  upload.end();
  await upload.over;
  expect(upload.news.filter(({ refused }) => refused !== undefined)).toEqual([
    { refused: { line: 3, message: 'the line is not JSON' } },
  ]);
  expect(ackedLines(upload.news)).toEqual([1, 2, ...Array.from({ length: 300 }, (_, index) => index + 4)]);
  expect(upload.news.at(-1)).toMatchObject({ result: { lines: 303, appended: 302, refused: 1 } });
  expect(await stored()).toEqual(texts(0, 302));
});

test('an endless line ends its stream with an error; what was acknowledged before is stored', async () => {
  const { pid } = await start();
  const upload = openUpload(home.socket, 'workspace=w');
  upload.write(lines(0, 2));
  await eventually(async () => ackedLines(upload.news).length === 2, 'two lines');
  for (let sent = 0; sent < 80; sent += 1) upload.write(Buffer.alloc(1 << 20, 0x61));
  await eventually(async () => upload.news.some(({ error }) => error !== undefined), 'an error');
  upload.destroy();
  expect(upload.news.at(-1)).toMatchObject({
    error: { code: 'INVALID_ARGUMENT', details: { line: 3, appended: 2 } },
  });
  expect(await stored()).toEqual(texts(0, 2));
  expect((await home.call('daemon.status', {})).pid).toBe(pid);
});

test('a full queue makes a stream wait and says so; nothing is dropped, doubled or stored out of order', async () => {
  await start({ HIVEMIND_QUEUE_EVENTS: '100' });
  const upload = openUpload(home.socket, 'workspace=w&delivery=d');
  upload.write(lines(0, 6_000));
  upload.end();
  await upload.over;
  expect(upload.news.some(({ waiting }) => waiting !== undefined)).toBe(true);
  expect(ackedLines(upload.news)).toEqual(Array.from({ length: 6_000 }, (_, index) => index + 1));
  expect(await stored()).toEqual(texts(0, 6_000));
});

test('a daemon that can hold no more refuses a batch, says when to come back, and stores nothing of it', async () => {
  await start({ HIVEMIND_FRESH_EVENTS: '20' });
  expect((await post(home.socket, '/v1/events?workspace=w', lines(0, 30))).status).toBe(200);
  const full = await post(home.socket, '/v1/events?workspace=w', lines(30, 30));
  expect(full).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
  expect(full.body.error).toMatchObject({
    code: 'RESOURCE_EXHAUSTED',
    details: { retryAfterMs: 1000, appended: 0 },
  });
  await expect(home.call('event.append', { workspace: 'w', events: prompts(30, 1) })).rejects.toMatchObject({
    code: 'RESOURCE_EXHAUSTED',
  });
  expect(await stored()).toEqual(texts(0, 30));
});

test('kill -9 in the middle of streams: every acknowledged line is there, once; sent again nothing doubles', async () => {
  for (let round = 0; round < 3; round += 1) {
    await start();
    const uploads = [0, 1, 2].map((number) => {
      const first = round * 100_000 + number * 10_000;
      const upload = openUpload(home.socket, `workspace=w&delivery=${round}-${number}`);
      upload.write(lines(first, 1_500));
      return { upload, first };
    });
    await eventually(
      async () => uploads.some(({ upload }) => ackedLines(upload.news).length > 100 * (round + 1)),
      'some acknowledged lines',
    );
    await home.kill();
    await Promise.all(uploads.map(({ upload }) => upload.over));
    await start();
    const there = await stored();
    expect(new Set(there).size).toBe(there.length);
    for (const { upload, first } of uploads) {
      const acked = ackedLines(upload.news).map((line) => `question number ${first + line - 1}`);
      expect(acked.filter((text) => !there.includes(text))).toEqual([]);
    }
    for (const [number, { first }] of uploads.entries()) {
      const again = await post(
        home.socket,
        `/v1/events?workspace=w&delivery=${round}-${number}`,
        lines(first, 1_500),
      );
      expect(again.status).toBe(200);
    }
    const whole = await stored();
    expect([whole.length, new Set(whole).size]).toEqual([(round + 1) * 4_500, (round + 1) * 4_500]);
  }
}, 120_000);
