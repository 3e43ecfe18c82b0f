import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findSession,
  joinParts,
  type SessionPart,
  sessions,
  toSession,
} from '../../../src/core/records/session.ts';
import type { Event } from '../../../src/schema/event.ts';
import type { Session } from '../../../src/schema/records.ts';
import { makeEvent } from '../../world/events.ts';

const id = (kind: string, digit: string): string => `${kind}_${digit.repeat(32)}`;
const word = fc.constantFrom('x', 'y', 'z', '', undefined);

/** Events of few sessions whose clocks often agree: what only order could tell apart must not be told apart by arrival. */
const event: fc.Arbitrary<Event> = fc
  .record({
    seq: fc.integer({ min: 1, max: 40 }),
    writer: fc.constantFrom(id('wr', '1'), id('wr', '2')),
    session: fc.constantFrom(id('ses', 'a'), id('ses', 'b')),
    branch: fc.constantFrom(id('br', 'a'), id('br', 'b')),
    agent: fc.constantFrom('claude-code', 'codex', 'hivemind'),
    hlc: fc.integer({ min: 0, max: 3 }).map((time) => `00000000000${time}0000`),
    at: fc.constantFrom(0, 5, 1_700_000_000_000, Number.MAX_SAFE_INTEGER),
    type: fc.constantFrom(
      'session.started',
      'session.ended',
      'session.titled',
      'turn.prompted',
      'turn.replied',
      'tool.called',
      'thing.unheard_of',
    ),
    status: fc.constantFrom('ok' as const, 'failed' as const),
    text: fc.constantFrom('first', 'second', ' ', ''),
    actor: fc.record({
      kind: fc.constantFrom('human' as const, 'agent' as const, 'daemon' as const),
      name: fc.constantFrom('n', 'm'),
    }),
    model: fc.constantFrom('big', 'small', undefined),
    body: fc.record({ title: word, nativeId: word, parentSession: word, role: word, cwd: word, model: word }),
  })
  .map(({ model, actor, ...rest }) =>
    makeEvent({ ...rest, actor: model === undefined ? actor : { ...actor, model } }),
  );

const events = fc.uniqueArray(event, { maxLength: 12, selector: ({ writer, seq }) => `${writer}#${seq}` });

function fold(list: readonly Event[]): Record<string, Session> {
  const parts = new Map<string, SessionPart>();
  for (const one of list) sessions.fold(parts, one);
  return Object.fromEntries([...joinParts(parts.values())].map(([key, record]) => [key, toSession(record)]));
}

describe('session records', () => {
  it('are the same in whatever order the events arrive', () => {
    fc.assert(
      fc.property(
        events.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
          ),
        ),
        ([list, shuffled]) => {
          expect(fold(shuffled)).toEqual(fold(list));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('count what happened', () => {
    fc.assert(
      fc.property(events, (list) => {
        const records = fold(list);
        const counted = list.filter(({ agent }) => agent !== 'hivemind');
        expect(new Set(Object.keys(records))).toEqual(new Set(counted.map(({ session }) => session)));
        for (const [session, record] of Object.entries(records)) {
          const own = counted.filter((one) => one.session === session);
          const times = own.map(({ at }) => at);
          const ends = own.filter(({ type }) => type === 'session.ended').map(({ at }) => at);
          expect(record).toMatchObject({
            id: session,
            events: own.length,
            live: own.filter((one) => Number.parseInt(one.hlc.slice(0, 12), 16) - one.at <= 60_000).length,
            failures: own.filter(({ status, actor }) => status !== 'ok' && actor.kind !== 'daemon').length,
            startedAt: Math.min(...times),
            lastAt: Math.max(...times),
            endedAt: ends.length === 0 ? null : Math.max(...ends),
          });
          for (const [type, count] of Object.entries(record.counts))
            expect(own.filter((one) => one.type === type)).toHaveLength(count);
        }
      }),
    );
  });

  it('take their fields from the first event that says them, their title from the latest that names it', () => {
    const clock = (time: number): string => `00000000000${time}0000`;
    const at = (seq: number, more: Partial<Event>): Event => makeEvent({ seq, hlc: clock(seq), ...more });
    const record = Object.values(
      fold([
        at(1, { type: 'session.started', body: { nativeId: 'n', cwd: '/a', model: 'big' } }),
        at(2, { type: 'session.started', body: { nativeId: 'other', cwd: '/b', role: 'helper' } }),
        at(3, {
          type: 'turn.prompted',
          text: 'the first  question\n',
          actor: { kind: 'human', name: 'dev' },
        }),
        at(4, { type: 'session.titled', body: { title: 'one name' } }),
        at(5, { type: 'session.titled', body: { title: 'a better name' } }),
        at(6, { type: 'turn.prompted', text: 'another question', actor: { kind: 'human', name: 'dev' } }),
        at(7, { actor: { kind: 'agent', name: 'claude-code', model: 'small' } }),
      ]),
    )[0];
    expect(record).toMatchObject({
      nativeId: 'n',
      cwd: '/a',
      role: 'helper',
      model: 'big',
      title: 'a better name',
    });
  });

  it('are found by their id, the end of it, or the agent’s own id, and by nothing shorter', () => {
    const own = { ...sessionOf('abc123'), nativeId: 'native-1' };
    const all = [sessionOf('def456'), own];
    for (const wanted of [own.id, 'abc123', `ses_${'abc123'}`, 'native-1'])
      expect(findSession(all, wanted), wanted).toBe(own);
    for (const wanted of ['c123', '', 'native', 'abc124']) expect(findSession(all, wanted)).toBeUndefined();
  });
});

const sessionOf = (tail: string): Session => {
  const session = `ses_${tail.padStart(32, '0')}`;
  const [record] = Object.values(fold([makeEvent({ seq: 1, session })]));
  if (record === undefined) throw new Error('an event makes a session');
  return record;
};
