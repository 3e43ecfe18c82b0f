import { basename } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { CheckedEmbedder, EmbedderSettings } from '../schema/embedder.ts';
import type { Embedder, Provider, ProviderRoom } from './embedder.ts';
import { createModel2Vec } from './model2vec.ts';
import { createOllama } from './ollama.ts';
import { createOpenAi } from './openai.ts';
import { createTransformers } from './transformers.ts';
import { installTransformers } from './transformers-install.ts';
import { unitOf } from './unit.ts';

export type { Embedder, Purpose } from './embedder.ts';
export { RefusedText } from './refused-text.ts';

/** What makes the vectors, by its name in the settings. Throws INVALID_ARGUMENT when a setting that it needs is missing. */
const providers: Record<string, (settings: EmbedderSettings, room: ProviderRoom) => Provider> = {
  openai: createOpenAi,
  ollama: createOllama,
  model2vec: createModel2Vec,
  transformers: createTransformers,
};

/** What is embedded to learn the number of dimensions. */
const probe = 'the parser fails on an empty file';

/** Opens what the settings name without asking it for anything: it may be away. */
export function openEmbedder({ settings, id, dims }: CheckedEmbedder, room: ProviderRoom): Embedder {
  const provider = providerOf(settings, room);
  return {
    id,
    dims,
    embed: (texts, purpose, signal) => embedWith(provider, settings, dims, texts, purpose, signal),
    close: () => provider.close(),
  };
}

/** Fetches what a provider needs and does not bring along: only on somebody's order. */
export async function installFor(
  { provider }: EmbedderSettings,
  room: ProviderRoom,
  signal?: AbortSignal,
): Promise<void> {
  if (provider === 'transformers') await installTransformers(room, signal);
}

/** Embeds something with the settings, and so learns what else belongs to them. Rejects when they do not work. */
export async function checkEmbedder(
  settings: EmbedderSettings,
  room: ProviderRoom,
  signal?: AbortSignal,
): Promise<CheckedEmbedder> {
  const provider = providerOf(settings, room);
  try {
    const [vector] = await embedWith(provider, settings, settings.dims, [probe], 'document', signal);
    if (vector === undefined || vector.every((part) => part === 0))
      throw new AppError('FAILED_PRECONDITION', 'the model knows no word of a plain English sentence', {
        hint: 'choose another model: hivemind embedder set --help',
      });
    const { provider: kind, model, path, documentPrefix, pooling } = settings;
    // A folder may be moved: which model it has is said by the revision.
    const name = path === null ? model : basename(path);
    const parts = [kind, name ?? '', await provider.revision(signal), vector.length];
    const options = [documentPrefix, kind === 'transformers' ? pooling : ''].filter((one) => one !== '');
    return { settings, id: [...parts, ...options].join('|'), dims: vector.length };
  } finally {
    await provider.close();
  }
}

function providerOf(settings: EmbedderSettings, room: ProviderRoom): Provider {
  const create = providers[settings.provider];
  if (create === undefined)
    throw new AppError('FAILED_PRECONDITION', 'no embedder is set', { hint: 'hivemind embedder set --help' });
  return create(settings, room);
}

async function embedWith(
  provider: Provider,
  { queryPrefix, documentPrefix }: EmbedderSettings,
  dims: number | null,
  texts: readonly string[],
  purpose: 'document' | 'query',
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  if (texts.length === 0) return [];
  const prefix = purpose === 'query' ? queryPrefix : documentPrefix;
  const whole = prefix === '' ? texts : texts.map((text) => prefix + text);
  const vectors = await provider.embed(whole, purpose, signal);
  if (vectors.length !== texts.length)
    throw new AppError(
      'UNAVAILABLE',
      `the embedder gave ${vectors.length} vectors for ${texts.length} texts`,
      {
        hint: 'hivemind embedder test',
      },
    );
  return vectors.map((vector) => unitOf(vector, dims));
}
