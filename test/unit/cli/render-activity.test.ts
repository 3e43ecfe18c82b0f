import { describe, expect, test } from 'vitest';
import { chartCells, renderActivity } from '../../../src/cli/render/activity.ts';
import { renderBranchGraph } from '../../../src/cli/render/branch-graph.ts';
import { plainPaint } from '../../../src/cli/render/paint.ts';
import { asciiGlyphs, bar, blockGlyphs, merged, sparkline } from '../../../src/cli/render/spark.ts';
import { isAsciiOnly, type View } from '../../../src/cli/render/view.ts';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { OutputOf } from '../../../src/schema/operation.ts';
import { at0 } from './records.ts';

const HOUR = 3_600_000;
const HOSTILE = 'a\u001b[2Jb\u009b1m\u202ec\nd';
const viewOf = (width: number, ascii = false): View => ({
  paint: plainPaint,
  now: at0 + 60 * HOUR,
  width,
  ascii,
});

const activityOf = (
  width: number,
  more: Partial<OutputOf<'stats.activity'>> = {},
): OutputOf<'stats.activity'> => {
  const buckets = chartCells(width);
  const wave = (height: number): number[] =>
    Array.from({ length: buckets }, (_, at) =>
      Math.round((Math.sin(at / 3) + 1) * height * (at % 7 === 3 ? 0 : 1)),
    );
  const usage = { input: 1_234_567, output: 45_678, cacheRead: 9_876_543, cacheWrite: 12, costUsd: 1.5 };
  return {
    workspace: 'shop',
    branch: 'main',
    from: at0,
    to: at0 + 48 * HOUR,
    bucketMs: Math.ceil((48 * HOUR) / buckets),
    events: 12_345,
    agents: [
      { agent: 'claude-code', sessions: 12, events: wave(90), failures: wave(3), usage },
      { agent: 'codex', sessions: 3, events: wave(8), failures: wave(0), usage: null },
    ],
    tools: [
      { tool: 'Bash', calls: 4_321, failed: 512, rejected: 3 },
      { tool: 'Read', calls: 900, failed: 0, rejected: 0 },
      { tool: 'mcp__tracker__search_issues', calls: 12, failed: 12, rejected: 0 },
    ],
    files: [
      {
        path: 'src/store/event-store.ts',
        edits: wave(9),
        reads: 40,
        failures: 2,
        agents: ['claude-code', 'codex'],
      },
      {
        path: `packages/${'very-'.repeat(12)}deep/file.ts`,
        edits: wave(2),
        reads: 1,
        failures: 0,
        agents: ['codex'],
      },
    ],
    usage,
    ...more,
  };
};

describe.each([80, 200])('at %i columns', (width) => {
  test('the pictures are as they were', () => {
    const text = renderActivity(activityOf(width), viewOf(width));
    expect(text).toMatchSnapshot();
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test('where there is ASCII only there is nothing else', () => {
    const text = renderActivity(activityOf(width, { files: [] }), viewOf(width, true));
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('names from outside are inert and do not break the lines', () => {
    const [first] = activityOf(width).agents;
    const [file] = activityOf(width).files;
    if (first === undefined || file === undefined) throw new Error('there is nothing to show');
    const text = renderActivity(
      activityOf(width, {
        workspace: HOSTILE,
        agents: [{ ...first, agent: HOSTILE.repeat(40) }],
        tools: [{ tool: HOSTILE.repeat(40), calls: 1, failed: 1, rejected: 0 }],
        files: [{ ...file, path: `${HOSTILE}日本語`.repeat(40), agents: [HOSTILE.repeat(9)] }],
      }),
      viewOf(width),
    );
    for (const sign of ['\u001b', '\u009b', '\u202e']) expect(text).not.toContain(sign);
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });
});

test('what no agent says is not said, and is not nothing', () => {
  const text = renderActivity(activityOf(80), viewOf(80));
  expect(text).toMatch(/codex +not said +not said +not said +not said +not said/);
  expect(text).toContain('$1.50');
});

test('nothing captured in the time says what to type', () => {
  expect(
    renderActivity(activityOf(80, { events: 0, agents: [], tools: [], files: [] }), viewOf(80)),
  ).toContain('hivemind stats --since');
});

test('small pictures: anything above nothing is seen, the greatest is full', () => {
  expect(sparkline([0, 1, 500, 1_000], blockGlyphs).join('')).toBe(' ▁▄█');
  expect(sparkline([0, 1, 1_000], asciiGlyphs).join('')).toBe(' .@');
  expect(bar(0, 4, blockGlyphs)).toBe('');
  expect(bar(0.0001, 4, blockGlyphs)).toBe('▏');
  expect(bar(1, 4, blockGlyphs)).toBe('████');
  expect(bar(0.5, 4, asciiGlyphs)).toBe('##');
  expect(merged([1, 2, 3, 4, 5], 2)).toEqual([6, 9]);
});

test('the locale says whether there is ASCII only', () => {
  expect(isAsciiOnly({})).toBe(false);
  expect(isAsciiOnly({ LANG: 'en_US.UTF-8' })).toBe(false);
  expect(isAsciiOnly({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe(true);
});

const graphOf = (): OutputOf<'branch.graph'> => {
  const node = (
    name: string,
    parent: string | null,
    forkedAt: number | null,
    lastAt: number,
    agent: string | null = null,
  ) => ({
    id: `br_${name}`,
    name,
    parent: parent === null ? null : `br_${parent}`,
    agent,
    forkedAt: forkedAt === null ? null : at0 + forkedAt * HOUR,
    lastAt: at0 + lastAt * HOUR,
    deletedAt: null,
    events: 1_234,
  });
  return {
    workspace: 'shop',
    current: 'br_main',
    branches: [
      node('main', null, null, 50),
      node('run-42/planner', 'main', 5, 40, 'claude-code'),
      node('run-42/tester', 'run-42/planner', 20, 30, 'codex'),
      node('spike', 'main', 10, 58),
    ],
    merges: [
      {
        event: 'evt_1',
        source: 'br_run-42/tester',
        into: 'br_run-42/planner',
        at: at0 + 35 * HOUR,
        by: 'ann',
      },
      { event: 'evt_2', source: 'br_run-42/planner', into: 'br_main', at: at0 + 45 * HOUR, by: 'ann' },
    ],
    total: 4,
  };
};

test.each([80, 200])('the graph of branches at %i columns is as it was', (width) => {
  const text = renderBranchGraph(graphOf(), viewOf(width));
  expect(text).toMatchSnapshot();
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
});

test('the graph in ASCII, with names from outside', () => {
  const graph = graphOf();
  const text = renderBranchGraph(
    { ...graph, branches: graph.branches.map((branch) => ({ ...branch, name: `${HOSTILE}${branch.name}` })) },
    viewOf(80, true),
  );
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(text).toMatchSnapshot();
});
