import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutBody, cutMiddle } from '../../../src/schema/cut.ts';

describe('cutMiddle', () => {
  test('keeps head and tail, with size and hash of the whole', () => {
    const text = `head${'x'.repeat(10_000)}tail`;
    const { text: kept, cut } = cutMiddle(text, 200);
    expect(kept.startsWith('head')).toBe(true);
    expect(kept.endsWith('tail')).toBe(true);
    expect(kept).toContain('bytes cut');
    expect(cut).toEqual({ bytes: 10_008, sha256: createHash('sha256').update(text).digest('hex') });
  });

  test('stays within the limit, splits no character, and cutting again changes nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.integer({ min: 80, max: 600 }),
        (text, limit) => {
          const once = cutMiddle(text, limit);
          expect(Buffer.byteLength(once.text)).toBeLessThanOrEqual(limit);
          expect(once.text.isWellFormed()).toBe(true);
          expect(once.text).not.toContain('\uFFFD');
          expect(once.cut === null).toBe(Buffer.byteLength(text) <= limit);
          if (once.cut === null) expect(once.text).toBe(text);
          expect(cutMiddle(once.text, limit)).toEqual({ text: once.text, cut: null });
        },
      ),
    );
  });
});

describe('cutBody', () => {
  test('names what it cut by its place', () => {
    const body = cutBody({ input: { a: ['short', 'y'.repeat(40_000)] }, output: 'short', gone: undefined });
    expect(body.cut).toMatchObject({ 'input.a.1': { bytes: 40_000 } });
    expect(body).not.toHaveProperty('gone');
    expect(body.output).toBe('short');
  });

  test('a large value of many short strings becomes text', () => {
    const { input, cut } = cutBody({ input: { list: Array.from({ length: 50_000 }, () => 'word') } });
    expect(typeof input).toBe('string');
    expect(Object.keys(cut as object)).toEqual(['input']);
  });

  test('of very many hunks the first are kept', () => {
    const hunks = Array.from({ length: 5000 }, () => ({ lines: ['+'.padEnd(200, 'x')] }));
    const body = cutBody({ hunks });
    expect((body.hunks as unknown[]).length).toBeGreaterThan(500);
    expect((body.hunks as unknown[]).length).toBeLessThan(5000);
    expect(body.cut).toHaveProperty('hunks');
  });

  test('a body that fits is left as it is', () => {
    expect(cutBody({ a: 1, b: ['x'], c: null })).toEqual({ a: 1, b: ['x'], c: null });
  });
});
