import { describe, expect, test } from 'vitest';
import { episodes, type Ranked, withChanges } from '../../../../src/core/recall/episodes.ts';
import type { Event } from '../../../../src/schema/event.ts';
import { eventOf, sessionId, turnId } from '../recall-events.ts';

const ranked = (event: Event, score: number): Ranked => ({ event, score, coverage: 1, seen: 1 });
const inTurn = (turn: number, seq: number, more: Partial<Event> = {}): Event =>
  eventOf(seq, { turn: turnId(turn), text: `event ${'abcdefghijklmnopqrst'[seq % 20]}${turn}`, ...more });
const edit = (turn: number, seq: number): Event =>
  inTurn(turn, seq, { type: 'file.edited', paths: [`src/${seq}.ts`] });
const keyOf = (turn: number): string => `${sessionId(1)}|${turnId(turn)}`;
const everything = (): boolean => true;
const idsOf = (list: readonly Ranked[]): string[] => list.map(({ event }) => event.id);

describe('edits of the best turns that no word has found', () => {
  const prompt = inTurn(1, 1, { type: 'turn.prompted' });
  const known = edit(1, 2);
  const more = [edit(1, 3), edit(1, 4)];
  const best = episodes([ranked(prompt, 1), ranked(known, 0.4), ranked(inTurn(2, 9), 0.5)]);
  const around = new Map([[keyOf(1), [prompt, known, ...more, inTurn(1, 5)]]]);

  test('come after what was found best, and before what is worth less', () => {
    const [first] = withChanges(best, around, everything, 0.8);
    expect(idsOf(first?.ranked ?? [])).toEqual(idsOf([prompt, ...more, known].map((one) => ranked(one, 0))));
    expect(first?.ranked.map(({ score }) => score)).toEqual([1, 0.8, 0.8, 0.4]);
    expect(first?.score).toBeCloseTo(1 + 0.4 + 0.2);
  });

  test('are not taken where the question does not let them through, nor twice', () => {
    const [first] = withChanges(best, around, ({ id }) => id !== more[0]?.id, 0.8);
    expect(idsOf(first?.ranked ?? [])).toEqual([prompt.id, more[1]?.id, known.id]);
    const again = withChanges(withChanges(best, around, everything), around, everything);
    expect(again[0]?.ranked).toHaveLength(4);
  });

  test('a turn that changed something may come before one that was found a little better', () => {
    const close = episodes([ranked(inTurn(2, 9), 1), ranked(prompt, 0.9)]);
    expect(close.map(({ key }) => key)).toEqual([keyOf(2), keyOf(1)]);
    expect(withChanges(close, around, everything).map(({ key }) => key)).toEqual([keyOf(1), keyOf(2)]);
  });

  test('of three turns, ten each, and what is ranked besides stays as it is', () => {
    const turns = [1, 2, 3, 4];
    const list = episodes(turns.map((turn) => ranked(inTurn(turn, turn), 1 - turn / 10)));
    const many = new Map(
      turns.map((turn) => [keyOf(turn), Array.from({ length: 12 }, (_, at) => edit(turn, 20 * turn + at))]),
    );
    const changed = withChanges(list, many, everything);
    expect(changed.map(({ ranked: all }) => all.length)).toEqual([11, 11, 11, 1]);
    expect(withChanges(list, new Map(), everything)).toEqual(list);
    expect(withChanges([], many, everything)).toEqual([]);
  });
});
