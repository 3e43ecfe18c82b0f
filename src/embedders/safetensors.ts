import { readFile } from 'node:fs/promises';
import { AppError } from '../schema/app-error.ts';

/** A tensor as numbers; `shape` has one entry for each dimension. */
export interface Tensor {
  shape: readonly number[];
  values: Float32Array;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Longest header that is read: the format's own limit is 100 MB, a static model's has a few hundred bytes. */
const headerLimit = 16 << 20;

const widths: Record<string, number> = { F64: 8, F32: 4, F16: 2, BF16: 2, I8: 1, U8: 1, I32: 4, I64: 8 };

/**
 * Reads the tensors of a file: 8 bytes with the length of the header (little-endian), the header as JSON, the values
 * (https://huggingface.co/docs/safetensors). Throws FAILED_PRECONDITION for anything else. Eight-bit numbers are given as
 * they are: their scale is one for the whole tensor, and goes when a vector is brought to length 1.
 */
export async function readSafetensors(path: string): Promise<Map<string, Tensor>> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw damaged(path, cause.code === 'ENOENT' ? 'it is not there' : cause.message);
  });
  if (bytes.length < 8) throw damaged(path, 'it is too short');
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > headerLimit || 8 + length > bytes.length) throw damaged(path, 'its header does not fit');
  const body = bytes.subarray(8 + length);
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(parseHeader(path, bytes.toString('utf8', 8, 8 + length))))
    if (name !== '__metadata__') tensors.set(name, readTensor(path, name, entry, body));
  return tensors;
}

function parseHeader(path: string, text: string): Record<string, Entry> {
  try {
    return JSON.parse(text) as Record<string, Entry>;
  } catch (cause) {
    throw damaged(path, 'its header is not JSON', cause);
  }
}

function readTensor(path: string, name: string, entry: Entry, body: Buffer): Tensor {
  const { dtype, shape, data_offsets: [from, to] = [Number.NaN, Number.NaN] } = entry;
  const width = widths[dtype];
  if (width === undefined) throw damaged(path, `${name} has values of a kind that is not known: ${dtype}`);
  const isShape = Array.isArray(shape) && shape.every((side) => Number.isInteger(side) && side >= 0);
  const count = isShape ? shape.reduce((product, side) => product * side, 1) : Number.NaN;
  if (!(from >= 0 && to <= body.length && to - from === count * width))
    throw damaged(path, `${name} does not have the size that its header says`);
  return { shape, values: toFloats(dtype, body.subarray(from, to), count) };
}

function toFloats(dtype: string, bytes: Buffer, count: number): Float32Array {
  const values = new Float32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[dtype] ?? (() => Number.NaN);
  for (let at = 0; at < count; at += 1) values[at] = read(view, at);
  return values;
}

const readers: Record<string, (view: DataView, at: number) => number> = {
  F64: (view, at) => view.getFloat64(8 * at, true),
  F32: (view, at) => view.getFloat32(4 * at, true),
  F16: (view, at) => fromHalf(view.getUint16(2 * at, true)),
  BF16: (view, at) => fromBrain(view.getUint16(2 * at, true)),
  I8: (view, at) => view.getInt8(at),
  U8: (view, at) => view.getUint8(at),
  I32: (view, at) => view.getInt32(4 * at, true),
  I64: (view, at) => Number(view.getBigInt64(8 * at, true)),
};

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float. */
function fromBrain(bits: number): number {
  scratch.setUint32(0, bits * 0x1_0000);
  return scratch.getFloat32(0);
}

const damaged = (path: string, why: string, cause?: unknown): AppError =>
  new AppError('FAILED_PRECONDITION', `${path} cannot be read as safetensors: ${why}`, {
    hint: 'fetch the model again, then: hivemind embedder set',
    cause,
  });
