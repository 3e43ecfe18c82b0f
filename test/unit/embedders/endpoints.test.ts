import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkEmbedder, type Embedder, openEmbedder, RefusedText } from '../../../src/embedders/index.ts';
import { EmbedderSettings } from '../../../src/schema/embedder.ts';
import { type EmbedServer, startEmbedServer } from '../../world/embed-server.ts';

let server: EmbedServer;
let directory: string;
beforeAll(async () => {
  server = await startEmbedServer();
  directory = mkdtempSync(join(tmpdir(), 'hm-embed-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});
const usual = {
  dims: 32,
  delayMs: 0,
  failWith: null,
  failures: 0,
  retryAfter: null,
  key: null,
  refuse: null,
  nonsense: 'none',
} as const;
beforeEach(() => server.behave(usual));

const env: Record<string, string> = { SOME_KEY: 'sk-very-secret' };
const settings = (more: object = {}): EmbedderSettings =>
  EmbedderSettings.parse({ provider: 'openai', url: `${server.url}/v1`, model: 'test-embed', ...more });
const check = (more: object = {}) => checkEmbedder(settings(more), { directory, env });
const open = async (more: object = {}): Promise<Embedder> =>
  openEmbedder(await check(more), { directory, env });
const product = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  [...(a ?? [])].reduce((sum, value, at) => sum + value * (b?.[at] ?? 0), 0);

const providers = [
  ['openai', () => ({})],
  ['ollama', () => ({ provider: 'ollama', url: server.url })],
] as const;

test.each(providers)('%s: vectors of length 1, each of its own text, in batches', async (_name, more) => {
  const embedder = await open(more());
  const texts = Array.from({ length: 150 }, (_, at) => `text number ${at}`);
  const before = (await server.seen()).requests;
  const vectors = await embedder.embed([...texts, 'text number 7'], 'document');
  expect(vectors).toHaveLength(151);
  for (const vector of vectors) expect(product(vector, vector)).toBeCloseTo(1, 5);
  expect(product(vectors[7], vectors[150])).toBeCloseTo(1, 5);
  expect(product(vectors[7], vectors[8])).toBeLessThan(0.999);
  const after = await server.seen();
  expect(after.requests - before).toBe(3);
  expect(after.largest).toBe(64);
});

test.each(providers)('%s: a model that is not there, and what to type', async (_name, more) => {
  const failed = check({ ...more(), model: 'absent' });
  await expect(failed).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { hint } = await failed.catch((error) => error);
  expect(hint).toContain(_name === 'ollama' ? 'ollama pull absent; it has test-embed' : '--model');
});

test('the revision of an Ollama model is part of its id, and so are dimensions and document prefix', async () => {
  const ollama = { provider: 'ollama', url: server.url };
  const plain = await check(ollama);
  expect(plain.id).toMatch(/^ollama\|test-embed\|[0-9a-f]{12}\|32$/);
  expect((await check({ ...ollama, dims: 16 })).id).not.toBe(plain.id);
  expect((await check({ ...ollama, documentPrefix: 'passage: ' })).id).not.toBe(plain.id);
  expect((await check({ ...ollama, queryPrefix: 'query: ' })).id).toBe(plain.id);
});

test('dimensions are asked for, and prefixes are put before', async () => {
  const embedder = await open({ dims: 8, queryPrefix: 'query: ', documentPrefix: 'passage: ' });
  expect(embedder.dims).toBe(8);
  expect((await embedder.embed(['one'], 'query'))[0]).toHaveLength(8);
  await embedder.embed(['two'], 'document');
  expect((await server.seen()).texts.slice(-2)).toEqual(['query: one', 'passage: two']);
});

test.each(['', '/', '/v1', '/v1/', '/v1/embeddings'])('the address may end with %j', async (path) => {
  expect((await check({ url: server.url + path })).dims).toBe(32);
});

test('failures that pass are tried again, for documents only', async () => {
  const embedder = await open();
  for (const failWith of [429, 500, 503]) {
    await server.behave({ failWith, failures: 2, retryAfter: '0' });
    expect(await embedder.embed(['a'], 'document')).toHaveLength(1);
    await server.behave({ failWith, failures: 1, retryAfter: '0' });
    await expect(embedder.embed(['a'], 'query')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  }
  await server.behave({ failWith: 500, failures: 0, retryAfter: '0' });
  const before = (await server.seen()).requests;
  await expect(embedder.embed(['a'], 'document')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect((await server.seen()).requests - before).toBe(4);
});

test('a rest that is asked for ends with the signal', async () => {
  const embedder = await open();
  await server.behave({ failWith: 429, retryAfter: '20' });
  const ending = new AbortController();
  const asked = embedder.embed(['a'], 'document', ending.signal);
  setTimeout(() => ending.abort(), 100);
  // Otherwise three rests of 20 seconds would be longer than a test may take.
  await expect(asked).rejects.toThrow();
});

test('a text that is refused is told from a server that does not work', async () => {
  const embedder = await open();
  await server.behave({ refuse: 'forbidden' });
  await expect(embedder.embed(['fine', 'forbidden'], 'document')).rejects.toBeInstanceOf(RefusedText);
  expect(await embedder.embed(['fine'], 'document')).toHaveLength(1);
});

test.each([
  ['nan', /did not answer with embeddings/],
  ['fewer', /0 vectors for 1 texts/],
  ['html', /did not answer with JSON/],
  ['redirect', /cannot be reached/],
] as const)('an answer that is none (%s) is an error', async (nonsense, message) => {
  await server.behave({ nonsense });
  await expect(check().finally(() => server.behave(usual))).rejects.toThrow(message);
});

test('vectors of other dimensions than before are refused', async () => {
  const embedder = await open();
  await server.behave({ dims: 31 });
  await expect(embedder.embed(['a'], 'document')).rejects.toThrow(/31 dimensions where 32 are expected/);
});

test('a server that is away says so', async () => {
  const embedder = await open();
  await server.stop();
  try {
    await expect(embedder.embed(['a'], 'query')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  } finally {
    await server.start();
  }
});

test('the key comes from the variable or from a file of our own, and is in no error', async () => {
  await server.behave({ key: 'sk-very-secret' });
  const file = join(directory, 'key');
  writeFileSync(file, 'sk-very-secret\n', { mode: 0o600 });
  expect((await check({ keyEnv: 'SOME_KEY' })).dims).toBe(32);
  expect((await check({ keyFile: file })).dims).toBe(32);
  expect(JSON.stringify(await check({ keyFile: file }))).not.toContain('very-secret');
  await expect(check()).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
    hint: expect.stringContaining('--key-env'),
  });
  await server.behave({ key: 'another' });
  const refused = await check({ keyEnv: 'SOME_KEY' }).catch((error) => error);
  expect(refused).toMatchObject({ code: 'PERMISSION_DENIED' });
  expect(refused.message).toContain('Incorrect API key');
  expect(`${refused.message}${refused.hint}`).not.toContain('very-secret');
});

test('a key that is not there, or that others could read, is named and not used', async () => {
  const file = join(directory, 'open-key');
  writeFileSync(file, 'sk-very-secret');
  chmodSync(file, 0o644);
  await expect(check({ keyFile: file })).rejects.toMatchObject({ hint: `chmod 600 ${file}` });
  await expect(check({ keyEnv: 'NOT_SET' })).rejects.toThrow(/no NOT_SET/);
  await expect(check({ keyFile: join(directory, 'none') })).rejects.toThrow(/ENOENT/);
  writeFileSync(file, 'two words', { mode: 0o600 });
  chmodSync(file, 0o600);
  await expect(check({ keyFile: file })).rejects.toThrow(/not a key/);
});

test.each(['nonsense', 'ftp://host/v1', 'https://user:pass@host/v1', 'https://host/v1?key=1'])(
  'an address like %s is refused',
  async (url) => {
    await expect(check({ url })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  },
);

test.each([
  [{ url: null }, '--url'],
  [{ model: null }, '--model'],
  [{ provider: 'ollama', model: null }, '--model'],
  [{ provider: 'model2vec' }, '--path'],
])('what is missing is named: %j', async (more, flag) => {
  await expect(check(more)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(flag),
    hint: expect.stringContaining('hivemind embedder set'),
  });
});
