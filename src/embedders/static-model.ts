import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { AppError } from '../schema/app-error.ts';
import { readSafetensors, type Tensor } from './safetensors.ts';

/** A model that is a table: one vector for each token. */
export interface StaticModel {
  dims: number;
  /** The mean of the tokens' vectors, each with its weight; all 0 when no token is known. */
  embed(text: string): Float32Array;
}

/** Tokens of a text that count, as in the Python library that these models come from. */
const mostTokens = 512;
/** Characters that hold so many tokens for certain in ordinary text: the rest is not worth its time. */
const mostCharacters = 8 * mostTokens;

/** Names of the table, by the programs that write such files. */
const tableNames = ['embeddings', 'embedding.weight', '0.embedding.weight'];

/**
 * Loads a Model2Vec folder: `model.safetensors` (the table, and where there are any `weights`, one for each token, and
 * `mapping`, from a token to its row) and `tokenizer.json`. Throws FAILED_PRECONDITION naming what is missing.
 */
export async function loadStaticModel(directory: string): Promise<StaticModel> {
  const path = join(directory, 'model.safetensors');
  const tensors = await readSafetensors(path);
  const table = tableNames.map((name) => tensors.get(name)).find((tensor) => tensor !== undefined);
  if (table === undefined || table.shape.length !== 2) throw unfit(`${path} has no table of embeddings`);
  const [rows = 0, dims = 0] = table.shape;
  const { tokenizer, unknown } = await loadTokenizer(directory);
  const rowOf = rowsBy(tensors.get('mapping'), rows);
  const weights = tensors.get('weights')?.values;

  const embed = (text: string): Float32Array => {
    const encoded = tokenizer.encode(text.slice(0, mostCharacters), { add_special_tokens: false });
    const ids: readonly number[] = encoded.ids;
    const sum = new Float32Array(dims);
    let count = 0;
    for (const id of ids.filter((one) => one !== unknown).slice(0, mostTokens)) {
      const row = rowOf(id);
      if (row === null) continue;
      const weight = weights?.[id] ?? 1;
      for (let at = 0; at < dims; at += 1)
        sum[at] = (sum[at] as number) + weight * (table.values[row * dims + at] as number);
      count += 1;
    }
    return count === 0 ? sum : sum.map((value) => value / count);
  };
  return { dims, embed };
}

/** Null: no row of the table is the token's. */
function rowsBy(mapping: Tensor | undefined, rows: number): (id: number) => number | null {
  const rowOf = (id: number): number => (mapping === undefined ? id : (mapping.values[id] ?? -1));
  return (id) => {
    const row = rowOf(id);
    return row >= 0 && row < rows ? row : null;
  };
}

async function loadTokenizer(
  directory: string,
): Promise<{ tokenizer: Tokenizer; unknown: number | undefined }> {
  const path = join(directory, 'tokenizer.json');
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unfit(`${path} cannot be read: ${cause.code}`, cause);
  });
  try {
    const whole = JSON.parse(text) as { model?: { unk_token?: string; unk_id?: number } };
    const tokenizer = new Tokenizer(whole, {});
    const { unk_token: name, unk_id: id } = whole.model ?? {};
    return { tokenizer, unknown: typeof name === 'string' ? tokenizer.token_to_id(name) : (id ?? undefined) };
  } catch (cause) {
    throw unfit(`${path} is not a tokenizer: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

const unfit = (message: string, cause?: unknown): AppError =>
  new AppError('FAILED_PRECONDITION', message, {
    hint: 'a Model2Vec folder has model.safetensors and tokenizer.json',
    cause,
  });
