import type { Event } from '../../src/schema/event.ts';

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A whole event with everything but `given` filled in, the same for the same `seq`. */
export function makeEvent(given: Partial<Event> & { seq: number }): Event {
  const { seq } = given;
  const id = `evt_${hex(seq, 32)}`;
  return {
    id,
    delivery: null,
    fact: hex(seq, 32),
    workspace: `ws_${'a'.repeat(32)}`,
    branch: `br_${'a'.repeat(32)}`,
    session: `ses_${'b'.repeat(32)}`,
    turn: null,
    agent: 'claude-code',
    writer: `wr_${'1'.repeat(32)}`,
    hlc: hex(1_700_000_000_000 + seq, 12) + hex(0, 4),
    parent: seq > 1 ? `evt_${hex(seq - 1, 32)}` : null,
    trace: 'b'.repeat(32),
    span: hex(seq, 16),
    parentSpan: 'b'.repeat(16),
    actor: { kind: 'agent', name: 'claude-code' },
    at: 1_700_000_000_000 + seq,
    type: 'tool.called',
    v: 1,
    status: 'ok',
    paths: ['src/parser.ts'],
    text: `step ${seq}`,
    body: { tool: 'Bash' },
    ...given,
  };
}
