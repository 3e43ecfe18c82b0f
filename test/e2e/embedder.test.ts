import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type EmbedServer, startEmbedServer } from '../world/embed-server.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { appendReplies, outcomeOf, startWorkspace } from '../world/replies.ts';
import { tensor, writeStaticModel } from '../world/static-model.ts';

let home: Home;
let server: EmbedServer;
beforeEach(async () => {
  home = makeHome();
  server = await startEmbedServer();
});
afterEach(async () => {
  await home.remove();
  await server.stop();
});

type Status = OutputOf<'embedder.status'>;

const status = (): Promise<Status> => home.json(['embedder', 'status']);
const setTo = (model: string) =>
  home.json<OutputOf<'embedder.set'>>(['embedder', 'set', 'openai', '--url', server.url, '--model', model]);

/** The state of w once nothing is left to do. */
const done = (): Promise<Status['workspaces'][number]> =>
  eventually(async () => {
    const [state] = (await home.call('embedder.status', {})).workspaces;
    return state?.waiting === 0 && state;
  }, 'an end of the embedding');

const recallFinds = async (): Promise<void> => {
  const { exitCode, stdout } = await home.hivemind(['recall', 'answer', 'number', '-w', 'w']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('answer number');
};

/** Texts of answers that the server was given. */
const embeddedTexts = async (): Promise<string[]> =>
  (await server.seen()).texts.filter((text) => /^answer number \d/.test(text));

test('events are embedded in the background, and once only, also after a kill', async () => {
  await startWorkspace(home);
  await appendReplies(home, 0, 300);
  expect(await setTo('test-embed')).toMatchObject({
    provider: 'openai',
    dims: 32,
    changed: true,
    warnings: [],
  });
  expect(await done()).toMatchObject({ workspace: 'w', open: true, embedded: 300, waiting: 0, error: null });
  await appendReplies(home, 300, 100);
  expect(await done()).toMatchObject({ embedded: 400 });
  // On disk a moment after the last: that is when a kill costs nothing.
  const file = join(home.dir, '.hivemind', 'embedder.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { workspace } = await home.call('workspace.show', { workspace: 'w' });
  const manifest = join(home.dir, '.hivemind', 'data', workspace.id, 'vectors', 'manifest.json');
  await eventually(async () => {
    const { tables } = JSON.parse(readFileSync(manifest, 'utf8')) as { tables: { rows: number }[] };
    return tables.reduce((sum, { rows }) => sum + rows, 0) === 400;
  }, 'the vectors on disk');
  const before = (await embeddedTexts()).length;
  expect(before).toBe(400);
  await home.kill();
  await home.json(['daemon', 'start']);
  await home.json(['session', 'list', '-w', 'w']);
  expect(await done()).toMatchObject({ embedded: 400, error: null });
  expect((await embeddedTexts()).length).toBe(before);
  expect(await status()).toMatchObject({ provider: 'openai', model: 'test-embed', dims: 32, error: null });
  const text = await home.hivemind(['embedder', 'status']);
  expect(text.stdout).toMatch(/w\s+400\s+done/);
});

test('a kill in the middle: the rest is embedded afterwards', async () => {
  await startWorkspace(home);
  await appendReplies(home, 0, 1500);
  await server.behave({ delayMs: 60 });
  await setTo('test-embed');
  await eventually(
    async () => ((await home.call('embedder.status', {})).workspaces[0]?.embedded ?? 0) > 400,
    'a part',
  );
  await home.kill();
  await server.behave({ delayMs: 0 });
  await home.json(['daemon', 'start']);
  await home.json(['session', 'list', '-w', 'w']);
  expect(await done()).toMatchObject({ embedded: 1500 });
  const texts = await embeddedTexts();
  expect(new Set(texts).size).toBe(1500);
  // What was not on disk is done again, not all of it.
  expect(texts.length).toBeLessThan(1500 + 1000);
});

test('another model begins anew; the same one does not', async () => {
  await startWorkspace(home);
  await appendReplies(home, 0, 200);
  await setTo('test-embed');
  await done();
  expect(await setTo('test-embed')).toMatchObject({ changed: false });
  await done();
  expect(await embeddedTexts()).toHaveLength(200);
  await server.behave({ dims: 16 });
  expect(await setTo('other-embed')).toMatchObject({ dims: 16, changed: true });
  await recallFinds();
  expect(await done()).toMatchObject({ embedded: 200 });
  expect(await embeddedTexts()).toHaveLength(400);
  expect(await home.json(['embedder', 'set', 'none'])).toMatchObject({ provider: 'none', dims: null });
  expect(await status()).toMatchObject({ provider: 'none', model: null });
  await appendReplies(home, 200, 10);
  await recallFinds();
  await setTo('other-embed');
  expect(await done()).toMatchObject({ embedded: 210 });
  expect(await embeddedTexts()).toHaveLength(410);
});

test('an endpoint that is away hurts nobody, and is caught up with', async () => {
  await startWorkspace(home);
  await setTo('test-embed');
  await server.stop();
  await appendReplies(home, 0, 50);
  await recallFinds();
  const stuck = await eventually(async () => {
    const [state] = (await status()).workspaces;
    return state?.error !== null && state;
  }, 'the reason');
  expect(stuck).toMatchObject({ embedded: 0, error: expect.stringContaining('cannot be reached') });
  const tested = await outcomeOf<{ error: { code: string } }>(home, ['embedder', 'test']);
  expect(tested.exitCode).toBe(5);
  // A daemon that is started meanwhile opens all the same.
  await home.json(['daemon', 'stop']);
  await home.json(['daemon', 'start']);
  await recallFinds();
  await server.start();
  expect(await done()).toMatchObject({ embedded: 50 });
});

test('an embedder counts only when it has embedded something', async () => {
  await home.json(['daemon', 'start']);
  const wrong = await home.hivemind([
    'embedder',
    'set',
    'openai',
    '--url',
    `${server.url}/nowhere`,
    '--model',
    'm',
  ]);
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stderr).toContain('--url');
  expect((await home.hivemind(['embedder', 'set', 'ollama'])).exitCode).toBe(2);
  expect((await home.hivemind(['embedder', 'set', 'magic'])).exitCode).toBe(2);
  const none = await home.hivemind(['embedder', 'test']);
  expect(none.exitCode).toBe(1);
  expect(none.stderr).toContain('hivemind embedder set');
  expect(await status()).toMatchObject({ provider: 'none' });
  await home.json(['embedder', 'set', 'ollama', '--url', server.url, '--model', 'test-embed']);
  const tested = await home.json<OutputOf<'embedder.test'>>(['embedder', 'test']);
  expect(tested).toMatchObject({ provider: 'ollama', dims: 32 });
  expect(tested.near).toBeGreaterThan(tested.far);
  expect((await home.hivemind(['embedder', 'test', 'some', 'words'])).stdout).toContain('like is nearer');
  writeFileSync(join(home.dir, '.hivemind', 'embedder.json'), 'not json');
  await home.json(['daemon', 'stop']);
  await home.json(['daemon', 'start']);
  expect((await status()).error).toContain('cannot be read');
  await home.json(['embedder', 'set', 'none']);
  expect((await status()).error).toBeNull();
});

test('a model on this disk, and more events than are kept in memory: they are indexed by a process of its own', async () => {
  const words = [
    'the',
    'parser',
    'test',
    'answer',
    'number',
    'of',
    ...[...'0123456789'].flatMap((digit) => [digit, `##${digit}`]),
  ];
  const values = Array.from({ length: (words.length + 2) * 8 }, (_, at) => Math.sin(at * at + 1));
  writeStaticModel(join(home.dir, 'tiny'), words, {
    embeddings: tensor('F32', [words.length + 2, 8], values),
  });
  await startWorkspace(home);
  await appendReplies(home, 0, 17_000);
  const chosen = await home.json<OutputOf<'embedder.set'>>([
    'embedder',
    'set',
    'model2vec',
    '--path',
    'tiny',
  ]);
  expect(chosen).toMatchObject({ provider: 'model2vec', model: join(home.dir, 'tiny'), dims: 8 });
  const { workspace } = await home.call('workspace.show', { workspace: 'w' });
  const manifest = join(home.dir, '.hivemind', 'data', workspace.id, 'vectors', 'manifest.json');
  const tables = await eventually(
    async () => {
      const { tables: found } = JSON.parse(readFileSync(manifest, 'utf8')) as {
        tables: { state: string; rows: number }[];
      };
      return found.some(({ state }) => state === 'sealed') && found;
    },
    'a sealed table',
    60_000,
  );
  expect(tables.find(({ state }) => state === 'sealed')?.rows).toBeGreaterThanOrEqual(8_192);
  expect(await done()).toMatchObject({ embedded: 17_000, error: null });
  await home.kill();
  await home.json(['daemon', 'start']);
  await home.json(['session', 'list', '-w', 'w']);
  expect(await done()).toMatchObject({ embedded: 17_000, error: null });
  const tested = await home.json<OutputOf<'embedder.test'>>(['embedder', 'test', 'answer number 7']);
  expect(tested.dims).toBe(8);
}, 120_000);
