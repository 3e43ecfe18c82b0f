import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  renderBranchCreated,
  renderBranchDiff,
  renderBranchesPruned,
  renderBranchList,
} from '../../../src/cli/render/branch.ts';
import { renderMemory } from '../../../src/cli/render/memory.ts';
import { renderMerge, renderMergeStatus, renderQuit } from '../../../src/cli/render/merge.ts';
import { colourPaint, plainPaint } from '../../../src/cli/render/paint.ts';
import { renderPlan } from '../../../src/cli/render/plan.ts';
import type { View } from '../../../src/cli/render/view.ts';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { OutputOf } from '../../../src/schema/operation.ts';
import type { BranchSummary, MergeConflict, PlanItem } from '../../../src/schema/records.ts';
import { at0, claimOf, decisionOf, planItemOf as itemOf } from './records.ts';

const LONG = `run-42/${'x'.repeat(193)}`;
const WIDE = '日本語の枝'.repeat(40);
const PROSE = 'Move every session to Redis, for the database cannot keep up with the load any more. '.repeat(
  2,
);
const HOSTILE = 'a\u001b[2Jb\u009b1m\u202ec\nd';
const HOUR = 3_600_000;

const viewOf = (width: number): View => ({ paint: plainPaint, now: at0 + HOUR, width });
const view = viewOf(80);

const branchOf = (name: string, more: Partial<BranchSummary> = {}): BranchSummary => ({
  id: `br_${name.length}`,
  name,
  parent: 'main',
  agent: 'claude-code',
  createdAt: at0,
  createdBy: 'ann',
  deletedAt: null,
  events: 1_234_567,
  ahead: 12,
  behind: 3456,
  lastAt: at0,
  ...more,
});

const planOf = (items: PlanItem[], branch = 'main'): OutputOf<'plan.show'> => ({
  workspace: 'w',
  branch,
  items,
  claims: [],
  detail: null,
});

const sideOf = (value: unknown, branch = 'main', reason = ''): MergeConflict['ours'] => ({
  key: 'k',
  title: 'Move sessions',
  value,
  reason,
  branch,
  event: 'evt_1',
  by: 'ann',
  agent: 'cli',
  at: at0,
});
const conflictOf = (more: Partial<MergeConflict> = {}): MergeConflict => ({
  id: 'plan/k/state@1a2b3c4d',
  why: 'changed',
  kind: 'plan',
  field: 'state',
  base: 'todo',
  ours: sideOf('blocked', 'main', 'no quota'),
  theirs: sideOf('done', 'run-42/planner'),
  latest: 'theirs',
  ...more,
});
const changeOf = (title: string, before: unknown, after: unknown) => ({
  kind: 'plan' as const,
  key: 'k',
  title,
  field: 'note',
  before,
  after,
  event: 'evt_1',
  by: 'ann',
  agent: 'cli',
  at: at0,
});
const mergeOf = (more: Partial<OutputOf<'merge.run'>> = {}): OutputOf<'merge.run'> => ({
  workspace: 'w',
  source: 'run-42/planner',
  into: 'main',
  outcome: 'conflicts',
  event: null,
  events: 12,
  changes: [],
  conflicts: [],
  settled: [],
  verdicts: [],
  ...more,
});
const contenderOf = (value: unknown) => ({
  field: 'state',
  value,
  event: 'evt_2',
  by: 'bob',
  agent: 'cli',
  at: at0,
});
/** Every renderer on the longest, the widest and the most hostile that there is. */
function renderAll(name: string, text: string, on: View): Record<string, string> {
  const side = sideOf(text, name, text);
  const conflicts = [
    conflictOf({ base: text, ours: side, theirs: side, id: `plan/${'k'.repeat(40)}/note@1` }),
    conflictOf({ why: 'opposed', ours: { ...side, title: text }, theirs: side }),
  ];
  const changes = [changeOf(text, text, text), changeOf(text, null, text)];
  const verdicts = [{ rule: 'fresh-base', passed: false, reason: text }];
  const contested = [contenderOf(text)];
  const items = [
    itemOf('a', { title: text, note: text, contested }),
    itemOf('b', { title: text, parent: itemOf('a').id, contested }),
  ];
  return {
    list: renderBranchList(
      {
        workspace: 'w',
        current: '',
        total: 2,
        branches: [branchOf('main'), branchOf(name, { parent: name, agent: name })],
      },
      on,
    ),
    pruned: renderBranchesPruned({ workspace: 'w', dryRun: true, pruned: [branchOf(name)] }, on),
    // The sentence that it begins with is left to the terminal.
    merge: renderMerge(mergeOf({ outcome: 'refused', conflicts, changes, verdicts }), on).replace(
      /^.*\n/,
      '',
    ),
    status: renderMergeStatus(
      { workspace: 'w', stopped: [{ source: name, into: name, at: at0, by: name, conflicts: 3 }] },
      on,
    ),
    plan: renderPlan(planOf(items, name), on),
    memory: renderMemory(
      {
        workspace: 'w',
        branch: name,
        decisions: [
          {
            ...decisionOf({ subject: text, choice: text, reason: text, state: 'withdrawn', contested }),
            holds: { files: 'changed', commit: 'unknown' },
          },
        ],
        conventions: [],
        claims: [claimOf({ paths: [name, 'src/a.ts'], why: text })],
        attempts: [],
        facts: [],
      },
      on,
    ),
  };
}

describe.each([60, 80, 120])('on %i cells', (width) => {
  test.each([
    ['long', LONG, PROSE],
    ['wide', WIDE, '日本語の説明文'.repeat(20)],
    ['hostile', HOSTILE.repeat(8), HOSTILE.repeat(30)],
  ])('%s text passes no line', (_, name, text) => {
    for (const [what, shown] of Object.entries(renderAll(name, text, viewOf(width)))) {
      const over = shown.split('\n').filter((line) => displayWidth(line) > width);
      expect({ what, over }).toEqual({ what, over: [] });
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });
});

test('colour changes nothing but the colour', () => {
  const painted = renderAll(LONG, PROSE, { ...view, paint: colourPaint });
  const plain = renderAll(LONG, PROSE, view);
  for (const [what, text] of Object.entries(painted)) {
    expect(text).toContain('\u001b[');
    expect(stripVTControlCharacters(text)).toBe(plain[what]);
  }
});

test('the list of branches keeps their names readable, and counts branches as people do', () => {
  const branches = [
    branchOf('main', { parent: null, agent: null }),
    branchOf('run-42/planner', { agent: 'a'.repeat(60) }),
  ];
  const text = renderBranchList({ workspace: 'w', current: 'br_4', total: 4, branches }, view);
  expect(text).toMatch(/^\* {2}main {2,}\+12 -3,456 +1,234,567 {2}- /m);
  expect(text).toMatch(/^ {3}run-42\/planner {2}/m);
  expect(text).toContain('2 more branches not shown: --limit 4');
});

test('a hint can be copied into a shell, whatever the name', () => {
  expect(renderBranchCreated({ workspace: 'w', branch: branchOf('run-42/x') }, view)).toContain(
    'hivemind branch switch run-42/x,',
  );
  const hostile = renderMerge(mergeOf({ source: "$(rm -rf ~)'; ls", conflicts: [conflictOf()] }), view);
  expect(hostile).toContain(`hivemind merge resolve '$(rm -rf ~)'\\''; ls' --into main`);
});

test('a conflict shows its two sides next to each other', () => {
  const lines = renderMerge(mergeOf({ conflicts: [conflictOf()] }), view).split('\n');
  expect(lines.slice(0, 9)).toEqual([
    'run-42/planner is not merged into main: nothing was changed.',
    '',
    '1 conflict:',
    '  plan "Move sessions" · state  plan/k/state@1a2b3c4d',
    '  it was: todo',
    '  ours: main                            │ theirs: run-42/planner',
    '  blocked                               │ done',
    '  because no quota                      │ ann, 1 h ago',
    '  ann, 1 h ago                          │',
  ]);
});

test('a short change is one line, a long one shows what was above what is', () => {
  const changes = [
    changeOf('Sessions', 'a', 'b'),
    changeOf('Sessions', null, 'b'),
    changeOf('Sessions', 'a', PROSE),
  ];
  const text = renderBranchDiff(
    {
      workspace: 'w',
      source: 'x',
      into: 'main',
      ahead: 3,
      behind: 0,
      kinds: { 'plan.changed': 3 },
      changes,
      conflicts: [],
      verdicts: [],
    },
    view,
  );
  expect(text).toContain('x would bring 3 events to main:\n  plan.changed 3\n');
  expect(text).toContain('  plan Sessions · note: a → b  ann\n  plan Sessions · note: b  ann\n');
  expect(text).toMatch(/ {2}plan Sessions · note {2}ann\n {4}- a\n {4}\+ Move every/);
});

test('how conflicts were settled is counted', () => {
  const settled = ['ours', 'value', 'ours'].map((by, at) => ({ conflict: `c${at}`, by }));
  expect(renderMerge(mergeOf({ outcome: 'merged', settled }), view)).toContain(
    '3 conflicts settled: 2 by ours, 1 by another value',
  );
  expect(renderQuit({ source: 'x', into: 'main', conflicts: 3, settled: 2 })).toBe(
    'x is not merged into main: nothing was changed. 2 settled conflicts forgotten.',
  );
});

test('a plan is a tree, also where the parents are a ring or deeper than the line is wide', () => {
  const tree = [
    itemOf('a'),
    itemOf('b', { parent: itemOf('a').id, state: 'done', owner: null, note: 'why' }),
  ];
  expect(renderPlan(planOf(tree), view)).toBe(
    ['[~] Move sessions  @planner  aaaaaa', '  [x] Move sessions  bbbbbb', '      why'].join('\n'),
  );
  const ring = [itemOf('a', { parent: itemOf('b').id }), itemOf('b', { parent: itemOf('a').id })];
  expect(renderPlan(planOf(ring), view).split('\n')).toHaveLength(2);
  const deep = Array.from({ length: 90 }, (_, at) =>
    itemOf('a', { id: `itm_${at}`, parent: at === 0 ? null : `itm_${at - 1}` }),
  );
  const lines = renderPlan(planOf(deep), view).split('\n');
  expect(lines.every((line) => displayWidth(line) <= 80)).toBe(true);
});

test('a value that is contested says who says so', () => {
  const text = renderPlan(planOf([itemOf('a', { contested: [contenderOf('dropped')] })]), view);
  expect(text).toContain('\n    contested state: dropped  bob, 1 h ago');
});
