import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../src/core/recall/base.ts';
import { episodes } from '../../../src/core/recall/episodes.ts';
import { rank } from '../../../src/core/recall.ts';
import { queryTerms } from '../../../src/core/tokenize.ts';
import type { Event } from '../../../src/schema/event.ts';
import { eventOf, sessionId, turnId } from './recall-events.ts';

const now = 1_700_000_100_000;
const candidate = (event: Event, score: number, cosine?: number): Candidate => ({
  event,
  score,
  ...(cosine === undefined ? {} : { cosine }),
});
const ask = (query: string, candidates: Candidate[], more: Partial<Parameters<typeof rank>[0]> = {}) =>
  rank({ query, terms: queryTerms(query), candidates, now, ...more });
const order = (query: string, candidates: Candidate[], more = {}): number[] =>
  ask(query, candidates, more).map((one) => one.event.seq);

/** Events of sessions of their own, so that only what a test is about makes a difference. */
const alone = (seq: number, more: Partial<Event>): Event =>
  eventOf(seq, { session: sessionId(seq), turn: turnId(seq), ...more });

describe('rank', () => {
  it('returns nothing for nothing', () => {
    expect(ask('parser', [])).toEqual([]);
  });

  it('mixes words and meaning, each measured by its best', () => {
    const both = alone(1, { text: 'the parser test fails', at: 0 });
    const words = alone(2, { text: 'parser test', at: 0 });
    const meant = alone(3, { text: 'grammar check is red', at: 0 });
    const found = [candidate(words, 30, 0.2), candidate(both, 25, 0.8), candidate(meant, 0, 0.75)];
    expect(order('parser test', found)).toEqual([1, 2, 3]);
  });

  it('leaves out what is neither near in words nor in meaning', () => {
    const near = alone(1, { text: 'grammar check is red', at: 0 });
    const far = alone(2, { text: 'nothing of the kind', at: 0 });
    expect(order('parser test', [candidate(near, 0, 0.7), candidate(far, 0, 0.3)])).toEqual([1]);
  });

  it('prefers what came shortly before the moment that is asked about, and whoever wrote the line', () => {
    const day = 86_400_000;
    const text = 'parser rewrite';
    const anchor = { at: now - 10 * day, paths: ['src/parser.ts'], line: '  return tokens.flat();' };
    const shortly = alone(1, { text, at: now - 10.1 * day });
    const long = alone(2, { text, at: now - 30 * day });
    const why = (events: Event[], at = anchor) =>
      ask(
        'parser rewrite',
        events.map((event) => candidate(event, 5)),
        { anchor: at },
      ).map((one) => one.event.seq);
    expect(why([long, shortly])).toEqual([1, 2]);
    const wrote = alone(3, {
      type: 'file.edited',
      text: `Edit src/parser.ts parser rewrite\n  return tokens.flat();`,
      paths: ['src/parser.ts'],
      at: now - 14 * day,
    });
    expect(why([shortly, wrote])[0]).toBe(3);
  });

  it('takes a score that is no number for the lowest', () => {
    const list = [
      candidate(alone(1, { text: 'parser' }), Number.NaN),
      candidate(alone(2, { text: 'parser' }), 1),
    ];
    expect(order('parser', list)).toEqual([2, 1]);
  });

  it('takes an event once when words and meaning both have it', () => {
    const event = alone(1, { text: 'parser' });
    expect(order('parser', [candidate(event, 2), candidate(event, 0, 0.9)])).toEqual([1]);
  });

  it('lifts what stands beside other matches of its session', () => {
    const beside = eventOf(11, { session: sessionId(9), turn: turnId(9), text: 'parser rewrite' });
    const neighbour = eventOf(10, {
      session: sessionId(9),
      turn: turnId(9),
      text: 'parser rewrite of today',
    });
    const lone = alone(50, { text: 'parser rewrite' });
    expect(
      order('parser rewrite', [candidate(lone, 5), candidate(beside, 5), candidate(neighbour, 5)]).at(-1),
    ).toBe(50);
  });

  it('does not take events of another writer for neighbours', () => {
    const foreign = { writer: `wr_${'f'.repeat(32)}` };
    const mates = [eventOf(10, { text: 'parser a' }), eventOf(11, { text: 'parser b', ...foreign })];
    const near = [eventOf(10, { text: 'parser a' }), eventOf(11, { text: 'parser b' })];
    const scoreOf = (events: Event[]) =>
      ask(
        'parser',
        events.map((event) => candidate(event, 5)),
      )[0]?.score ?? 0;
    expect(scoreOf(near)).toBeGreaterThan(scoreOf(mates));
  });

  it('prefers the newer of equals, the same branch, and others to oneself', () => {
    const old = alone(1, { text: 'parser', at: now - 60 * 86_400_000 });
    const fresh = alone(2, { text: 'parser', at: now });
    expect(order('parser', [candidate(old, 5), candidate(fresh, 5)])).toEqual([2, 1]);
    const branch = `br_${'b'.repeat(32)}`;
    const here = alone(3, { text: 'parser', branch, at: 0 });
    const there = alone(2, { text: 'parser', at: 0 });
    expect(order('parser', [candidate(there, 5), candidate(here, 5)], { branch })).toEqual([3, 2]);
    expect(order('parser', [candidate(there, 5), candidate(here, 5)], { session: sessionId(3) })).toEqual([
      2, 3,
    ]);
  });

  it('prefers failures when the question is about one, and only then', () => {
    const fine = alone(1, { text: 'parser test', at: 0 });
    const failed = alone(2, { text: 'parser test', status: 'failed', at: 0 });
    expect(order('why did the parser test fail', [candidate(fine, 5), candidate(failed, 5)])).toEqual([2, 1]);
    expect(order('parser test', [candidate(fine, 5), candidate(failed, 5)])).toEqual([1, 2]);
  });

  it('prefers events that touch a path which the question names', () => {
    const text = 'changed recall';
    const other = alone(1, { text, paths: ['src/cli/recall.ts'], at: 0 });
    const named = alone(2, { text, paths: ['/home/dev/repo/src/core/recall.ts'], at: 0 });
    expect(order('what changed in core/recall.ts', [candidate(other, 5), candidate(named, 5)])).toEqual([
      2, 1,
    ]);
  });

  it('prefers an error message word for word', () => {
    const words = alone(1, { text: 'property cannot read undefined of', at: 0 });
    const exact = alone(2, { text: 'TypeError: Cannot read property of undefined (x.ts:3)', at: 0 });
    expect(order('cannot read property of undefined', [candidate(words, 5), candidate(exact, 5)])).toEqual([
      2, 1,
    ]);
  });

  it('does not take the question, or an earlier recall of it, for an answer', () => {
    const query = 'why does the parser fail on unicode';
    const asked = alone(1, { type: 'turn.prompted', text: 'Why does the parser fail on Unicode?' });
    const recalled = alone(2, {
      type: 'tool.called',
      text: `Bash hivemind recall "${query}"`,
      body: { tool: 'Bash' },
    });
    const answer = alone(3, { text: 'the parser fails on unicode because the regex has no u flag' });
    expect(order(query, [candidate(asked, 20), candidate(recalled, 15), candidate(answer, 6)])).toEqual([3]);
  });

  it('says nothing when the candidates have only the common words of the question', () => {
    const noise = [1, 2, 3, 4].map((seq) => candidate(alone(seq, { text: `error in module ${seq}` }), 5));
    expect(order('kubernetes ingress certificate error', noise)).toEqual([]);
    expect(order('error', noise)).toHaveLength(4);
  });

  it('counts what the turn says together, in whichever of its events', () => {
    const parts = ['ingress notes', 'certificate expired', 'kubernetes restarted'].map((text, index) =>
      candidate(eventOf(index + 1, { text }), 5),
    );
    expect(ask('kubernetes ingress certificate', parts).map((one) => one.coverage)).toEqual([1, 1, 1]);
  });

  it('is the same for any order of the candidates, never invents one, and has finite scores', () => {
    const events = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }).chain((seqs) =>
      fc.tuple(
        ...seqs.map((seq) =>
          fc.record({
            event: fc
              .record({
                text: fc.oneof(fc.lorem(), fc.string()),
                session: fc.constantFrom(sessionId(1), sessionId(2)),
              })
              .map((more) => eventOf(seq, more)),
            score: fc.oneof(fc.double({ min: 0, max: 50, noNaN: true }), fc.constant(Number.NaN)),
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(events, fc.lorem({ maxCount: 4 }), (candidates, query) => {
        const ranked = ask(query, candidates);
        expect(ask(query, [...candidates].reverse())).toEqual(ranked);
        const ids = new Set(candidates.map((one) => one.event.id));
        for (const one of ranked) {
          expect(ids.delete(one.event.id)).toBe(true);
          expect(Number.isFinite(one.score)).toBe(true);
          expect(one.coverage).toBeGreaterThan(0);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('episodes', () => {
  const ranked = (event: Event, score: number) => ({ event, score, coverage: 1, seen: 1 });

  it('groups by session and turn, best first', () => {
    const list = episodes([
      ranked(eventOf(1, { turn: turnId(1), text: 'a' }), 1),
      ranked(eventOf(2, { turn: turnId(2), text: 'b' }), 0.9),
      ranked(eventOf(3, { turn: turnId(2), text: 'c' }), 0.8),
      ranked(eventOf(4, { session: sessionId(2), turn: turnId(2), text: 'd' }), 0.1),
    ]);
    expect(list.map((one) => [one.session, one.turn, one.ranked.length])).toEqual([
      [sessionId(1), turnId(2), 2],
      [sessionId(1), turnId(1), 1],
      [sessionId(2), turnId(2), 1],
    ]);
    expect(list[0]?.score).toBeCloseTo(0.9 + 0.4);
  });

  it('keeps events without a turn apart', () => {
    const list = episodes([
      ranked(eventOf(1, { turn: null, text: 'a' }), 1),
      ranked(eventOf(2, { turn: null, text: 'b' }), 1),
    ]);
    expect(list).toHaveLength(2);
  });

  it('collapses what says the same, whatever numbers and hashes are in it, and counts it', () => {
    const run = (seq: number, text: string, more: Partial<Event> = {}) =>
      ranked(alone(seq, { type: 'tool.called', status: 'failed', text, ...more }), 1 / seq);
    const list = episodes([
      run(1, 'npm test\n3 failed in 12.4s at 4f5e9b0c'),
      run(2, 'npm test\n3 failed in 9.1s at 99aabb11'),
      run(3, 'npm test\n3 failed in 10s at 0011ccdd'),
      run(4, 'npm test\n3 failed in 10s at 0011ccdd', { status: 'ok' }),
    ]);
    expect(list.map((one) => [one.ranked[0]?.event.seq, one.ranked[0]?.seen])).toEqual([
      [1, 3],
      [4, 1],
    ]);
  });
});
