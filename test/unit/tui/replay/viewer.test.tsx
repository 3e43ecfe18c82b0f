import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { displayWidth } from '../../../../src/core/display-width.ts';
import type { Event } from '../../../../src/schema/event.ts';
import type { Knowledge } from '../../../../src/schema/records.ts';
import { Compare } from '../../../../src/tui/replay/compare.tsx';
import { Viewer } from '../../../../src/tui/replay/viewer.tsx';
import { childSession, decisionOf, eventOf, planItemOf } from '../../cli/records.ts';
import { drive } from './drive.ts';
import { madeReplay } from './steps.ts';

const RIGHT = '\u001b[C';
const DOWN = '\u001b[B';
const ENTER = '\r';
const none = async (): Promise<string> => '';

interface Options {
  total?: number;
  rows?: number;
  columns?: number;
  step?: (index: number) => Event;
  know?: (step: number) => Promise<Knowledge | null>;
}

function openViewer({ total = 30, rows = 24, columns = 80, step = eventOf, know }: Options = {}) {
  const { opened, loads } = madeReplay(total, step, know);
  const rendered = render(<Viewer {...opened} rows={rows} columns={columns} colour={false} onWish={none} />);
  return { ...drive(rendered), loads };
}

test.each([
  [24, 80],
  [30, 130],
  [10, 40],
  [4, 20],
])('%i rows and %i columns are filled and not passed', (rows, columns) => {
  const { shown } = openViewer({
    rows,
    columns,
    step: (index) => eventOf(index, { text: '日本'.repeat(90) }),
  });
  const lines = shown().split('\n');
  expect(lines.length).toBeLessThanOrEqual(Math.max(7, rows));
  expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
  expect(lines[0]).toMatch(/^1\/30 {2}claude-code/);
});

test('the list marks the step, the detail shows its input and output', async () => {
  const { shown, press } = openViewer();
  await press(RIGHT, />\s+2 .*Bash npm run step-1/);
  expect(shown()).toContain('done 1');
  expect(shown()).toContain('exit 0');
});

test('an edit is a diff, a failure is marked, a subagent is named', async () => {
  const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-old line', '+new line'] };
  const step = (index: number): Event => {
    if (index === 1)
      return eventOf(1, {
        type: 'file.edited',
        body: { tool: 'Edit', path: 'a.ts', change: 'updated', hunks: [hunk] },
      });
    if (index === 2)
      return eventOf(2, { status: 'failed', session: childSession, body: { tool: 'Bash', error: 'boom' } });
    return eventOf(index);
  };
  const { shown, press } = openViewer({ step });
  await press(RIGHT, /-old line\n\+new line/);
  await press('f', /failed · .*general-purpose/);
  expect(shown()).toMatch(/> +3 \d\d:\d\d:\d\d ✗ +↳ general-purpose Bash/);
  expect(shown()).toContain('boom');
});

test('text from a trace cannot drive the terminal', () => {
  const body = { tool: '\u001b]0;x\u0007Bash', output: '\u009b1mq' };
  const { shown } = openViewer({ step: (index) => eventOf(index, { text: 'a\u001b[2Jb', body }) });
  expect(shown().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(shown()).toContain('Bash ab');
});

test('G goes to the end of a long session and loads only that page', async () => {
  const { loads, press } = openViewer({ total: 100_000 });
  await press('G', 'done 99999');
  expect(loads).toEqual([99_800]);
});

test('keys that come at once are taken one by one', async () => {
  const { press } = openViewer();
  await press(`/step-17${ENTER}`, /^18\/30/);
  await press('gG', /^30\/30/);
  await press(`:12${ENTER}`, /^12\/30/);
});

test('a long step scrolls', async () => {
  const output = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
  const { shown, press } = openViewer({
    step: (index) => eventOf(index, { body: { tool: 'Bash', output } }),
  });
  expect(shown()).not.toContain('line 20');
  await press(']]', 'line 30');
  await press('g', 'line 0\n');
  await press(DOWN, /─\n(?!Bash)/);
});

test('help shows the keys, any key leaves it; an empty replay says so', async () => {
  const { press } = openViewer({ rows: 40 });
  await press('?', 'compare with another session');
  await press('x', 'done 0');
  expect(openViewer({ total: 0 }).shown()).toContain('There are no steps.');
});

test('playing moves on by itself', async () => {
  const { press } = openViewer({ total: 3, step: (index) => eventOf(index, { at: index }) });
  await press(' ', /^3\/3 {2}claude/);
});

test('the plan and the decisions are shown as they were at each step, and the step again', async () => {
  const know = async (step: number): Promise<Knowledge> => ({
    plan: [planItemOf('1', { title: `the plan at ${step + 1}`, by: 'dev' })],
    decisions: [decisionOf({ choice: '\u001b[31mPostgres', by: 'dev' })],
    conventions: [],
    claims: [],
  });
  const { shown, press } = openViewer({ know });
  await press('s', /\[doing\] the plan at 1 @planner/);
  expect(shown()).toMatch(/session store: .*Postgres \(dev\)/);
  await press(RIGHT, /the plan at 2/);
  await press('s', /npm run step-1/);
});

test('two replays that began on different days go by the time since each began', async () => {
  const day = 86_400_000;
  const step = (from: number, everyMs: number) => (index: number) =>
    eventOf(index, { at: from + index * everyMs });
  const a = madeReplay(10, step(Date.UTC(2026, 4, 4), 60_000)).opened;
  const b = madeReplay(10, step(Date.UTC(2026, 4, 4) + day, 90_000)).opened;
  const rendered = render(<Compare opened={[a, b]} rows={30} columns={120} colour={false} onWish={none} />);
  const { shown, press } = drive(rendered);
  expect(shown()).toMatch(/^▌1\/10 .* 1\/10 [\s\S]*since each began/);
  // 60 s, 90 s, 120 s, 180 s of both: the steps of each come as their times do.
  await press(RIGHT, /^▌2\/10 .* 1\/10 /);
  await press(RIGHT, /^▌2\/10 .* 2\/10 /);
  await press(RIGHT + RIGHT, /^▌4\/10 .* 2\/10 /);
  await press('\u001b[D', /^▌3\/10 .* 2\/10 /);
  await press(`:8${ENTER}`, /^▌8\/10 .* 6\/10 /);
});
