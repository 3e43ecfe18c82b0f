import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { EmbedderSettings } from '../schema/embedder.ts';
import { inParts } from './batches.ts';
import { createModelProcess, type ModelSpec } from './child.ts';
import type { Provider, ProviderRoom } from './embedder.ts';
import { packagesIn } from './transformers-install.ts';

/** Texts at once: some 100 ms of a small model, so that a question need not wait longer. */
const partTexts = 4;

/** An ONNX model, run by transformers.js in a process of its own. */
export function createTransformers(settings: EmbedderSettings, { directory }: ProviderRoom): Provider {
  const packages = packagesIn(directory);
  if (!existsSync(packages))
    throw new AppError('FAILED_PRECONDITION', 'transformers.js is not installed', {
      hint: 'hivemind embedder set transformers --path FOLDER installs it',
    });
  const model = createModelProcess({
    kind: 'transformers',
    packages,
    cache: join(directory, 'models'),
    pooling: settings.pooling,
    dtype: settings.quantised,
    ...placeOf(settings),
  });
  return {
    revision: async () => (settings.path === null ? '' : digestOf(settings.path)),
    embed: (texts, _purpose, signal) => inParts(texts, partTexts, (part) => model.embed(part, signal)),
    close: () => model.close(),
  };
}

function placeOf({
  path,
  model,
  download,
}: EmbedderSettings): Pick<Extract<ModelSpec, { kind: 'transformers' }>, 'model' | 'localModels'> {
  if (path !== null) return { model: basename(path), localModels: dirname(path) };
  if (model !== null && download) return { model, localModels: null };
  throw new AppError('INVALID_ARGUMENT', 'transformers needs --path, or --model with --download', {
    hint: 'hivemind embedder set transformers --path FOLDER; --model NAME --download fetches it from huggingface.co',
  });
}

/** Which weights a folder holds. */
async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(join(path, 'onnx')).catch(() => []))
    .filter((name) => name.endsWith('.onnx'))
    .sort();
  for (const name of files) {
    hash.update(name);
    for await (const chunk of createReadStream(join(path, 'onnx', name))) hash.update(chunk as Buffer);
  }
  return hash.digest('hex').slice(0, 12);
}
