import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeySet, keyBytes } from '../../../src/store/key-set.ts';

const keyOf = (number: number): string =>
  createHash('sha256').update(String(number)).digest('hex').slice(0, 32);
const keys = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => keyOf(from + index));

const filled = (count: number): KeySet => {
  const set = new KeySet();
  for (const key of keys(0, count)) set.add(key);
  return set;
};

test('it has what was added, once, and nothing else', () => {
  const set = filled(100_000);
  expect(set.size).toBe(100_000);
  expect(keys(0, 100_000).every((key) => set.has(key))).toBe(true);
  expect(keys(100_000, 120_000).some((key) => set.has(key))).toBe(false);
  expect(set.add(keyOf(7))).toBe(false);
  expect(set.size).toBe(100_000);
});

test('keys that differ in one bit only are not one key, whichever bit it is', () => {
  const set = new KeySet();
  const near = ['0'.repeat(32), 'f'.repeat(32)];
  for (let bit = 0; bit < 128; bit += 1) near.push((1n << BigInt(bit)).toString(16).padStart(32, '0'));
  for (const key of near) expect(set.add(key)).toBe(true);
  expect(set.size).toBe(130);
  expect(set.has(3n.toString(16).padStart(32, '0'))).toBe(false);
});

test('its bytes are the keys in the order of adding; what came after a place can be appended', () => {
  const set = filled(70_000);
  const first = set.toBuffer();
  expect(first.length).toBe(70_000 * keyBytes);
  expect(first.toString('hex', 0, 3 * keyBytes)).toBe(keys(0, 3).join(''));
  for (const key of keys(70_000, 140_000)) set.add(key);
  const more = set.toBuffer(70_000);
  expect(more.toString('hex', 0, keyBytes)).toBe(keyOf(70_000));
  expect(set.toBuffer(140_000).length).toBe(0);
  const again = KeySet.fromBuffer(Buffer.concat([first, more]));
  expect(again.size).toBe(140_000);
  expect(keys(0, 140_000).every((key) => again.has(key))).toBe(true);
  expect(again.has(keyOf(140_000))).toBe(false);
  expect(again.add(keyOf(140_000))).toBe(true);
  expect(again.add(keyOf(1))).toBe(false);
  expect(again.toBuffer().equals(Buffer.concat([first, more, Buffer.from(keyOf(140_000), 'hex')]))).toBe(
    true,
  );
});

test('an empty set, and bytes that end in the middle of a key', () => {
  expect(new KeySet().toBuffer().length).toBe(0);
  expect(KeySet.fromBuffer(Buffer.alloc(0)).size).toBe(0);
  expect(KeySet.fromBuffer(Buffer.from(`${keyOf(1)}aabb`, 'hex')).size).toBe(1);
});

test.each(['', 'abc', 'g'.repeat(32), `${'0'.repeat(31)}é`, '0'.repeat(33)])('%j is no key', (key) => {
  expect(() => new KeySet().add(key)).toThrowError(/hex digits/);
});
