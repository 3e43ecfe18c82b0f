import { render } from 'ink-testing-library';
import { afterEach, expect, test, vi } from 'vitest';
import { displayWidth } from '../../../../src/core/display-width.ts';
import type { MergeConflict } from '../../../../src/schema/records.ts';
import { type Attempt, Resolver } from '../../../../src/tui/resolve/screen.tsx';
import type { Settled } from '../../../../src/tui/resolve/state.ts';
import { conflictOf, opposedConflict, sideOf, textConflict } from './conflicts.ts';

const LEFT = '\u001b[D';
const RIGHT = '\u001b[C';
const DOWN = '\u001b[B';
const ENTER = '\r';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Options {
  conflicts?: MergeConflict[];
  source?: string;
  rows?: number;
  columns?: number;
  attempts?: Attempt[];
}

/** The screen, with what it asked to merge and how it was left. */
function openScreen({ conflicts, source, rows = 24, columns = 80, attempts = [] }: Options = {}) {
  const merged: Record<string, unknown>[] = [];
  const quits: [number, boolean][] = [];
  const merge = async (settled: Settled): Promise<Attempt> => {
    merged.push(Object.fromEntries(settled));
    return attempts.shift() ?? { ended: true };
  };
  const found = {
    source: source ?? 'run-42/planner',
    into: 'main',
    conflicts: conflicts ?? [conflictOf('a'), textConflict('b'), opposedConflict('c')],
  };
  const { lastFrame, stdin, unmount } = render(
    <Resolver
      found={found}
      merge={merge}
      onQuit={(...quit) => quits.push(quit)}
      ago={() => '2 h ago'}
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
  const send = (keys: string): void => {
    stdin.write(keys);
  };
  return { merged, quits, shown, press, send };
}

test.each([
  [24, 80],
  [40, 120],
  [12, 40],
])('%i rows and %i columns are filled and not passed, whatever the names', (rows, columns) => {
  const wide = '日本語の枝'.repeat(40);
  const note = textConflict('a', {
    base: `was ${'word '.repeat(200)}`,
    ours: sideOf(`${'日本'.repeat(90)}\nend`, { title: wide, branch: wide, by: wide, reason: wide }),
    theirs: sideOf('x'.repeat(500), { title: wide, branch: wide }),
  });
  const { shown } = openScreen({ conflicts: [note, conflictOf('b')], source: wide, rows, columns });
  const lines = shown().split('\n');
  expect(lines.length).toBeLessThanOrEqual(rows);
  expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
  expect(lines[0]).toMatch(/日.*… → main · (conflict )?1( of |\/)2 · 0 settled$/);
});

test('a conflict shows both sides: value, reason, who, when, which branch, which is later', () => {
  const { shown } = openScreen({
    conflicts: [conflictOf('a', { ours: sideOf('blocked', { reason: 'no quota' }) })],
  });
  for (const part of [
    /^run-42\/planner → main · conflict 1 of 1 · 0 settled\nplan · state · Move sessions\nit was: todo\n/,
    /ours · main +│ theirs · run-42\/planner · later/,
    /ann · claude-code · 2 h ago +│ planner · claude-code · 2 h ago/,
    /blocked +│ done/,
    /because no quota/,
    /not settled/,
  ])
    expect(shown()).toMatch(part);
});

test('on few columns the sides stand below each other', () => {
  expect(openScreen({ columns: 40 }).shown()).toMatch(
    /ours · main\n[\s\S]*blocked[\s\S]*theirs · run-42\/planner · later\n[\s\S]*done/,
  );
});

test('settled one after the other, then merged', async () => {
  const { press, merged } = openScreen();
  await press('m', '3 not settled yet');
  await press(RIGHT, /✓ theirs is taken\n/);
  await press(DOWN, /conflict 2 of 3 · 1 settled/);
  await press('e', 'value: waits█');
  await press(`!${ENTER}`, '✓ another value: waits!');
  await press('nb', /✓ both are kept\nall settled: m merges/);
  await press('m', /./);
  await vi.waitFor(() =>
    expect(merged).toEqual([{ a: { take: 'theirs' }, b: { value: 'waits!' }, c: { take: 'both' } }]),
  );
});

test('a plan state is chosen from those that there are', async () => {
  const { press } = openScreen();
  await press('e', '[blocked]');
  await press(LEFT, '[doing]');
  await press(ENTER, '✓ another value: doing');
  await press('u', 'not settled');
});

test('conflicts that came meanwhile are shown, and nothing settled is lost', async () => {
  const conflicts = [conflictOf('a'), conflictOf('b')];
  const { press, merged } = openScreen({
    conflicts,
    attempts: [{ ended: false, conflicts: [...conflicts, textConflict('new')] }],
  });
  await press('L', '2 settled by latest');
  await press('m', /conflict 3 of 3 · 2 settled[\s\S]*1 new/);
  await press('o', 'ours is taken');
  await press('m', /./);
  await vi.waitFor(() => expect(Object.keys(merged[1] ?? {})).toEqual(['a', 'b', 'new']));
});

test('q and Ctrl-C leave without merging', async () => {
  const left = openScreen();
  await left.press('o', '1 settled');
  left.send('q');
  await vi.waitFor(() => expect(left.quits).toEqual([[1, false]]));
  const broken = openScreen();
  broken.send('\u0003');
  await vi.waitFor(() => expect(broken.quits).toEqual([[0, true]]));
  expect([left.merged, broken.merged]).toEqual([[], []]);
});

test('a q that is typed into a value quits nothing', async () => {
  const { press, quits } = openScreen({ conflicts: [textConflict('a')] });
  await press('e', 'value: waits█');
  await press('q', 'value: waitsq█');
  await press('\u001b', 'not settled');
  expect(quits).toEqual([]);
});

test('a pasted line break neither settles nor quits', async () => {
  const { press, quits, shown } = openScreen({ conflicts: [textConflict('a')] });
  await press('e', 'value: waits█');
  await press('\u001b[200~one\rq\u001b[201~', 'value: waitsone↵q█');
  expect(quits).toEqual([]);
  expect(shown()).toContain('0 settled');
});

test('a long value scrolls, and says how much more there is', async () => {
  const long = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
  const { shown, press } = openScreen({ conflicts: [textConflict('a', { theirs: sideOf(long) })] });
  expect(shown()).toMatch(/── 45 more below/);
  expect(shown()).not.toContain('line 40');
  await press('\u001b[6~\u001b[6~', 'line 40');
  await press('JJJJJJJJJJJJJJJJJJJJJJJJJJJJJJ', /line 59\n── the end/);
});

test('text from outside cannot drive the terminal', () => {
  const hostile = 'a\u001b[2Jb\u009b1m\u0007\u202ec';
  const side = sideOf(hostile, {
    title: hostile,
    branch: hostile,
    by: hostile,
    agent: hostile,
    reason: hostile,
  });
  const { shown } = openScreen({
    conflicts: [textConflict('a', { base: hostile, ours: side, theirs: side })],
    source: hostile,
  });
  expect(shown().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(shown()).toContain('abc');
});

test('help shows the keys, any key leaves it', async () => {
  const { press } = openScreen();
  await press('?', 'settle the rest by latest');
  await press('x', 'it was: todo');
});
