import { expect, test } from 'vitest';
import { gapsIn, isLive, usageIn } from '../../../src/core/capture-gaps.ts';
import type { Event } from '../../../src/schema/event.ts';
import { makeEvent as eventAt } from '../../world/events.ts';
import { sessionOf } from './recall-events.ts';

const makeEvent = (given: Partial<Event>): Event => eventAt({ seq: 1, ...given });

const at = 1_700_000_000_000;
const clock = (ms: number): string => `${ms.toString(16).padStart(12, '0')}0000`;
const turn = (n: number): string => `turn_${String(n).padStart(32, '0')}`;
const started = { 'session.started': 1 };
const whole = { ...sessionOf(1), counts: started };

test('an event is live when it came within a minute of happening', () => {
  expect(isLive({ at, hlc: clock(at + 60_000) })).toBe(true);
  expect(isLive({ at, hlc: clock(at + 60_001) })).toBe(false);
  // The clock of the source may be ahead of ours.
  expect(isLive({ at, hlc: clock(at - 5_000) })).toBe(true);
});

test('what events refer to and nothing tells is named', () => {
  const asked = makeEvent({ type: 'turn.prompted', turn: turn(1), at, text: 'why does it fail?' });
  const call = makeEvent({
    seq: 2,
    type: 'tool.called',
    turn: turn(2),
    body: { tool: 'Agent', childSession: 'gone' },
  });
  const cut = makeEvent({
    seq: 3,
    type: 'tool.called',
    turn: turn(2),
    body: { tool: 'Bash', unanswered: true },
  });
  const raw = makeEvent({ seq: 4, type: 'hook.unreadable' });
  const events = [asked, call, cut, raw];
  const later = at + 3_600_000;
  expect(gapsIn({ ...whole, counts: {} }, events, new Set(), later)).toEqual([
    { what: 'how it began', event: null },
    { what: 'the answer to "why does it fail?"', event: asked.id },
    { what: 'what the subagent did that this call started', event: call.id },
    { what: 'the result of Bash', event: cut.id },
    { what: 'a payload that could not be read', event: raw.id },
  ]);
  const reply = makeEvent({ seq: 5, type: 'turn.replied', turn: turn(1) });
  expect(gapsIn(whole, [asked, call, reply], new Set(['gone']), later)).toEqual([]);
  // An agent that is still at it has not failed to answer.
  expect(gapsIn(whole, [asked], new Set(), at + 1000)).toEqual([]);
});

test('tokens and cost are added up, and nothing is made up', () => {
  const tokens = { input: 5, output: 2, cacheRead: 1 };
  expect(usageIn([makeEvent({ body: { message: 'x' } })])).toBe(null);
  expect(
    usageIn([makeEvent({ body: { tokens } }), makeEvent({ body: { tokens: { input: 'many', output: 1 } } })]),
  ).toEqual({
    input: 5,
    output: 3,
    cacheRead: 1,
    cacheWrite: 0,
    costUsd: null,
  });
  expect(
    usageIn([makeEvent({ body: { costUsd: 0.5 } }), makeEvent({ body: { costUsd: 0.25 } })])?.costUsd,
  ).toBe(0.75);
});
