import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkEmbedder, openEmbedder } from '../../../src/embedders/index.ts';
import { loadStaticModel } from '../../../src/embedders/static-model.ts';
import { EmbedderSettings } from '../../../src/schema/embedder.ts';
import { tensor, writeStaticModel } from '../../world/static-model.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hm-static-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const words = ['the', 'parser', 'fails', '##ing', 'fail', 'on', 'empty', 'file'];
/** Rows of [PAD], [UNK] and the words; each value can be held in sixteen bits. */
const rows = [
  [0, 0, 0],
  [64, 64, 64],
  [1, 0, 0],
  [0, 2, 0],
  [0, 0, 3],
  [0.5, 0.25, 0],
  [-1, 0, 1],
  [1, 1, 1],
  [0, -2, 0],
  [4, 0, 0],
];
const shape = [rows.length, 3];

test.each(['F64', 'F32', 'F16', 'BF16'])('the mean of the words in a table of %s', async (dtype) => {
  const folder = writeStaticModel(join(directory, dtype), words, {
    embeddings: tensor(dtype, shape, rows.flat()),
  });
  const { dims, embed } = await loadStaticModel(folder);
  expect(dims).toBe(3);
  // the (1,0,0), parser (0,2,0), fails (0,0,3)
  expect([...embed('The parser FAILS')]).toEqual([1 / 3, 2 / 3, 1].map(Math.fround));
  // fail (-1,0,1), ##ing (.5,.25,0)
  expect([...embed('failing')]).toEqual([-0.25, 0.125, 0.5]);
  // Words that are not known count as if they were not there.
  expect([...embed('zebra the quagga')]).toEqual([1, 0, 0]);
  expect([...embed('zebra')]).toEqual([0, 0, 0]);
  expect([...embed('')]).toEqual([0, 0, 0]);
});

test('a table of eight-bit numbers, weights by token, and rows by a mapping', async () => {
  const folder = writeStaticModel(join(directory, 'small'), words, {
    // Three rows only: the mapping says which token has which.
    embeddings: tensor('I8', [3, 2], [0, 0, 127, 0, 0, -64]),
    mapping: tensor('I64', [10], [0, 0, 1, 2, 2, 0, 0, 0, 0, 1]),
    weights: tensor('F64', [10], [1, 1, 0.5, 2, 1, 1, 1, 1, 1, 1]),
  });
  const { embed } = await loadStaticModel(folder);
  // the: 0.5 × (127, 0); parser: 2 × (0, -64)
  expect([...embed('the parser')]).toEqual([31.75, -64]);
});

test('a model of sentence-transformers has another name for its table', async () => {
  const embeddings = { 'embedding.weight': tensor('F32', shape, rows.flat()) };
  const { embed } = await loadStaticModel(writeStaticModel(join(directory, 'st'), words, embeddings));
  expect([...embed('on')]).toEqual([1, 1, 1]);
});

const settingsOf = (path: string): EmbedderSettings =>
  EmbedderSettings.parse({ provider: 'model2vec', path });
const room = (): { directory: string; env: NodeJS.ProcessEnv } => ({ directory, env: process.env });

test('through the process that holds it: vectors of length 1, and the file names the id', async () => {
  const path = writeStaticModel(join(directory, 'whole'), words, {
    embeddings: tensor('F32', shape, rows.flat()),
  });
  const checked = await checkEmbedder(settingsOf(path), room());
  expect(checked).toMatchObject({ dims: 3, id: expect.stringMatching(/^model2vec\|.*\|[0-9a-f]{12}\|3$/) });
  const embedder = openEmbedder(checked, room());
  try {
    const texts = Array.from({ length: 50 }, (_, at) => (at === 40 ? 'file' : 'the parser fails'));
    const vectors = await embedder.embed(texts, 'document');
    expect([...(vectors[40] ?? [])]).toEqual([1, 0, 0]);
    const length = Math.hypot(1, 2, 3);
    expect([...(vectors[0] ?? [])]).toEqual([1 / length, 2 / length, 3 / length].map(Math.fround));
    const ended = new AbortController();
    ended.abort(new Error('no more'));
    await expect(embedder.embed(['on'], 'query', ended.signal)).rejects.toThrow('no more');
  } finally {
    await embedder.close();
  }
});

test('a folder that cannot be one is refused with its reason', async () => {
  const refused = (path: string) => checkEmbedder(settingsOf(path), room());
  await expect(refused(join(directory, 'none'))).rejects.toThrow(
    /model.safetensors cannot be read.*not there/,
  );
  const path = writeStaticModel(join(directory, 'bad'), words, {
    embeddings: tensor('F32', shape, rows.flat()),
  });
  truncateSync(join(path, 'model.safetensors'), 200);
  await expect(refused(path)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  writeFileSync(join(path, 'model.safetensors'), Buffer.alloc(64, 0xff));
  await expect(refused(path)).rejects.toThrow(/its header does not fit/);
  const noTable = writeStaticModel(join(directory, 'other'), words, { bias: tensor('F32', [1], [1]) });
  await expect(refused(noTable)).rejects.toThrow(/no table of embeddings/);
  writeStaticModel(path, words, { embeddings: tensor('F32', shape, rows.flat()) });
  writeFileSync(join(path, 'tokenizer.json'), '{"model":{"type":"Nonsense"}}');
  await expect(refused(path)).rejects.toThrow(/not a tokenizer/);
  const strange = writeStaticModel(join(directory, 'strange'), ['qqq'], {
    embeddings: tensor('F32', [3, 2], [1, 1, 1, 1, 1, 1]),
  });
  await expect(refused(strange)).rejects.toThrow(/knows no word/);
});

/** Processes that hold the model of a folder. */
const processesOf = (path: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes('child-main') && line.includes(path);
      } catch {
        return false;
      }
    });

test('a process that was killed is an error for whoever waited, and is started again; closing ends it', async (context) => {
  if (!existsSync('/proc/self/cmdline')) context.skip('this system has no /proc to find the process in');
  const path = writeStaticModel(join(directory, 'killed'), words, {
    embeddings: tensor('F32', shape, rows.flat()),
  });
  const embedder = openEmbedder(await checkEmbedder(settingsOf(path), room()), room());
  await embedder.embed(['on'], 'query');
  const [pid = 0, ...others] = processesOf(path);
  expect(others).toEqual([]);
  process.kill(pid, 'SIGSTOP');
  const waiting = embedder.embed(['on'], 'query');
  process.kill(pid, 'SIGKILL');
  await expect(waiting).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('SIGKILL'),
  });
  expect(await embedder.embed(['on'], 'query')).toHaveLength(1);
  expect(processesOf(path)).toHaveLength(1);
  await embedder.close();
  expect(processesOf(path)).toEqual([]);
});
