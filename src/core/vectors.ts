/** The vector at length 1, so that a product of two is their cosine; null when it has no direction (all 0, or not finite). */
export function toUnit(vector: ArrayLike<number>): Float32Array | null {
  // Scaled by the greatest element first: squares of very large or very small ones do not fit a double.
  let most = 0;
  for (let at = 0; at < vector.length; at += 1) most = Math.max(most, Math.abs(vector[at] ?? 0));
  if (!(most > 0 && most < Number.POSITIVE_INFINITY)) return null;
  let sum = 0;
  for (let at = 0; at < vector.length; at += 1) sum += ((vector[at] ?? 0) / most) ** 2;
  const length = Math.sqrt(sum);
  const unit = new Float32Array(vector.length);
  for (let at = 0; at < vector.length; at += 1) unit[at] = (vector[at] ?? 0) / most / length;
  return unit;
}

/** Cosine of two unit vectors of as many dimensions, -1 to 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  // Four sums beside each other: the processor need not wait for one addition before it begins the next.
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  const whole = a.length - (a.length % 4);
  for (let at = 0; at < whole; at += 4) {
    p += (a[at] as number) * (b[at] as number);
    q += (a[at + 1] as number) * (b[at + 1] as number);
    r += (a[at + 2] as number) * (b[at + 2] as number);
    s += (a[at + 3] as number) * (b[at + 3] as number);
  }
  for (let at = whole; at < a.length; at += 1) p += (a[at] as number) * (b[at] as number);
  return Math.min(1, Math.max(-1, p + q + r + s));
}

/** Why a list of numbers is no vector that can be compared, and which element is to blame; null when it is one. */
export function vectorFault(vector: ArrayLike<number>): { at: number | null; message: string } | null {
  for (let at = 0; at < vector.length; at += 1) {
    const element: unknown = vector[at];
    if (typeof element !== 'number' || !Number.isFinite(element))
      return { at, message: `${String(element)} is not a finite number` };
  }
  if (vector.length === 0) return { at: null, message: 'a vector has at least one element' };
  return toUnit(vector) === null
    ? { at: null, message: 'all of its elements are 0: it has no direction' }
    : null;
}

interface Scored {
  id: string;
  score: number;
}

/** The `most` best of any number, best first; of equals the one with the lesser id. */
export class Best<T extends Scored> {
  readonly #most: number;
  #kept: T[] = [];
  #floor = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
  }

  add(one: T): void {
    if (one.score < this.#floor) return;
    this.#kept.push(one);
    // Sorted now and then only: that costs little for each, and the list stays short.
    if (this.#kept.length >= 4 * this.#most + 64) this.#prune();
  }

  list(): T[] {
    this.#prune();
    return this.#kept;
  }

  #prune(): void {
    this.#kept = this.#kept.sort(byScore).slice(0, this.#most);
    if (this.#kept.length === this.#most) this.#floor = this.#kept.at(-1)?.score ?? Number.NEGATIVE_INFINITY;
  }
}

export const byScore = (a: Scored, b: Scored): number => b.score - a.score || (a.id < b.id ? -1 : 1);

/**
 * Ranks what two searches have found by the mean of both scores, each measured by the best of its own (weighted max-norm
 * fusion): what only one of them has found has 0 from the other.
 */
export function fuse(one: readonly Scored[], other: readonly Scored[]): Scored[] {
  const total = new Map<string, number>();
  for (const list of [one, other]) {
    const most = Math.max(...list.map(({ score }) => score));
    for (const { id, score } of list)
      total.set(id, (total.get(id) ?? 0) + (most > 0 ? Math.max(0, score) / most / 2 : 0));
  }
  return [...total].map(([id, score]) => ({ id, score })).sort(byScore);
}

/** Metadata that a hit must have. */
export type Where = Readonly<Record<string, string | number | boolean>>;

export const meets = (metadata: Readonly<Record<string, unknown>>, where: Where): boolean =>
  Object.entries(where).every(
    ([field, value]) => Object.hasOwn(metadata, field) && metadata[field] === value,
  );
