import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Best, byScore, cosine, fuse, meets, toUnit, vectorFault } from '../../../src/core/vectors.ts';

const unit = (vector: readonly number[]): Float32Array => {
  const made = toUnit(vector);
  if (made === null) throw new Error(`no direction: ${vector}`);
  return made;
};

const element = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const pairs = fc
  .integer({ min: 1, max: 50 })
  .chain((length) =>
    fc.tuple(
      fc.array(element, { minLength: length, maxLength: length }),
      fc.array(element, { minLength: length, maxLength: length }),
    ),
  )
  .filter(([a, b]) => a.some((one) => Math.abs(one) > 1e-3) && b.some((one) => Math.abs(one) > 1e-3));

describe('vectors', () => {
  it('gives the cosine that the definition gives', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const product = a.reduce((sum, one, at) => sum + one * (b[at] ?? 0), 0);
        expect(cosine(unit(a), unit(b))).toBeCloseTo(product / Math.hypot(...a) / Math.hypot(...b), 5);
      }),
    );
  });

  it('knows the direction of what no sum of squares could hold', () => {
    expect(cosine(unit([1e300, 1e300]), unit([1e-300, 1e-300]))).toBeCloseTo(1, 6);
    expect(cosine(unit([5e-324, 0]), unit([-1, 0]))).toBe(-1);
  });

  it('names the element that no vector may have', () => {
    expect(vectorFault([0, 1])).toBeNull();
    expect(vectorFault([1, Number.NaN])).toMatchObject({ at: 1 });
    expect(vectorFault([Number.POSITIVE_INFINITY])).toMatchObject({ at: 0 });
    expect(vectorFault(['1'] as unknown as number[])).toMatchObject({ at: 0 });
    expect(vectorFault([0, -0])).toMatchObject({ at: null });
    expect(vectorFault([])).toMatchObject({ at: null });
    expect(toUnit([0, 0])).toBeNull();
    expect(toUnit([1, Number.POSITIVE_INFINITY])).toBeNull();
  });

  it('keeps the best, as sorting all of them would', () => {
    const scored = fc.record({ id: fc.string(), score: fc.integer({ min: 0, max: 20 }) });
    fc.assert(
      fc.property(
        fc.uniqueArray(scored, { selector: ({ id }) => id, maxLength: 300 }),
        fc.integer({ min: 1, max: 10 }),
        (all, most) => {
          const best = new Best<{ id: string; score: number }>(most);
          for (const one of all) best.add(one);
          expect(best.list()).toEqual([...all].sort(byScore).slice(0, most));
        },
      ),
    );
  });

  it('ranks first what both searches found', () => {
    const found = fuse(
      [
        { id: 'both', score: 0.8 },
        { id: 'near', score: 1 },
        { id: 'opposite', score: -1 },
      ],
      [
        { id: 'said', score: 7 },
        { id: 'both', score: 6 },
      ],
    );
    expect(found.map(({ id }) => id)).toEqual(['both', 'near', 'said', 'opposite']);
    expect(fuse([], [])).toEqual([]);
  });

  it('filters by fields that are there, of the same type', () => {
    expect(meets({ a: 1, b: 'x' }, { a: 1 })).toBe(true);
    expect(meets({ a: 1 }, { a: '1' })).toBe(false);
    expect(meets({}, { toString: 'x' })).toBe(false);
    expect(meets({}, {})).toBe(true);
  });
});
