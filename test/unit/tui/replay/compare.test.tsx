import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { Compare, type CompareProps } from '../../../../src/tui/replay/compare.tsx';
import { drive } from './drive.ts';
import { madeReplay } from './steps.ts';

const RIGHT = '\u001b[C';
const DOWN = '\u001b[B';
const ESC = '\u001b';

type Told = Parameters<CompareProps['onWish']>;

function openCompare(more: Partial<CompareProps> = {}) {
  const wishes: Told[] = [];
  const opened = [madeReplay(10).opened, madeReplay(10).opened] as const;
  const onWish: CompareProps['onWish'] = async (...told) => {
    wishes.push(told);
    return `done: ${told[0]}`;
  };
  const props: CompareProps = { opened, rows: 30, columns: 120, colour: false, onWish, ...more };
  return { ...drive(render(<Compare {...props} />)), wishes };
}

test('help and filter are drawn over both, and take nothing away', async () => {
  const { shown, press } = openCompare();
  await press(RIGHT, /^▌\d\/10 .* 2\/10 |^▌2\/10 /);
  const before = shown();
  await press('?', 'compare with another session');
  expect(shown().split('\n')).toHaveLength(30);
  await press('x', before);
  await press('|', /only these kinds[\s\S]*1 {2}\[ \] failure/);
  await press('4', /4 {2}\[x\] prompt/);
  await press(ESC, before);
});

test('what is wished for is told with the places of both, once', async () => {
  const { press, wishes } = openCompare();
  await press(`:4\r`, /^▌4\/10 .* 4\/10 /);
  await press('\tc', /^ 4\/10 .*▌4\/10 [\s\S]*done: copy/);
  await press('o', 'done: open');
  expect(wishes.map(([what, panes, focus]) => [what, panes.map(({ at }) => at), focus])).toEqual([
    ['copy', [3, 3], 1],
    ['open', [3, 3], 1],
  ]);
  // Shown anew from there it is as it was, and nothing is done again.
  const [, panes, focus] = wishes[1] ?? [];
  const opened = [madeReplay(10).opened, madeReplay(10).opened] as const;
  const again = openCompare({
    opened: [
      { ...opened[0], ...(panes && { state: panes[0] }) },
      { ...opened[1], ...(panes && { state: { ...panes[1], message: 'vi ended with 1' } }) },
    ],
    ...(focus === undefined ? {} : { focus }),
  });
  expect(again.shown()).toMatch(/^ 4\/10 .*▌4\/10 [\s\S]*vi ended with 1/);
  await again.press(DOWN, /both, by the clock/);
  expect(again.wishes).toEqual([]);
});

test('who goes on by hand is not taken back by what comes to light late', async () => {
  for (const [keys, places] of [
    ['g', /^▌1\/10 .* 1\/10 /],
    [RIGHT, /^▌4\/10 .* 2\/10 /],
  ] as const) {
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const right = madeReplay(10).opened;
    const find: typeof right.source.find = async (...question) => {
      await asked;
      return right.source.find(...question);
    };
    const { shown, press } = openCompare({
      opened: [madeReplay(10).opened, { ...right, source: { ...right.source, find } }],
    });
    // The other side is to go to the same time.
    await press(':4\r', /^▌4\/10 .* 1\/10 /);
    await press(keys, places);
    answer();
    await press('?', 'compare with another session');
    await press('x', places);
    expect(shown()).toMatch(places);
  }
});

test('a comparison as narrow as a small terminal has room for its help', async () => {
  const { shown, press } = openCompare({ columns: 60, rows: 24 });
  await press('?', 'previous, next step');
  expect(shown().split('\n').length).toBeLessThanOrEqual(24);
});
