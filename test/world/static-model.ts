import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Values of a tensor as they stand in a file. */
export interface TensorSpec {
  dtype: string;
  shape: number[];
  bytes: Buffer;
}

const sizes: Record<string, number> = { F64: 8, F32: 4, F16: 2, BF16: 2, I8: 1, I32: 4, I64: 8 };

/** The nearest binary16 of a number that one can hold exactly. */
function halfOf(value: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  const bits = bytes.readUInt32BE();
  const exponent = ((bits >> 23) & 0xff) - 127;
  if (value === 0) return 0;
  return ((bits >>> 16) & 0x8000) | ((exponent + 15) << 10) | ((bits >> 13) & 0x3ff);
}

export function tensor(dtype: string, shape: number[], values: readonly number[]): TensorSpec {
  const size = sizes[dtype] ?? 0;
  const bytes = Buffer.alloc(size * values.length);
  for (const [at, value] of values.entries()) {
    const place = at * size;
    if (dtype === 'F64') bytes.writeDoubleLE(value, place);
    if (dtype === 'F32') bytes.writeFloatLE(value, place);
    if (dtype === 'F16') bytes.writeUInt16LE(halfOf(value), place);
    if (dtype === 'BF16') {
      const whole = Buffer.alloc(4);
      whole.writeFloatBE(value);
      bytes.writeUInt16LE(whole.readUInt16BE(0), place);
    }
    if (dtype === 'I8') bytes.writeInt8(value, place);
    if (dtype === 'I32') bytes.writeInt32LE(value, place);
    if (dtype === 'I64') bytes.writeBigInt64LE(BigInt(value), place);
  }
  return { dtype, shape, bytes };
}

export function safetensors(tensors: Record<string, TensorSpec>): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

/** A WordPiece tokenizer in the form of Hugging Face's, that knows these words; `[UNK]` is 1. */
export function tokenizerJson(words: readonly string[]): object {
  const vocab = Object.fromEntries(['[PAD]', '[UNK]', ...words].map((word, id) => [word, id]));
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: 0,
        content: '[PAD]',
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
      {
        id: 1,
        content: '[UNK]',
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

/** Writes a folder as Model2Vec does. */
export function writeStaticModel(
  directory: string,
  words: readonly string[],
  tensors: Record<string, TensorSpec>,
): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'tokenizer.json'), JSON.stringify(tokenizerJson(words)));
  writeFileSync(join(directory, 'model.safetensors'), safetensors(tensors));
  return directory;
}
