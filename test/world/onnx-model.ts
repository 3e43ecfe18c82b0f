import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenizerJson } from './static-model.ts';

/** Protocol buffers, as far as a model needs them: https://protobuf.dev/programming-guides/encoding/ */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, value: Buffer | string): Buffer => {
  const content = Buffer.from(value);
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
};
const message = (field: number, ...parts: Buffer[]): Buffer => bytes(field, Buffer.concat(parts));

const float32 = 1;
const int64 = 7;

/** ValueInfoProto: a tensor whose sides have names, or lengths. */
const value = (field: number, name: string, type: number, sides: readonly (string | number)[]): Buffer => {
  const dims = sides.map((side) => message(1, typeof side === 'number' ? number(1, side) : bytes(2, side)));
  return message(field, bytes(1, name), message(2, message(1, number(1, type), message(2, ...dims))));
};

/** An ONNX model (https://onnx.ai/onnx/repo-docs/IR.html) that gives each token the row of a table. */
export function onnxTable(rows: readonly (readonly number[])[]): Buffer {
  const dims = rows[0]?.length ?? 0;
  const raw = Buffer.from(Float32Array.from(rows.flat()).buffer);
  const table = [
    number(1, rows.length),
    number(1, dims),
    number(2, float32),
    bytes(8, 'table'),
    bytes(9, raw),
  ];
  const gather = [
    bytes(1, 'table'),
    bytes(1, 'input_ids'),
    bytes(2, 'last_hidden_state'),
    bytes(3, 'rows'),
    bytes(4, 'Gather'),
  ];
  const graph = message(
    7,
    message(1, ...gather),
    bytes(2, 'tiny'),
    message(5, ...table),
    value(11, 'input_ids', int64, ['batch', 'tokens']),
    value(12, 'last_hidden_state', float32, ['batch', 'tokens', dims]),
  );
  return Buffer.concat([number(1, 8), graph, message(8, bytes(1, ''), number(2, 13))]);
}

/** Writes a folder as transformers.js wants it. Rows 0 and 1 are those of padding and of words that are not known. */
export function writeOnnxModel(
  directory: string,
  words: readonly string[],
  rows: readonly (readonly number[])[],
): string {
  mkdirSync(join(directory, 'onnx'), { recursive: true });
  const json = (name: string, content: object): void =>
    writeFileSync(join(directory, name), JSON.stringify(content));
  json('tokenizer.json', tokenizerJson(words));
  json('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    model_max_length: 64,
  });
  json('config.json', { model_type: 'bert', architectures: ['BertModel'], vocab_size: rows.length });
  writeFileSync(join(directory, 'onnx', 'model.onnx'), onnxTable(rows));
  return directory;
}
