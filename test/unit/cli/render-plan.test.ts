import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { colourPaint, plainPaint } from '../../../src/cli/render/paint.ts';
import { renderPlan, renderPlanItem } from '../../../src/cli/render/plan.ts';
import { renderPlanDiff } from '../../../src/cli/render/plan-diff.ts';
import { dotText, mermaidText } from '../../../src/cli/render/plan-drawing.ts';
import { renderPlanEdit } from '../../../src/cli/render/plan-edit.ts';
import { renderPlanGraph } from '../../../src/cli/render/plan-graph.ts';
import { renderPlanHistory } from '../../../src/cli/render/plan-history.ts';
import { renderNext } from '../../../src/cli/render/plan-next.ts';
import type { View } from '../../../src/cli/render/view.ts';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { OutputOf } from '../../../src/schema/operation.ts';
import { at0, claimOf, planItemOf as itemOf } from './records.ts';

const HOUR = 3_600_000;
const viewOf = (width: number): View => ({ paint: plainPaint, now: at0 + HOUR, width });
const view = viewOf(80);
const where = { workspace: 'w', branch: 'main' };

type Item = ReturnType<typeof itemOf>;
const nameOf = ({ id, title, state }: Item) => ({ id, title, state });

/** Everything that a plan shows, with `text` wherever somebody can write. */
function renderAll(text: string, on: View): Record<string, string> {
  const branch = text.slice(0, 60);
  const item = itemOf('a', {
    title: text,
    note: text,
    owner: branch,
    priority: 1,
    paths: [text],
    links: [branch],
    blockers: [{ id: branch, text }],
    questions: [
      { id: 'q1', text, answer: text },
      { id: 'q2', text, answer: null },
    ],
  });
  const part = itemOf('b', { title: text, parent: item.id, owner: branch });
  const claim = claimOf({ holder: branch, item: item.id, until: at0 + 2 * HOUR, standing: 'provisional' });
  const write = { at: at0, by: branch, agent: branch, event: `evt_${'1'.repeat(32)}` };
  const named = [nameOf(item), nameOf(part)];
  const detail: OutputOf<'plan.show'>['detail'] = {
    parent: nameOf(item),
    parts: named,
    dependsOn: named,
    dependants: named,
    links: [
      { ref: branch, kind: 'other', title: null },
      { ref: branch, kind: 'decision', title: text },
    ],
    claim,
    footing: 'waiting',
    why: [text, text],
    writes: 12,
  };
  const viewed = { branch, event: `evt_${'1'.repeat(32)}`, at: at0, cut: {} };
  const changed = { id: item.id, title: text, before: text, after: text };
  return {
    show: renderPlan({ ...where, branch, items: [item, part], claims: [claim], detail: null }, on),
    detail: renderPlan({ ...where, branch, items: [item], claims: [claim], detail }, on),
    item: renderPlanItem({ ...where, branch, item, event: 'evt_1', notes: [text] }, on),
    next: renderNext(
      {
        ...where,
        branch,
        offers: [
          { item, footing: 'stalled', why: [text], unblocks: Array.from({ length: 7 }, () => nameOf(part)) },
        ],
        total: 9,
        open: 12,
        taken: null,
        lost: [{ item: part.id, title: text, heldBy: claim }],
        notes: [text],
      },
      on,
    ),
    taken: renderNext(
      {
        ...where,
        branch,
        offers: [],
        total: 1,
        open: 1,
        taken: { item, claim, event: 'evt_1' },
        lost: [],
        notes: [],
      },
      on,
    ),
    history: renderPlanHistory(
      {
        ...where,
        branch,
        item,
        writes: [
          {
            ...write,
            type: 'merge.committed',
            session: `ses_${'1'.repeat(32)}`,
            branch,
            mergedBy: write.event,
            fields: [
              { field: 'title', before: null, after: text, contested: true },
              {
                field: `question/${branch}`,
                before: { text, answer: null },
                after: { text, answer: text },
                contested: false,
              },
              { field: `dependsOn/${item.id}`, before: null, after: true, contested: false },
            ],
          },
        ],
      },
      on,
    ),
    diff: renderPlanDiff(
      {
        ...where,
        branch,
        from: viewed,
        to: { ...viewed, event: null },
        changes: [
          { ...changed, ...write, kind: 'added', field: 'item' },
          { ...changed, ...write, kind: 'text', field: 'title' },
          { ...changed, ...write, kind: 'ties', field: 'questions', before: [], after: item.questions },
          { ...changed, ...write, kind: 'ties', field: 'dependsOn', before: [item.id], after: [text] },
        ],
        counts: { added: 1, text: 1, ties: 2 },
      },
      on,
    ),
    edit: renderPlanEdit(
      {
        ...where,
        branch,
        text,
        isDryRun: true,
        changes: [
          { ...changed, id: null, field: 'item', before: null },
          { ...changed, field: 'note' },
        ],
        events: [],
        notes: [text],
        states: { todo: 1, doing: 0, blocked: 0, done: 0, dropped: 0 },
      },
      on,
      true,
    ),
    graph: renderPlanGraph(graphOf([item, part]), on),
  };
}

const graphOf = (items: Item[]): OutputOf<'plan.graph'> => ({
  ...where,
  nodes: items,
  edges: items.flatMap(({ id, parent, dependsOn }) => [
    ...(parent === null ? [] : [{ from: parent, to: id, kind: 'part' as const }]),
    ...dependsOn.map((from) => ({ from, to: id, kind: 'depends' as const })),
  ]),
  critical: items.map(({ id }) => id),
  rings: [items.map(({ id }) => id)],
});

const LONG = 'x'.repeat(193);
const PROSE = 'Move every session to Redis, for the database cannot keep up with the load any more. '.repeat(
  2,
);
const HOSTILE = 'a\u001b[2Jb\u009b1m\u202ec\nd'.repeat(12);

describe.each([60, 80, 120])('on %i cells', (width) => {
  test.each([
    ['long', LONG],
    ['prose', PROSE],
    ['wide', '日本語の説明文'.repeat(20)],
    ['hostile', HOSTILE],
  ])('%s text passes no line', (_, text) => {
    for (const [what, shown] of Object.entries(renderAll(text, viewOf(width)))) {
      // Commands stand on one line, to be copied.
      const over = shown
        .split('\n')
        .filter((line) => displayWidth(line) > width && !line.includes('hivemind plan'));
      expect({ what, over }).toEqual({ what, over: [] });
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });
});

test('colour changes nothing but the colour', () => {
  const painted = renderAll(PROSE, { ...view, paint: colourPaint });
  const plain = renderAll(PROSE, view);
  for (const [what, text] of Object.entries(painted)) {
    expect(text).toContain('\u001b[');
    expect(stripVTControlCharacters(text)).toBe(plain[what]);
  }
});

test('a graph is a tree of parts with what needs what, also in ASCII, and however deep', () => {
  const [a, b, c] = [
    itemOf('a', { title: 'whole', owner: null }),
    itemOf('b', { title: 'first', parent: itemOf('a').id, owner: null, state: 'done' }),
    itemOf('c', { title: 'second', parent: itemOf('a').id, dependsOn: [itemOf('b').id], priority: 0 }),
  ];
  const graph = { ...graphOf([a, b, c]), critical: [c.id, a.id], rings: [] };
  expect(renderPlanGraph(graph, view, true)).toBe(
    [
      '[~]*whole  aaaaaa',
      '|- [x] first  bbbbbb',
      '|      blocks [~] second  cccccc',
      '`- [~]*second  p0  @planner  cccccc',
      '       needs [x] first  bbbbbb',
      '',
      'Longest chain (2*): second -> whole',
    ].join('\n'),
  );
  expect(renderPlanGraph(graph, view)).toContain('└─ [~]*second');
  const deep = Array.from({ length: 5000 }, (_, at) =>
    itemOf('a', { id: `itm_${at}`, parent: at === 0 ? null : `itm_${at - 1}` }),
  );
  const lines = renderPlanGraph({ ...graphOf(deep), critical: [], rings: [] }, view).split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(5000);
  expect(lines.every((line) => displayWidth(line) <= 80)).toBe(true);
});

test('drawings keep what somebody wrote inside their labels', () => {
  const text = 'a"]; evil --> b\\\n`x` <script> #quot; %%{init}%% 日本';
  const item = itemOf('a', { title: text });
  const dot = dotText(graphOf([item]));
  expect(dot.split('\n')[3]).toBe(
    `  n0 [label="a\\"]; evil --> b\\\\ \`x\` <script> #quot; %%{init}%% 日本", fillcolor="#cfe8ff", tooltip="${item.id}"];`,
  );
  const mermaid = mermaidText(graphOf([item])).split('\n')[1] ?? '';
  expect(mermaid).toMatch(/^ {2}n0\["[^"<>`%\\\];]*(?:#\d+;[^"<>`%\\\];]*)*"\]:::doing$/);
});
