import { expect, test } from 'vitest';
import { FoundCache } from '../../../src/store/found-cache.ts';
import type { Found } from '../../../src/store/lance/found-rows.ts';
import { makeEvent } from '../../world/events.ts';
import { range } from '../../world/store.ts';

const rowOf = (id: number, chars: number): Found => ({
  rowId: BigInt(id),
  event: makeEvent({ seq: id, text: 'x'.repeat(chars) }),
  terms: '',
});

test('keeps what is in use, and no more than fits', () => {
  const cache = new FoundCache();
  for (const id of range(1, 10)) cache.put('a', rowOf(id, 10));
  for (const id of range(11, 1_000)) {
    cache.put('a', rowOf(id, 100_000));
    expect(cache.get('a', 3n)?.event.seq).toBe(3);
  }
  expect(cache.get('a', 4n)).toBeUndefined();
  expect(cache.get('a', 1_000n)?.event.text.length).toBe(100_000);
  expect(cache.get('b', 1_000n)).toBeUndefined();
  expect(cache.size).toBeGreaterThan(100);
  expect(cache.size).toBeLessThan(170);
});

test('a row that is too long for it pushes out no other', () => {
  const cache = new FoundCache();
  for (const id of range(1, 10)) cache.put('a', rowOf(id, 10));
  cache.put('a', rowOf(11, 20 << 20));
  expect(cache.get('a', 11n)).toBeUndefined();
  expect(cache.size).toBe(10);
});
