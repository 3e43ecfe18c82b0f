import { z } from 'zod';
import { AppError } from '../schema/app-error.ts';
import type { EmbedderSettings } from '../schema/embedder.ts';
import { inBatches } from './batches.ts';
import type { Provider, Purpose } from './embedder.ts';
import { ask, hostOf, parseEndpoint } from './http.ts';

/** https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings */
const Answer = z.object({ embeddings: z.array(z.array(z.number())) });
const Tags = z.object({ models: z.array(z.object({ name: z.string(), digest: z.string().optional() })) });

const defaultUrl = 'http://127.0.0.1:11434';
const listMs = 5_000;
const namedModels = 10;

/** A model that an Ollama server has; none is ever pulled from here. */
export function createOllama({ url: typed, model, dims }: EmbedderSettings): Provider {
  const base = parseEndpoint(typed ?? defaultUrl).href.replace(/\/+$/, '');

  const list = async (signal?: AbortSignal): Promise<z.infer<typeof Tags>['models']> => {
    const late = AbortSignal.timeout(listMs);
    const response = await fetch(`${base}/api/tags`, {
      redirect: 'error',
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    return Tags.parse(await response.json()).models;
  };

  const hint = async (status: number, said: string): Promise<string | undefined> => {
    if (status !== 404 && !/not found/i.test(said)) return undefined;
    const names = (await list().catch(() => [])).map(({ name }) => name).slice(0, namedModels);
    return `ollama pull ${model}${names.length === 0 ? '' : `; it has ${names.join(', ')}`}`;
  };

  if (model === null)
    throw new AppError('INVALID_ARGUMENT', 'ollama needs --model', {
      hint: 'hivemind embedder set ollama --model qwen3-embedding:0.6b; `ollama list` shows what is there',
    });

  const embedOnce = async (
    input: readonly string[],
    purpose: Purpose,
    signal: AbortSignal | undefined,
  ): Promise<number[][]> => {
    const body = { model, input, truncate: true, ...(dims === null ? {} : { dimensions: dims }) };
    const answer = Answer.safeParse(
      await ask({ url: `${base}/api/embed`, body, key: null, purpose, signal, hint }),
    );
    if (answer.success) return answer.data.embeddings;
    throw new AppError('UNAVAILABLE', `${hostOf(base)} did not answer with embeddings`, {
      hint: 'is that an Ollama server? hivemind embedder set ollama --url http://127.0.0.1:11434',
    });
  };

  return {
    // A model that was pulled again under the same name makes other vectors.
    revision: async (signal) => {
      const models = await list(signal).catch(() => []);
      return (
        models.find(({ name }) => name === model || name === `${model}:latest`)?.digest?.slice(0, 12) ?? ''
      );
    },
    embed: (texts, purpose, signal) => inBatches(texts, (part) => embedOnce(part, purpose, signal)),
    close: async () => undefined,
  };
}
