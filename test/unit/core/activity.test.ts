import { expect, test } from 'vitest';
import { bucketLength, createActivity } from '../../../src/core/activity.ts';
import { BoundedMap } from '../../../src/core/bounded-map.ts';
import type { CountedEvent } from '../../../src/schema/event.ts';

const range = { from: 1_000_000, to: 1_010_000, bucketMs: 1_000 };

const eventOf = (more: Partial<CountedEvent> & { seq: number }): CountedEvent => ({
  session: 'ses_a',
  agent: 'claude-code',
  at: range.from,
  type: 'tool.called',
  status: 'ok',
  paths: [],
  writer: 'wr_a',
  actor: { kind: 'agent' },
  body: { tool: 'Bash' },
  ...more,
});

const count = (...events: CountedEvent[]) => {
  const activity = createActivity(range);
  for (const event of events) activity.add(event);
  return activity.result(10);
};

test('events fall into the bucket of their time, failures of calls are counted apart', () => {
  const { agents, events, tools } = count(
    eventOf({ seq: 1, at: range.from }),
    eventOf({ seq: 2, at: range.from + 999, status: 'failed' }),
    eventOf({ seq: 3, at: range.to - 1, status: 'rejected' }),
    eventOf({ seq: 4, at: range.to }),
    eventOf({ seq: 5, at: range.from - 1 }),
    eventOf({ seq: 6, at: range.from + 5_000, type: 'turn.prompted', session: 'ses_b', body: {} }),
  );
  expect(events).toBe(4);
  expect(agents).toEqual([
    {
      agent: 'claude-code',
      sessions: 2,
      events: [2, 0, 0, 0, 0, 1, 0, 0, 0, 1],
      failures: [1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      usage: null,
    },
  ]);
  expect(tools).toEqual([{ tool: 'Bash', calls: 3, failed: 1, rejected: 1 }]);
});

test('neither the daemon nor git is anybody, and a reading of the daemon is not counted as work', () => {
  const { events } = count(
    eventOf({ seq: 1, agent: 'hivemind' }),
    eventOf({ seq: 2, agent: 'git' }),
    eventOf({ seq: 3, type: 'memory.attempted', actor: { kind: 'daemon' } }),
  );
  expect(events).toBe(0);
});

test('what is not said is null, and cost is said only by those who say it', () => {
  const { agents, usage } = count(
    eventOf({ seq: 1, agent: 'codex', body: { tool: 'Bash' } }),
    eventOf({
      seq: 2,
      agent: 'claude-code',
      type: 'turn.replied',
      body: { tokens: { input: 3, output: 4 } },
    }),
    eventOf({
      seq: 3,
      agent: 'claude-code',
      type: 'turn.measured',
      body: { tokens: { cacheRead: 7, output: 'x' } },
    }),
    eventOf({ seq: 4, agent: 'gemini-cli', type: 'turn.measured', body: { costUsd: 0.5 } }),
  );
  const byName = Object.fromEntries(agents.map((agent) => [agent.agent, agent.usage]));
  expect(byName).toEqual({
    codex: null,
    'claude-code': { input: 3, output: 4, cacheRead: 7, cacheWrite: 0, costUsd: null },
    'gemini-cli': { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, costUsd: 0.5 },
  });
  expect(usage).toEqual({ input: 3, output: 4, cacheRead: 7, cacheWrite: 0, costUsd: 0.5 });
});

test('files: edits by time, reads and failures, those edited most first', () => {
  const { files } = count(
    eventOf({ seq: 1, paths: ['b.ts', 'b.ts'], body: { tool: 'Read' } }),
    eventOf({ seq: 2, paths: ['b.ts'], status: 'failed', agent: 'codex', body: { tool: 'Edit' } }),
    eventOf({ seq: 3, paths: ['a.ts'], type: 'file.edited', at: range.from + 3_000, body: { tool: 'Edit' } }),
  );
  expect(files).toEqual([
    { path: 'a.ts', edits: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0], reads: 0, failures: 0, agents: ['claude-code'] },
    { path: 'b.ts', edits: new Array(10).fill(0), reads: 2, failures: 1, agents: ['claude-code', 'codex'] },
  ]);
});

test('buckets hold the whole time and are never shorter than a second', () => {
  expect(bucketLength(0, 100, 48)).toBe(1_000);
  expect(bucketLength(0, 100_001, 10) * 10).toBeGreaterThanOrEqual(100_001);
});

test('of more names than are kept those with the most weight stay', () => {
  const counts = new BoundedMap<{ name: string; weight: number }>(3, ({ weight }) => weight);
  for (let at = 0; at < 100; at += 1) {
    const name = `n${at}`;
    counts.at(name, () => ({ name, weight: at === 0 ? 1_000 : 1 }));
  }
  expect(counts.values().length).toBeLessThanOrEqual(6);
  expect(counts.values().map(({ name }) => name)).toContain('n0');
});
