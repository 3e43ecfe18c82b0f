import { expect, test } from 'vitest';
import { LANE_LABEL, type Lanes, laneLines } from '../../../../src/tui/replay/lane-lines.ts';

const lanesOf = (steps: number[], failures: number[]): Lanes => ({
  workspace: 'w',
  from: 0,
  to: steps.length * 1000 - 1,
  bucketMs: 1000,
  first: steps.map((_, bucket) => bucket),
  lanes: [
    {
      session: `ses_${'1'.repeat(32)}`,
      agent: 'codex',
      title: '',
      parent: null,
      first: 0,
      steps,
      failures,
      edits: steps.map(() => 0),
    },
  ],
  total: 1,
});

test('a lane shows how much was done, also where something failed', () => {
  const lanes = lanesOf([8, 4, 1, 0, 8, 4, 1], [0, 0, 0, 0, 1, 1, 1]);
  const [, lane] = laneLines(lanes, { at: 0, rows: 2, columns: 60 });
  expect(lane?.text.slice(LANE_LABEL)).toBe('█▄▁ ▓▒░');
  expect(lane?.parts?.map(({ text, tone }) => [text, tone]).slice(1)).toEqual([
    ['█', 'current'],
    ['▄▁ ', 'plain'],
    ['▓▒░', 'failed'],
  ]);
});
