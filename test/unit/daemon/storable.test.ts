import { expect, test } from 'vitest';
import { storable } from '../../../src/daemon/storable.ts';
import { Draft } from '../../../src/schema/event.ts';
import { sessionId } from '../../../src/schema/ids.ts';

const draftOf = (given: object): Draft =>
  Draft.parse({
    type: 'turn.replied',
    agent: 'a',
    session: sessionId('a', '1'),
    identity: { content: 'raw \ud800' },
    actor: { kind: 'agent', name: 'a' },
    ...given,
  });

test('half a surrogate pair becomes what UTF-8 can hold; a whole one and an escaped backslash stay', () => {
  const { draft } = storable(
    draftOf({
      text: 'a\ud800b \u{1f600} \\ud800 \\\ud800 \udfff',
      paths: ['p\udc00'],
      body: { 'k\ud800': ['\udbff', 1, null] },
    }),
  );
  expect(draft.text).toBe('a\ufffdb \u{1f600} \\ud800 \\\ufffd \ufffd');
  expect(draft.paths).toEqual(['p\ufffd']);
  expect(draft.body).toEqual({ 'k\ufffd': ['\ufffd', 1, null] });
  // The identity is hashed as it came: the same thing keeps its key.
  expect(draft.identity).toEqual({ content: 'raw \ud800' });
});

test('a draft without any is handed on as it is', () => {
  const whole = draftOf({ text: 'plain', body: { a: { b: ['c'] } } });
  expect(storable(whole).draft).toBe(whole);
});

test('what is too large or too deep is refused with the reason', () => {
  expect(storable(draftOf({ text: 'x'.repeat(4_000_000) })).bytes).toBeGreaterThan(4_000_000);
  expect(() => storable(draftOf({ text: 'x'.repeat(4_200_000) }))).toThrowError(/most is 4194304/);
  let deep: unknown = [];
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(() => storable({ ...draftOf({}), body: { deep } })).toThrowError(/nested too deeply/);
});
