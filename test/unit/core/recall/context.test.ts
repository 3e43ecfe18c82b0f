import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ContextInput, interestOf, rankForPrompt } from '../../../../src/core/recall/context.ts';
import { usesOf } from '../../../../src/core/recall/usefulness.ts';
import type { Event } from '../../../../src/schema/event.ts';
import { eventOf, sessionId, turnId } from '../recall-events.ts';

const mine = sessionId(1);
const now = 1_700_000_900_000;
const edit = (seq: number, path: string, more: Partial<Event> = {}): Event =>
  eventOf(seq, {
    type: 'file.edited',
    text: `Edit ${path}`,
    paths: [path],
    session: sessionId(2),
    turn: turnId(seq),
    ...more,
  });

const inputOf = (more: Partial<ContextInput>): ContextInput => ({
  candidates: [],
  terms: [],
  recent: [],
  own: new Set([mine]),
  branch: `br_${'1'.padStart(32, '0')}`,
  now,
  ...more,
});

function order(input: ContextInput, found: Event[]): number[] {
  return rankForPrompt(input, interestOf(input), found).map(({ event }) => event.seq);
}

describe('what is told beside a prompt', () => {
  it('is first what others did to the file that was worked on last', () => {
    const recent = [edit(1, 'src/old.ts', { session: mine }), edit(2, 'src/late.ts', { session: mine })];
    expect(
      order(inputOf({ recent }), [edit(10, 'src/old.ts'), edit(11, 'src/late.ts'), edit(12, 'src/other.ts')]),
    ).toEqual([11, 10]);
  });

  it('follows the words where nothing was worked on yet', () => {
    const found = edit(10, 'src/parser.ts', { text: 'Edit src/parser.ts trailing commas' });
    const input = inputOf({ terms: ['comma'], candidates: [{ event: found, score: 3, matched: ['comma'] }] });
    expect(order(input, [found, edit(11, 'src/parser.ts')])).toEqual([10, 11]);
  });

  it('tells of many files rather than many times of one', () => {
    const recent = [edit(1, 'a.ts', { session: mine }), edit(2, 'b.ts', { session: mine })];
    const found = [edit(10, 'b.ts'), edit(11, 'b.ts'), edit(12, 'b.ts'), edit(13, 'a.ts')];
    expect(order(inputOf({ recent }), found).indexOf(13)).toBe(1);
  });

  it('prefers a noted decision, and a failure, to one more edit', () => {
    const recent = [edit(1, 'a.ts', { session: mine })];
    const noted = edit(10, 'a.ts', { type: 'memory.decided', text: 'we use luxon' });
    const plain = edit(11, 'a.ts');
    const failed = edit(12, 'a.ts', { type: 'tool.called', status: 'failed', text: 'npm test' });
    expect(order(inputOf({ recent }), [plain, failed, noted])).toEqual([10, 12, 11]);
  });

  it('never tells a session of itself, nor what it only read', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            seq: fc.integer({ min: 3, max: 99 }),
            session: fc.constantFrom(mine, sessionId(2), sessionId(3)),
            type: fc.constantFrom('file.edited', 'tool.called', 'turn.replied', 'memory.noted'),
            status: fc.constantFrom('ok' as const, 'failed' as const),
            path: fc.constantFrom('a.ts', 'b.ts'),
          }),
        ),
        (some) => {
          const events = some.map(({ path, seq, ...more }) => edit(seq, path, more));
          const input = inputOf({
            recent: [edit(1, 'a.ts', { session: mine })],
            terms: ['edit'],
            candidates: events.map((event) => ({ event, score: 1, matched: ['edit'] })),
          });
          for (const { event, score } of rankForPrompt(input, interestOf(input), events)) {
            expect(event.session).not.toBe(mine);
            expect(
              event.type === 'turn.replied' || (event.type === 'tool.called' && event.status === 'ok'),
            ).toBe(false);
            expect(score).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});

describe('whether it was of use', () => {
  const card = {
    event: `evt_${'a'.repeat(32)}`,
    session: sessionId(2),
    turn: null,
    agent: 'codex',
    paths: ['src/a.ts'],
    score: 6,
  };
  const told = {
    session: mine,
    at: 1000,
    injected: { channel: 'context' as const, tokens: 100, ms: 5, cards: [card] },
  };

  it.each([
    ['used', eventOf(1, { at: 2000, paths: ['src/a.ts'] })],
    ['used', eventOf(1, { at: 2000, text: `hivemind show ${card.event}` })],
    ['unused', eventOf(1, { at: 2000, paths: ['src/b.ts'] })],
    ['unknown', eventOf(1, { at: 500, paths: ['src/a.ts'] })],
    ['unknown', eventOf(1, { at: 2000, paths: ['src/a.ts'], session: sessionId(5) })],
  ])('%s', (use, event) => {
    expect(usesOf(told, [event])).toEqual([use]);
  });
});
