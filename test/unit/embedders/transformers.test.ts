import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkEmbedder, installFor, openEmbedder } from '../../../src/embedders/index.ts';
import { EmbedderSettings } from '../../../src/schema/embedder.ts';
import { writeOnnxModel } from '../../world/onnx-model.ts';

/** It has 474 MB: where that takes longer, or there is no registry, the tests below say so and are left out. */
const installMs = 60_000;
let directory: string;
let reason: string | null = null;
const settings = (more: object = {}): EmbedderSettings =>
  EmbedderSettings.parse({ provider: 'transformers', ...more });
const room = (): { directory: string; env: NodeJS.ProcessEnv } => ({ directory, env: process.env });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hm-onnx-'));
  try {
    await installFor(settings(), room(), AbortSignal.timeout(installMs));
  } catch (error) {
    reason = `transformers.js could not be installed within ${installMs / 1000} s: ${error}`;
    process.stderr.write(`${reason}\n`);
  }
}, 2 * installMs);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const words = ['the', 'parser', 'fails', 'on', 'an', 'empty', 'file'];
const rows = [
  [9, 9, 9],
  [0, 0, 0],
  [1, 0, 0],
  [0, 2, 0],
  [0, 0, 3],
  [1, 1, 1],
  [1, 0, 1],
  [0, 1, 0],
  [0, 0, 1],
];

test('a folder with an ONNX model: the mean of its tokens, also beside longer texts', async (context) => {
  if (reason !== null) return context.skip(reason);
  const path = writeOnnxModel(join(directory, 'tiny'), words, rows);
  const checked = await checkEmbedder(settings({ path }), room());
  expect(checked).toMatchObject({
    dims: 3,
    id: expect.stringMatching(/^transformers\|.*\|[0-9a-f]{12}\|3\|mean$/),
  });
  const embedder = openEmbedder(checked, room());
  try {
    const vectors = await embedder.embed(
      ['the parser fails', 'file', 'the', 'empty', 'the file'],
      'document',
    );
    const length = Math.hypot(1, 2, 3);
    const expected = [
      [1 / length, 2 / length, 3 / length],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
      [Math.SQRT1_2, 0, Math.SQRT1_2],
    ];
    for (const [at, vector] of vectors.entries())
      for (const [place, part] of [...vector].entries())
        expect(part).toBeCloseTo(expected[at]?.[place] ?? Number.NaN, 5);
    expect(vectors).toHaveLength(5);
  } finally {
    await embedder.close();
  }
});

test('the first token stands for all where the model says so', async (context) => {
  if (reason !== null) return context.skip(reason);
  const path = writeOnnxModel(join(directory, 'cls'), words, rows);
  const embedder = openEmbedder(await checkEmbedder(settings({ path, pooling: 'cls' }), room()), room());
  const [vector] = await embedder.embed(['parser fails on'], 'query');
  expect([...(vector ?? [])]).toEqual([0, 1, 0]);
  await embedder.close();
});

test('a folder that is none is refused, and nothing is fetched unless that was asked for', async (context) => {
  if (reason !== null) return context.skip(reason);
  const path = join(directory, 'empty', 'model');
  await expect(checkEmbedder(settings({ path }), room())).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
  });
  const broken = writeOnnxModel(join(directory, 'broken'), words, rows);
  writeFileSync(join(broken, 'onnx', 'model.onnx'), 'nonsense');
  await expect(checkEmbedder(settings({ path: broken }), room())).rejects.toThrow(/cannot be loaded/);
  const named = checkEmbedder(settings({ model: 'Some/Model' }), room());
  await expect(named).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    hint: expect.stringContaining('--download'),
  });
});

test('no script was run and no file of another system was kept', (context) => {
  if (reason !== null) return context.skip(reason);
  const [packages = ''] = readdirSync(directory).filter((name) => name.startsWith('transformers-'));
  const runtime = join(directory, packages, 'node_modules', 'onnxruntime-node', 'bin');
  const [abi = ''] = readdirSync(runtime);
  expect(readdirSync(join(runtime, abi))).toEqual([process.platform]);
  const files = readdirSync(join(runtime, abi, process.platform, process.arch));
  expect(files.some((name) => name.includes('onnxruntime'))).toBe(true);
  expect(files.filter((name) => name.includes('cuda'))).toEqual([]);
  expect(existsSync(`${join(directory, packages)}.${process.pid}.new`)).toBe(false);
});

test('without npm the installation says what to do instead, and leaves nothing', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'hm-onnx-'));
  try {
    const env = {
      PATH: '/nowhere',
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      HOME: elsewhere,
    };
    const failed = installFor(settings(), { directory: elsewhere, env });
    await expect(failed).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('ollama'),
    });
    expect(readdirSync(elsewhere).filter((name) => name.startsWith('transformers'))).toEqual([]);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
