import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens, renderRecall, withTokens } from '../../../src/core/cards.ts';
import { pack } from '../../../src/core/pack.ts';
import type { EpisodeCard } from '../../../src/schema/operations/recall.ts';
import { eventOf, sessionId } from './recall-events.ts';

const cardOf = (number: number, more: Partial<EpisodeCard> = {}): EpisodeCard =>
  withTokens({
    session: sessionId(number),
    turn: null,
    agent: 'codex',
    actor: 'codex',
    at: 0,
    branch: 'main',
    asked: 'a',
    did: '',
    paths: [],
    outcome: 'ok',
    why: '',
    hits: [{ event: eventOf(number).id, type: 'tool.called', status: 'ok', text: 'x', score: 1 }],
    seen: 1,
    score: 1,
    tokens: 0,
    ...more,
  });

const anyCard = fc
  .record({
    number: fc.integer({ min: 1, max: 6 }),
    asked: fc.string({ unit: 'grapheme', maxLength: 250 }),
    did: fc.string({ maxLength: 250 }),
    why: fc.string({ maxLength: 250 }),
    branch: fc.string({ maxLength: 80 }),
    paths: fc.array(fc.string({ maxLength: 120 }), { maxLength: 6 }),
    score: fc.double({ min: 0, max: 5, noNaN: true }),
    seen: fc.integer({ min: 1, max: 99 }),
  })
  .map(({ number, ...more }) => cardOf(number, more));

describe('pack', () => {
  it('never exceeds budget or limit, and its tokens are those of the answer as it is shown', () => {
    fc.assert(
      fc.property(
        fc.array(anyCard, { maxLength: 15 }),
        fc.integer({ min: 100, max: 3000 }),
        fc.integer({ min: 1, max: 10 }),
        fc.string(),
        (cards, budget, limit, workspace) => {
          const packed = pack(cards, { budget, limit });
          expect(packed.tokens).toBeLessThanOrEqual(budget);
          expect(packed.cards.length).toBeLessThanOrEqual(limit);
          const shown = renderRecall({
            workspace,
            mode: 'lexical',
            cards: packed.cards,
            unindexed: 0,
            note: '',
          });
          if (packed.cards.length > 0) expect(estimateTokens(shown)).toBeLessThanOrEqual(packed.tokens);
          else expect(packed.tokens).toBe(0);
          expect(packed.cards.map((card) => card.score)).toEqual(
            packed.cards.map((card) => card.score).sort((a, b) => b - a),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('has the best card whenever the budget allows for any', () => {
    fc.assert(
      fc.property(
        fc.array(anyCard, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 250, max: 3000 }),
        (cards, budget) => {
          const best = Math.max(...cards.map((card) => card.score));
          expect(pack(cards, { budget, limit: 3 }).cards[0]?.score).toBe(best);
        },
      ),
    );
  });

  it('shortens the best card rather than leaving it out, even in the smallest budget', () => {
    const packed = pack([cardOf(1, { asked: 'a'.repeat(200), did: 'd'.repeat(240), why: 'w'.repeat(240) })], {
      budget: 120,
      limit: 5,
    });
    expect(packed.cards).toHaveLength(1);
    expect(packed.cards[0]?.asked).toBe('');
  });

  it('prefers another session and other paths to more of the same', () => {
    const first = cardOf(1, { score: 1, paths: ['a.ts'] });
    const same = cardOf(1, { score: 0.9, paths: ['a.ts'] });
    const other = cardOf(2, { score: 0.7, paths: ['b.ts'] });
    expect(pack([first, same, other], { budget: 5000, limit: 2 }).cards).toEqual([first, other]);
  });

  it('leaves out what is far worse than the best', () => {
    expect(
      pack([cardOf(1, { score: 1 }), cardOf(2, { score: 0.05 })], { budget: 5000, limit: 5 }).cards,
    ).toHaveLength(1);
  });
});
