import type { Event } from '../../../src/schema/event.ts';
import type { OutputOf } from '../../../src/schema/operation.ts';
import type { Claim, Decision, PlanItem, Session, Workspace } from '../../../src/schema/records.ts';
import { claimRow, decisionRow, itemRow } from '../../world/rows.ts';

const hex = (value: number, digits = 32): string => value.toString(16).padStart(digits, '0');

export const at0 = Date.UTC(2026, 10, 21, 12, 0, 0);

export const workspaceNamed = (name: string): Workspace => ({
  id: `ws_${hex(1)}`,
  name,
  createdAt: at0,
  store: null,
  repositories: [
    { directory: '/home/me/repo', git: true, rootCommit: null, remotes: ['github.com/me/repo'] },
  ],
});

export const sessionOf = (more: Partial<Session> = {}): Session => ({
  id: `ses_${hex(1)}`,
  agent: 'claude-code',
  nativeId: 'native-1',
  parent: null,
  role: null,
  title: 'Fix the parser',
  cwd: '/home/me/repo',
  model: null,
  branch: `br_${hex(1)}`,
  startedAt: at0,
  lastAt: at0 + 60_000,
  endedAt: null,
  events: 3,
  live: 0,
  failures: 1,
  counts: { 'tool.called': 2, 'turn.prompted': 1 },
  ...more,
});

export const eventOf = (index: number, more: Partial<Event> = {}): Event => ({
  id: `evt_${hex(index + 1)}`,
  delivery: null,
  fact: hex(index + 1),
  workspace: `ws_${hex(1)}`,
  branch: `br_${hex(1)}`,
  session: `ses_${hex(1)}`,
  turn: null,
  agent: 'claude-code',
  writer: `wr_${hex(1)}`,
  seq: index + 1,
  hlc: hex(index + 1, 16),
  parent: null,
  trace: hex(1),
  span: hex(index + 1, 16),
  parentSpan: null,
  actor: { kind: 'agent', name: 'claude-code' },
  at: at0 + index * 1000,
  type: 'tool.called',
  v: 1,
  status: 'ok',
  paths: [],
  text: `npm run step-${index}`,
  body: { tool: 'Bash', input: { command: `npm run step-${index}` }, output: `done ${index}`, exitCode: 0 },
  ...more,
});

/** A page of a session of `total` steps, made by `step`. */
export const replayPage = (
  total: number,
  after: number,
  limit: number,
  step: (index: number) => Event = eventOf,
): OutputOf<'replay.show'> => ({
  workspace: `ws_${hex(1)}`,
  subject: { whole: 'session', title: '', branch: 'main' },
  session: sessionOf({ events: total }),
  children: [sessionOf({ id: `ses_${hex(2)}`, parent: `ses_${hex(1)}`, role: 'general-purpose' })],
  agents: ['claude-code'],
  total,
  order: 'first',
  steps: Array.from({ length: Math.max(0, Math.min(limit, total - after)) }, (_, index) =>
    step(after + index),
  ),
  state: null,
});

export const childSession = `ses_${hex(2)}`;

const record = { createdAt: at0, updatedAt: at0, by: 'ann', event: `evt_${'1'.repeat(32)}`, contested: [] };

export const claimOf = (more: Partial<Claim> = {}): Claim => claimRow({ ...record, ...more });
export const planItemOf = (id: string, more: Partial<PlanItem> = {}): PlanItem =>
  itemRow(`itm_${id.repeat(16)}`, {
    title: 'Move sessions',
    state: 'doing',
    owner: 'planner',
    ...record,
    ...more,
  });
export const decisionOf = (more: Partial<Decision> = {}): Decision =>
  decisionRow('session store', { choice: 'Redis', ...record, ...more });
