import { z } from 'zod';

/** Longest text that stands before what is embedded. */
const prefix = z.string().max(1000);

/** Which model makes vectors, and how it is reached: one for all workspaces of this machine. Holds no key, only where one is. */
export const EmbedderSettings = z.object({
  provider: z.enum(['none', 'openai', 'ollama', 'model2vec', 'transformers']).default('none'),
  url: z.string().max(2000).nullable().default(null).describe('address of the endpoint'),
  model: z.string().max(300).nullable().default(null).describe('name of the model'),
  path: z.string().max(4096).nullable().default(null).describe('folder of a model on this disk'),
  dims: z.number().int().min(1).max(8192).nullable().default(null).describe('dimensions that were asked for'),
  keyEnv: z.string().max(200).nullable().default(null).describe('environment variable that holds the key'),
  keyFile: z.string().max(4096).nullable().default(null).describe('file that holds the key'),
  queryPrefix: prefix.default('').describe('put before what is asked for'),
  documentPrefix: prefix.default('').describe('put before what is stored'),
  pooling: z.enum(['mean', 'cls', 'last']).default('mean').describe('how transformers.js makes one vector'),
  quantised: z.string().max(20).nullable().default(null).describe('kind of weights for transformers.js'),
  download: z.boolean().default(false).describe('transformers.js may fetch the model'),
});
export type EmbedderSettings = z.infer<typeof EmbedderSettings>;

/** Settings that have embedded something: what the tables are named by. */
export const CheckedEmbedder = z.object({
  settings: EmbedderSettings,
  id: z.string(),
  dims: z.number().int().positive(),
});
export type CheckedEmbedder = z.infer<typeof CheckedEmbedder>;
