import type { Event } from '../../../src/schema/event.ts';
import type { Session } from '../../../src/schema/records.ts';

const hex = (value: number): string => value.toString(16).padStart(32, '0');

/** An event as the store would give it back: only what a test names differs from a plain reply. */
export const eventOf = (seq: number, more: Partial<Event> = {}): Event => ({
  id: `evt_${hex(seq)}`,
  delivery: null,
  fact: hex(seq),
  workspace: `ws_${hex(1)}`,
  branch: `br_${hex(1)}`,
  session: sessionId(1),
  turn: `trn_${hex(1)}`,
  agent: 'claude-code',
  writer: `wr_${hex(1)}`,
  seq,
  hlc: (1_700_000_000_000 + seq).toString(16).padStart(12, '0').padEnd(16, '0'),
  parent: null,
  trace: hex(1),
  span: '0'.repeat(16),
  parentSpan: null,
  actor: { kind: 'agent', name: 'claude' },
  at: 1_700_000_000_000 + seq * 1000,
  type: 'turn.replied',
  v: 1,
  status: 'ok',
  paths: [],
  text: '',
  body: {},
  ...more,
});

export const sessionId = (number: number): string => `ses_${hex(number)}`;
export const turnId = (number: number): string => `trn_${hex(number)}`;

export const sessionOf = (number: number, more: Partial<Session> = {}): Session => ({
  id: sessionId(number),
  agent: 'claude-code',
  nativeId: null,
  parent: null,
  role: null,
  title: `session ${number}`,
  cwd: null,
  model: null,
  branch: `br_${hex(1)}`,
  startedAt: 1_700_000_000_000,
  lastAt: 1_700_000_000_000 + number * 60_000,
  endedAt: null,
  events: 3,
  live: 1,
  failures: 0,
  counts: {},
  ...more,
});
