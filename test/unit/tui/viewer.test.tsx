import { render } from 'ink-testing-library';
import { afterEach, expect, test, vi } from 'vitest';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { Event } from '../../../src/schema/event.ts';
import { PAGE_STEPS } from '../../../src/tui/state.ts';
import { type LoadKnowledge, type LoadSteps, Viewer } from '../../../src/tui/viewer.tsx';
import { childSession, eventOf, replayPage } from '../cli/records.ts';

const RIGHT = '\u001b[C';
const DOWN = '\u001b[B';
const ENTER = '\r';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Options {
  total?: number;
  rows?: number;
  columns?: number;
  step?: (index: number) => Event;
  load?: LoadSteps;
  know?: LoadKnowledge;
}

/** The viewer on a session of `total` steps, with what it shows and what it loaded. */
function openViewer({
  total = 30,
  rows = 24,
  columns = 80,
  step = eventOf,
  load,
  know = async () => null,
}: Options = {}) {
  const loads: number[] = [];
  const fromPages: LoadSteps = async (after, limit) => {
    loads.push(after);
    return replayPage(total, after, limit, step);
  };
  const first = replayPage(total, 0, PAGE_STEPS, step);
  const { lastFrame, stdin, unmount } = render(
    <Viewer
      first={first}
      at={0}
      load={load ?? fromPages}
      know={know}
      rows={rows}
      columns={columns}
      colour={false}
    />,
  );
  closing.push(unmount);
  const shown = (): string => lastFrame() ?? '';
  const press = async (keys: string, expected: string | RegExp): Promise<void> => {
    stdin.write(keys);
    await vi.waitFor(() => expect(shown()).toMatch(expected), { timeout: 20_000 });
  };
  return { loads, shown, press };
}

test.each([
  [24, 80],
  [30, 130],
  [10, 40],
])('%i rows and %i columns are filled and not passed', (rows, columns) => {
  const { shown } = openViewer({
    rows,
    columns,
    step: (index) => eventOf(index, { text: '日本'.repeat(90) }),
  });
  const lines = shown().split('\n');
  expect(lines.length).toBeLessThanOrEqual(rows);
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
  const { shown } = openViewer({
    step: (index) =>
      eventOf(index, { text: 'a\u001b[2Jb', body: { tool: '\u001b]0;x\u0007Bash', output: '\u009b1mq' } }),
  });
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
});

test('a long step scrolls', async () => {
  const output = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
  const { shown, press } = openViewer({
    step: (index) => eventOf(index, { body: { tool: 'Bash', output } }),
  });
  expect(shown()).not.toContain('line 20');
  await press('\u001b[6~\u001b[6~', 'line 30');
  await press('g', 'line 0\n');
  await press(DOWN, /─\n(?!Bash)/);
});

test('a page that cannot be loaded is said in the last line', async () => {
  const { press } = openViewer({
    total: 1000,
    load: async () => {
      throw new Error('the daemon does not answer');
    },
  });
  await press('G', 'the daemon does not answer');
});

test('help shows the keys, any key leaves it', async () => {
  const { press } = openViewer();
  await press('?', 'next, previous failure');
  await press('x', 'done 0');
});

test('an empty session says so', () => {
  expect(openViewer({ total: 0 }).shown()).toContain('This session has no steps.');
});

test('playing moves on by itself', async () => {
  const { press } = openViewer({ total: 3, step: (index) => eventOf(index, { at: index }) });
  await press(' ', /^3\/3 {2}claude/);
});

test('the plan and the decisions are shown as they were at each step, and the step again', async () => {
  const known = { event: 'evt_1', by: 'dev', createdAt: 1, updatedAt: 1, contested: [] };
  const know: LoadKnowledge = async (step) => ({
    plan: [
      {
        id: 'itm_1',
        title: `the plan at ${step + 1}`,
        state: 'doing',
        owner: 'planner',
        note: '',
        parent: null,
        rank: null,
        paths: [],
        ...known,
      },
    ],
    decisions: [
      {
        key: 'k',
        subject: 'session store',
        choice: '\u001b[31mPostgres',
        reason: '',
        state: 'standing',
        ...known,
      },
    ],
    conventions: [],
    claims: [],
  });
  const { shown, press } = openViewer({ know });
  await press('s', /\[doing\] the plan at 1 @planner/);
  expect(shown()).toMatch(/session store: .*Postgres \(dev\)/);
  expect(shown()).not.toContain('\u001b[31m');
  await press(RIGHT, /the plan at 2/);
  await press('s', /npm run step-1/);
});
