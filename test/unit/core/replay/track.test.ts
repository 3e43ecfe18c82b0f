import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { lanesOf } from '../../../../src/core/replay/lanes.ts';
import { orderSum } from '../../../../src/core/replay/order-sum.ts';
import { chooseSteps, countOf, eventsAt, findSteps, placeOf } from '../../../../src/core/replay/steps.ts';
import { Track } from '../../../../src/core/replay/track.ts';
import type { OutlinedEvent } from '../../../../src/schema/event.ts';

interface Told {
  writer: string;
  session: string;
  ms: number;
  lateMs: number;
  type: string;
  status: 'ok' | 'failed';
}

const now = Date.UTC(2026, 10, 22);

/** Events as a store has them: of each writer the seqs and the clock go up together. */
function eventsOf(told: readonly Told[]): OutlinedEvent[] {
  const seqs = new Map<string, number>();
  const clocks = new Map<string, number>();
  return told.map(({ writer, session, ms, lateMs, type, status }) => {
    const seq = (seqs.get(writer) ?? 0) + 1;
    seqs.set(writer, seq);
    const clock = Math.max(now + ms, (clocks.get(writer) ?? 0) + 1);
    clocks.set(writer, clock);
    const hlc = `${clock.toString(16).padStart(12, '0')}0000`;
    const actor = { kind: 'agent' as const };
    return {
      writer,
      seq,
      hlc,
      branch: 'b',
      session,
      agent: session,
      actor,
      at: clock - lateMs,
      type,
      status,
    };
  });
}

const told = array(
  record({
    writer: constantFrom('w1', 'w2'),
    session: constantFrom('s1', 's2', 's3'),
    ms: integer({ min: 0, max: 3_600_000 }),
    lateMs: constantFrom(0, 0, 0, 40, 86_400_000, 86_500_000),
    type: constantFrom('turn.prompted', 'file.edited', 'memory.decided'),
    status: constantFrom('ok', 'ok', 'failed'),
  }),
  { maxLength: 60 },
);

function trackOf(events: readonly OutlinedEvent[]): Track {
  const track = new Track();
  for (const event of events) track.add(event, false);
  track.arrange();
  return track;
}

const stepsOf = (track: Track): string[] => {
  const all = chooseSteps(track, { only: [], agents: [], isOwnBoard: false });
  return Array.from({ length: countOf(all) }, (_, number) => {
    const [place] = eventsAt(all, [number]);
    return `${place?.writer} ${place?.seqs[0]}`;
  });
};

const nameOf = ({ writer, seq }: OutlinedEvent): string => `${writer} ${seq}`;

/** Said simply: each session in the order of the log, and time never goes back. */
function expectedOrder(events: readonly OutlinedEvent[]): string[] {
  const clockOf = ({ hlc }: OutlinedEvent): number => Number.parseInt(hlc.slice(0, 12), 16);
  const logged = [...events].sort(
    (a, b) => clockOf(a) - clockOf(b) || (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : a.seq - b.seq),
  );
  const last: Record<string, number> = {};
  const timed = logged.map((event, at) => {
    const isLate = clockOf(event) - event.at > 600_000;
    const time = Math.max(isLate ? event.at : clockOf(event), last[event.session] ?? 0);
    last[event.session] = time;
    return { event, time, at };
  });
  return timed.sort((a, b) => a.time - b.time || a.at - b.at).map(({ event }) => nameOf(event));
}

test('steps stand in the order of the log, and what was brought in late where it happened', () => {
  assert(
    property(told, (all) => {
      const events = eventsOf(all);
      const order = stepsOf(trackOf([...events, ...events.slice(0, 3)].reverse()));
      expect(order).toEqual(expectedOrder(events));
      for (const session of ['s1', 's2', 's3']) {
        const own = new Set(events.filter((event) => event.session === session).map(nameOf));
        expect(order.filter((name) => own.has(name))).toEqual(
          expectedOrder(events.filter((event) => event.session === session)),
        );
      }
    }),
  );
});

test('a track that is followed is the one that is read anew', () => {
  assert(
    property(told, integer({ min: 0, max: 60 }), (all, cut) => {
      const events = eventsOf(all);
      const followed = trackOf(events.slice(0, cut))
        .with(trackOf(events.slice(cut)))
        .with(trackOf([]));
      expect(stepsOf(followed)).toEqual(stepsOf(trackOf(events)));
      const again = followed.with(trackOf(events));
      expect(stepsOf(again)).toEqual(stepsOf(trackOf(events)));
    }),
  );
});

test('what is found is what a look at every step finds', () => {
  const direction = constantFrom('next', 'previous');
  const only = constantFrom([], ['edit'], ['edit', 'failure']);
  assert(
    property(told, integer({ min: -1, max: 60 }), direction, only, (all, from, way, kinds) => {
      const events = eventsOf(all);
      const track = trackOf(events);
      const steps = chooseSteps(track, { only: kinds as never, agents: ['s1', 's2'], isOwnBoard: false });
      const byName = new Map(events.map((event) => [nameOf(event), event]));
      const isEdit = (event?: OutlinedEvent): boolean => event?.type === 'file.edited';
      const chosen = stepsOf(track)
        .map((name) => byName.get(name))
        .filter((event) => event !== undefined && event.session !== 's3')
        .filter(
          (event) =>
            kinds.length === 0 || isEdit(event) || (kinds.length === 2 && event?.status === 'failed'),
        );
      expect(countOf(steps)).toBe(chosen.length);
      const numbers = [...chosen.keys()].filter((number) => isEdit(chosen[number]));
      const expected =
        way === 'next'
          ? numbers.filter((number) => number > from)
          : numbers.filter((number) => from === -1 || number < from).reverse();
      expect([...findSteps(steps, { from, direction: way as 'next', kind: 'edit' })]).toEqual(expected);
    }),
  );
});

test('lanes count every step once, and buckets begin where their time does', () => {
  assert(
    property(told, integer({ min: 1, max: 20 }), (all, buckets) => {
      const events = eventsOf(all);
      const steps = chooseSteps(trackOf(events), { only: [], agents: [], isOwnBoard: false });
      const found = lanesOf(steps, { buckets, most: 2 });
      const sessions = new Set(events.map(({ session }) => session));
      expect([found.total, found.lanes.length]).toEqual([sessions.size, Math.min(2, sessions.size)]);
      for (const lane of found.lanes) {
        const own = events.filter(({ session }) => session === lane.session);
        expect(lane.steps.reduce((a, b) => a + b, 0)).toBe(own.length);
        expect(lane.failures.reduce((a, b) => a + b, 0)).toBe(
          own.filter(({ status }) => status !== 'ok').length,
        );
      }
      expect(found.first.length).toBeLessThanOrEqual(buckets);
      const times = Array.from(
        { length: countOf(steps) },
        (_, number) => steps.track.at[placeOf(steps, number)] ?? 0,
      );
      for (const [bucket, first] of found.first.entries()) {
        const begins = found.from + bucket * found.bucketMs;
        const expected = times.findIndex((at) => at >= begins);
        expect(first).toBe(expected === -1 ? times.length : expected);
      }
    }),
  );
});

test('the sum of an order goes on with its steps, and is another one when one of them stands elsewhere', () => {
  assert(
    property(told, integer({ min: 0, max: 60 }), (all, cut) => {
      const events = eventsOf(all);
      const steps = chooseSteps(trackOf(events), { only: [], agents: [], isOwnBoard: false });
      const [to, from] = [countOf(steps), Math.min(cut, countOf(steps))];
      const whole = orderSum(steps, { from: 0, to, sum: 0 });
      const begun = orderSum(steps, { from: 0, to: from, sum: 0 });
      expect(orderSum(steps, { from, to, sum: begun })).toBe(whole);
      if (to < 2) return;
      const turned = {
        track: steps.track,
        places: Uint32Array.from({ length: to }, (_, at) => (at + 1) % to),
      };
      expect(orderSum(turned, { from: 0, to, sum: 0 })).not.toBe(whole);
    }),
  );
});
