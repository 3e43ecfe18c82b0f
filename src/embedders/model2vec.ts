import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { EmbedderSettings } from '../schema/embedder.ts';
import { inParts } from './batches.ts';
import { createModelProcess } from './child.ts';
import type { Provider } from './embedder.ts';

/** Texts at once: about 10 ms, so that a question need not wait longer. */
const partTexts = 16;

/** Static vectors from a Model2Vec folder on this disk: no network, no native code. */
export function createModel2Vec({ path }: EmbedderSettings): Provider {
  if (path === null)
    throw new AppError('INVALID_ARGUMENT', 'model2vec needs --path', {
      hint: 'hivemind embedder set model2vec --path FOLDER (with model.safetensors and tokenizer.json)',
    });
  const model = createModelProcess({ kind: 'model2vec', directory: path });
  return {
    revision: () => digestOf(join(path, 'model.safetensors')),
    embed: (texts, _purpose, signal) => inParts(texts, partTexts, (part) => model.embed(part, signal)),
    close: () => model.close(),
  };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex').slice(0, 12);
}
