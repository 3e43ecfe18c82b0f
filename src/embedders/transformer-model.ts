import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../schema/app-error.ts';
import type { ModelSpec } from './child.ts';

type Spec = Extract<ModelSpec, { kind: 'transformers' }>;

/** What is used of @huggingface/transformers, which is not a dependency: it has native code and 474 MB. */
interface Transformers {
  env: { allowRemoteModels: boolean; localModelPath: string; cacheDir: string; allowLocalModels: boolean };
  pipeline(
    task: 'feature-extraction',
    model: string,
    options: Record<string, unknown>,
  ): Promise<
    (
      texts: readonly string[],
      options: { pooling: string; normalize: boolean },
    ) => Promise<{ dims: number[]; data: Float32Array }>
  >;
}

/** Loads an ONNX model by transformers.js; of the network nothing is asked unless the spec has no local folder. */
export async function loadTransformer(
  spec: Spec,
): Promise<(texts: readonly string[]) => Promise<Float32Array[]>> {
  const { env, pipeline } = load(spec.packages);
  env.allowLocalModels = true;
  env.allowRemoteModels = spec.localModels === null;
  env.localModelPath = spec.localModels ?? spec.cache;
  env.cacheDir = spec.cache;
  const extract = await pipeline('feature-extraction', spec.model, {
    device: 'cpu',
    local_files_only: spec.localModels !== null,
    dtype: spec.dtype ?? 'fp32',
    // Half of the machine is the agents'.
    session_options: { intraOpNumThreads: Math.max(1, Math.floor(availableParallelism() / 2)) },
  }).catch((cause: unknown) => {
    throw new AppError('FAILED_PRECONDITION', `the model cannot be loaded: ${String(cause).slice(0, 500)}`, {
      hint: 'its folder has config.json, tokenizer.json, tokenizer_config.json and onnx/model.onnx',
    });
  });
  const pooling = spec.pooling === 'last' ? 'last_token' : spec.pooling;
  return async (texts) => {
    const { dims, data } = await extract(texts, { pooling, normalize: true });
    const width = dims.at(-1) ?? 0;
    return texts.map((_, at) => data.slice(at * width, (at + 1) * width));
  };
}

function load(packages: string): Transformers {
  try {
    return createRequire(join(packages, 'package.json'))('@huggingface/transformers') as Transformers;
  } catch (cause) {
    throw new AppError(
      'FAILED_PRECONDITION',
      `transformers.js does not start: ${String(cause).slice(0, 300)}`,
      {
        hint: 'hivemind embedder set transformers … installs it',
      },
    );
  }
}
