import { expect, test } from 'vitest';
import { embeddedText, isEmbedded, likeness } from '../../../src/core/embed-text.ts';

const event = (type: string, text: string, agent = 'claude-code') => ({ type, text, agent });

test.each([
  'turn.prompted',
  'turn.replied',
  'tool.called',
  'file.edited',
  'session.compacted',
  'memory.noted',
  'plan.added',
])('%s is embedded', (type) => expect(embeddedText(event(type, ' some text '))).toBe('some text'));

test.each(['session.started', 'branch.created', 'claim.taken', 'memory', 'planet.seen', 'merge.committed'])(
  '%s is not',
  (type) => expect(isEmbedded(event(type, ''))).toBe(false),
);

test('what the daemon says itself is not embedded, nor what says nothing', () => {
  expect(embeddedText(event('turn.replied', 'some text', 'hivemind'))).toBeNull();
  expect(embeddedText(event('turn.replied', ' \n '))).toBeNull();
});

test('of a long text the beginning; of a tool call the end as well', () => {
  const long = `begin ${'x'.repeat(10_000)} end`;
  const reply = embeddedText(event('turn.replied', long)) ?? '';
  expect(reply).toHaveLength(2000);
  expect(reply.startsWith('begin')).toBe(true);
  const call = embeddedText(event('tool.called', long)) ?? '';
  expect(call.length).toBeLessThan(2010);
  expect(call.startsWith('begin')).toBe(true);
  expect(call.endsWith('end')).toBe(true);
});

test('no half of a character is sent', () => {
  const text = `${'x'.repeat(1999)}🦀 and more`;
  expect(embeddedText(event('turn.replied', text))?.isWellFormed()).toBe(true);
});

test('alike are texts that differ in space, case, hashes and long numbers', () => {
  expect(likeness('Built  A1B2C3D4E5 at 1700000000123')).toBe(likeness('built 9f8e7d6c5b\nat 1800000000999'));
  for (const [one, other] of [
    ['error 404', 'error 500'],
    ['issue 1201', 'issue 1202'],
    ['defaced', 'effaced'],
    ['v1.2', 'v1.3'],
  ])
    expect(likeness(one ?? '')).not.toBe(likeness(other ?? ''));
});
