import { expect, test } from 'vitest';
import { ReplacedNotes } from '../../../src/core/records/replaced-notes.ts';
import { Scope } from '../../../src/core/scope.ts';
import type { FoldedEvent } from '../../../src/schema/event.ts';

const replacing = (seq: number, event: string, by: string | null, branch = 'main'): FoldedEvent =>
  ({
    id: `evt_${seq}`,
    hlc: String(seq).padStart(16, '0'),
    at: seq,
    branch,
    writer: 'w',
    seq,
    actor: { kind: 'human', name: 'anna' },
    type: 'memory.replaced',
    body: { event, by },
  }) as unknown as FoldedEvent;

const seeing = (...branches: string[]): Scope => {
  const scope = new Scope();
  for (const branch of branches) scope.add(branch, null);
  return scope;
};

test('what was said last of a note counts, in whatever order it came, and only where it is seen', () => {
  const events = [replacing(1, 'a', 'b'), replacing(2, 'a', null, 'side'), replacing(3, 'b', 'c')];
  for (const order of [events, [...events].reverse()]) {
    const notes = new ReplacedNotes();
    for (const event of order) notes.fold(event);
    for (const one of [notes, ReplacedNotes.of(JSON.parse(JSON.stringify(notes)))]) {
      expect(one.seenFrom(seeing('main'), 'a')).toMatchObject({ by: 'b', who: 'anna' });
      expect(one.seenFrom(seeing('main', 'side'), 'a')?.by).toBeNull();
      expect(one.seenFrom(seeing('side'), 'b')).toBeNull();
      expect(one.before(seeing('main'), 'c').map(({ event }) => event)).toEqual(['b', 'a']);
    }
  }
});

test('notes that took the place of each other end somewhere, and what is no such event is passed by', () => {
  const notes = new ReplacedNotes();
  for (const event of [replacing(1, 'a', 'b'), replacing(2, 'b', 'a')]) notes.fold(event);
  notes.fold({ ...replacing(3, 'c', 'd'), type: 'memory.noted' });
  notes.fold({ ...replacing(4, 'c', 'd'), body: { event: 7 } });
  expect(notes.before(seeing('main'), 'a').map(({ event }) => event)).toEqual(['b', 'a']);
  expect(notes.seenFrom(seeing('main'), 'c')).toBeNull();
});
