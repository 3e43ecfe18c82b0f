import { z } from 'zod';
import { EmbedderSettings } from '../embedder.ts';
import { operation } from '../operation.ts';

const count = z.number().int();

const checked = {
  provider: EmbedderSettings.shape.provider,
  model: z.string().nullable().describe('name of the model, or its folder'),
  dims: count.nullable().describe('dimensions of its vectors'),
};

export const embedderSet = operation({
  name: 'embedder.set',
  summary: 'Choose what makes vectors of events, so that recall finds by meaning as well.',
  description:
    'One embedder serves all workspaces of this machine. It is tried with a real embedding before it counts. `none` turns it off: recall goes on by words, as it does while events are embedded. Texts go to the endpoint that you name, redacted as they are stored; the key is never stored, only where it is. Another model begins anew and drops the vectors of the one before. `transformers` installs transformers.js into the Hivemind home (474 MB).',
  writes: true,
  streams: true,
  doors: { cli: 'embedder set' },
  positional: ['provider'],
  examples: [
    'hivemind embedder set ollama --model qwen3-embedding:0.6b',
    'hivemind embedder set openai --url https://api.openai.com/v1 --model text-embedding-3-small --key-env OPENAI_API_KEY',
    'hivemind embedder set model2vec --path ~/models/potion-code-16M',
    'hivemind embedder set none',
  ],
  input: z.object({
    provider: EmbedderSettings.shape.provider
      .removeDefault()
      .describe('openai (any compatible endpoint), ollama, model2vec, transformers, or none'),
    url: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('Address of the endpoint, such as https://api.openai.com/v1'),
    model: z.string().min(1).max(300).optional().describe('Name of the model'),
    path: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Folder of a model on this disk (model2vec, transformers)'),
    dims: z
      .number()
      .int()
      .min(1)
      .max(8192)
      .optional()
      .describe('Dimensions to ask the endpoint for (default: what it gives)'),
    'key-env': z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]{0,199}$/,
        'the name of an environment variable is asked for, not the key',
      )
      .optional()
      .describe("Variable of the daemon's environment that holds the key"),
    'key-file': z.string().min(1).max(4096).optional().describe('File with the key, readable by you alone'),
    'query-prefix': z
      .string()
      .max(1000)
      .default('')
      .describe('Put before what is asked for, where the model wants it'),
    'document-prefix': z
      .string()
      .max(1000)
      .default('')
      .describe('Put before what is stored, where the model wants it'),
    pooling: EmbedderSettings.shape.pooling.describe(
      'How transformers makes one vector of many: as the model card says',
    ),
    dtype: z
      .string()
      .regex(/^[a-z0-9]{1,20}$/)
      .optional()
      .describe('Weights that transformers loads, such as fp32 or q8'),
    download: z.boolean().default(false).describe('Let transformers fetch --model from huggingface.co'),
  }),
  output: z.object({
    ...checked,
    changed: z.boolean().describe('events are embedded anew: it makes other vectors than the one before'),
    warnings: z.array(z.string()),
  }),
});

export const embedderStatus = operation({
  name: 'embedder.status',
  summary: 'Show what makes vectors, and how far each workspace is.',
  writes: false,
  doors: { cli: 'embedder status' },
  input: z.object({}),
  output: z.object({
    ...checked,
    url: z.string().nullable(),
    id: z
      .string()
      .nullable()
      .describe('what its vectors are told apart by: provider, model, revision, dimensions'),
    error: z.string().nullable().describe('why it cannot be used'),
    workspaces: z.array(
      z.object({
        workspace: z.string(),
        open: z.boolean().describe('the daemon has it open: events are embedded only then'),
        embedded: count.describe('events that have a vector'),
        waiting: count
          .nullable()
          .describe('events that have not been looked at yet; null: not known until it is opened'),
        perSecond: z.number().nullable().describe('events looked at per second of work, lately'),
        sizeBytes: count.nullable().describe('what the vectors take on disk'),
        error: z.string().nullable().describe('why it does not go on'),
      }),
    ),
  }),
});

export const embedderTest = operation({
  name: 'embedder.test',
  summary: 'Embed a text, and see whether like is near and unlike is far.',
  writes: false,
  streams: true,
  doors: { cli: 'embedder test' },
  positional: ['text'],
  input: z.object({
    text: z.string().max(20_000).optional().describe('What to embed (default: a sentence of its own)'),
  }),
  output: z.object({
    ...checked,
    ms: z.number().describe('time for one text, after the first'),
    near: z.number().describe('cosine of two sentences that mean the same'),
    far: z.number().describe('cosine of two sentences that have nothing in common'),
    text: z.string(),
  }),
});
