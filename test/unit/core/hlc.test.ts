import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hlcMs, maxSkewMs, observe, tick, zeroHlc } from '../../../src/core/hlc.ts';

const ms = fc.integer({ min: 0, max: 2 ** 42 });
const hlc = fc
  .tuple(ms, fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xfffe, 0xffff)))
  .map(([time, counter]) => time.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0'));

describe('the hybrid logical clock', () => {
  it('always moves on, and keeps up with the wall clock', () => {
    fc.assert(
      fc.property(hlc, ms, (last, now) => {
        const next = tick(last, now);
        expect(next).toMatch(/^[0-9a-f]{16}$/);
        expect(next > last).toBe(true);
        expect(hlcMs(next)).toBeGreaterThanOrEqual(now);
      }),
    );
  });

  it('moves on while the wall clock stands still or goes back, past the end of the counter', () => {
    let clock = tick(zeroHlc, 1000);
    for (let step = 0; step < 0x10000 + 10; step += 1) {
      const next = tick(clock, 1000 - (step % 7));
      if (next <= clock) throw new Error(`${next} does not come after ${clock}`);
      clock = next;
    }
    expect(hlcMs(clock)).toBe(1001);
  });

  it('is never less than what it was, nor than what it saw of a clock that can be trusted', () => {
    fc.assert(
      fc.property(hlc, hlc, ms, (last, seen, now) => {
        const after = observe(last, seen, now);
        expect(after).toMatch(/^[0-9a-f]{16}$/);
        expect(after >= last).toBe(true);
        if (hlcMs(seen) <= now + maxSkewMs) expect(after >= seen).toBe(true);
      }),
    );
  });

  it('is not dragged away by a clock that is far ahead', () => {
    fc.assert(
      fc.property(hlc, fc.integer({ min: 1, max: 2 ** 30 }), ms, (last, ahead, now) => {
        const seen = (now + maxSkewMs + ahead).toString(16).padStart(12, '0').padEnd(16, '0');
        const after = observe(last, seen, now);
        // One millisecond at the most, when the counter is full.
        expect(hlcMs(after)).toBeLessThanOrEqual(hlcMs(last) + 1);
      }),
    );
  });

  it('keeps the order of one writer and of what it saw, over any run of both', () => {
    const step = fc.oneof(fc.record({ now: ms }), fc.record({ now: ms, seen: hlc }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        let clock = zeroHlc;
        let trusted = zeroHlc;
        for (const { now, ...more } of steps) {
          if ('seen' in more) {
            clock = observe(clock, more.seen, now);
            if (hlcMs(more.seen) <= now + maxSkewMs && more.seen > trusted) trusted = more.seen;
          } else {
            const before = clock;
            clock = tick(clock, now);
            expect(clock > before && clock > trusted).toBe(true);
          }
        }
      }),
    );
  });
});
