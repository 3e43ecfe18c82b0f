import { AppError } from '../schema/app-error.ts';

/**
 * The vector at length 1; one of zeros stays as it is. Throws UNAVAILABLE when it has other dimensions than `dims` (null:
 * any), or a part that is no finite number: an endpoint whose model was replaced must not mix two kinds of vectors.
 */
export function unitOf(vector: ArrayLike<number>, dims: number | null): Float32Array {
  if (vector.length === 0) throw broken('an empty vector');
  if (dims !== null && vector.length !== dims)
    throw broken(`a vector of ${vector.length} dimensions where ${dims} are expected`);
  let sum = 0;
  for (let at = 0; at < vector.length; at += 1) {
    const value: unknown = vector[at];
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw broken('a vector with a part that is no number');
    sum += value * value;
  }
  const unit = new Float32Array(vector.length);
  // Nothing of the text was in the vocabulary: it is like nothing.
  if (sum === 0) return unit;
  const length = Math.sqrt(sum);
  if (!Number.isFinite(length)) throw broken('a vector with parts that are too large');
  for (let at = 0; at < vector.length; at += 1) unit[at] = (vector[at] as number) / length;
  return unit;
}

const broken = (what: string): AppError =>
  new AppError('UNAVAILABLE', `the embedder gave ${what}`, { hint: 'hivemind embedder test' });
