import { z } from 'zod';
import { AppError } from '../schema/app-error.ts';
import type { EmbedderSettings } from '../schema/embedder.ts';
import { readKey } from './api-key.ts';
import { inBatches } from './batches.ts';
import type { Provider, ProviderRoom, Purpose } from './embedder.ts';
import { ask, hostOf, parseEndpoint } from './http.ts';

/** https://platform.openai.com/docs/api-reference/embeddings: what every server that says it is compatible gives. */
const Answer = z.object({
  data: z.array(z.object({ index: z.number().int().optional(), embedding: z.array(z.number()) })),
});

/** Any endpoint that speaks OpenAI's /v1/embeddings. */
export function createOpenAi(settings: EmbedderSettings, { env }: ProviderRoom): Provider {
  const { url: typed, model, dims } = settings;
  if (typed === null) throw missing('--url', 'https://api.openai.com/v1');
  if (model === null) throw missing('--model', 'text-embedding-3-small');
  const url = embeddingsUrl(typed);

  const embedOnce = async (
    input: readonly string[],
    purpose: Purpose,
    signal: AbortSignal | undefined,
  ): Promise<number[][]> => {
    const key = await readKey(settings, env);
    const value = await ask({
      url,
      body: { model, input, encoding_format: 'float', ...(dims === null ? {} : { dimensions: dims }) },
      key,
      purpose,
      signal,
      hint: async (status) => hintFor(status, key !== null),
    });
    const answer = Answer.safeParse(value);
    if (!answer.success)
      throw new AppError('UNAVAILABLE', `${hostOf(url)} did not answer with embeddings`, {
        hint: 'does the address end where the API begins, such as https://host/v1? hivemind embedder set',
      });
    const inOrder = answer.data.data.map(({ index, embedding }, at) => ({ at: index ?? at, embedding }));
    return inOrder.sort((a, b) => a.at - b.at).map(({ embedding }) => embedding);
  };

  return {
    revision: async () => '',
    embed: (texts, purpose, signal) => inBatches(texts, (part) => embedOnce(part, purpose, signal)),
    close: async () => undefined,
  };
}

/** `https://host/v1`, `https://host` and `https://host/v1/embeddings` are the same endpoint. */
function embeddingsUrl(typed: string): string {
  const url = parseEndpoint(typed);
  const path = url.pathname.replace(/\/+$/, '');
  if (!path.endsWith('/embeddings')) url.pathname = path === '' ? '/v1/embeddings' : `${path}/embeddings`;
  return url.href;
}

function hintFor(status: number, hasKey: boolean): string | undefined {
  if (status === 401 || status === 403)
    return hasKey
      ? 'is the key right, and may it embed?'
      : 'name where the key is: --key-env NAME or --key-file PATH';
  if (status === 404) return 'check --url and --model: hivemind embedder set openai --help';
  return undefined;
}

const missing = (flag: string, example: string): AppError =>
  new AppError('INVALID_ARGUMENT', `openai needs ${flag}`, {
    hint: `hivemind embedder set openai --url https://api.openai.com/v1 --model text-embedding-3-small --key-env OPENAI_API_KEY (${flag} ${example})`,
  });
